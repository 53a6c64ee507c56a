"""What is not public leaves no trace here; what was withdrawn says why."""

import json

import pytest
from django.utils import timezone

from dialogues import search
from dialogues.choices import State
from dialogues.models import Actor, Dialogue, Passage, Position, Source, Statement
from tests.api.conftest import EXPORTS, LISTS
from tests.factories import (
    make_actor,
    make_citation,
    make_dialogue,
    make_event,
    make_instrument,
    make_membership,
    make_note,
    make_panel,
    make_passage,
    make_person,
    make_position,
    make_quotation,
    make_situation,
    make_source,
    make_statement,
    make_tally,
    make_theme,
)

CANARY = "zzyzx"
COMPARED = ("facts", "participation", "themes")


def every_answer(get):
    """All that the API says, as bytes by address."""
    said = {}
    for name in LISTS:
        address = f"{name}/?page_size=100&count=true"
        while address:
            answer = get(address)
            said[address] = answer.content
            address = answer.json()["next"]
    for name in EXPORTS:
        # The other formats write the same rows.
        answer = get(f"{name}/export/?format=csv")
        said[f"{name}.csv"] = b"".join(answer.streaming_content)
    for view in COMPARED:
        said[view] = get(f"compare/?view={view}").content
    for path in ("dialogues/2011/", "actors/mexico/", "statements/RTOP-2011-S001/", "schema/", ""):
        answer = get(path)
        said[path] = answer.content + answer["ETag"].encode()
        said[f"{path} changed"] = answer.get("Last-Modified", "").encode()
    return said


def add_drafts(state=State.DRAFT):
    """Something unpublished wherever there can be."""
    theme = make_theme(f"{CANARY}-theme", state=state)
    situation = make_situation(f"{CANARY}-situation", state=state)
    instrument = make_instrument(f"{CANARY}-instrument", state=state)
    make_event(f"{CANARY}-event", state=state)
    person = make_person(f"{CANARY}-person", state=state)
    actor = make_actor(f"{CANARY}-actor", state=state, person=person)
    group = make_actor(f"{CANARY}-group", kind="group", state=state)
    make_membership(actor, "grulac")
    make_membership("mexico", group)
    source = make_source(f"{CANARY}-source", state=state, free_to_show=True)
    make_passage(source, 1, f"{CANARY} text that nobody may read yet.")
    for dialogue in (make_dialogue(2030, state=state), Dialogue.objects.get(year=2011)):
        statement = make_statement(
            dialogue, [actor, "mexico"], state=state, summary=f"{CANARY} summary"
        )
        position = make_position(
            statement, theme, situations=[situation], instruments=[instrument], mentions=["mexico"]
        )
        make_quotation(position, f"{CANARY} words", source)
        make_citation(position, f"{CANARY}-source#p1")
    draft = Dialogue.objects.get(year=2030)
    make_panel(draft, f"{CANARY}-panel")
    make_note(draft, issue=CANARY)
    make_tally(draft, [actor], wording=CANARY)


def test_unpublished_records_change_no_byte(get):
    before = every_answer(get)
    add_drafts(State.IN_REVIEW)
    after = every_answer(get)
    assert after == before
    assert CANARY.encode() not in b"".join(after.values())


def test_what_a_public_record_is_tied_to_goes_through_the_gate(get):
    """The rule of publishing forbids it; should it be broken, nothing shows all the same."""
    before = [get(path).content for path in ("positions/RTOP-2011-P019/", "actors/mexico/")]
    position = Position.objects.get(ref="RTOP-2011-P019")
    position.situations.add(make_situation(f"{CANARY}-situation"))
    position.instruments.add(make_instrument(f"{CANARY}-instrument"))
    position.other_themes.add(make_theme(f"{CANARY}-theme"))
    position.mentions.add(make_actor(f"{CANARY}-actor"))
    make_source(f"{CANARY}-source")
    make_citation(position, f"{CANARY}-source")
    make_citation(Actor.objects.get(slug="mexico"), f"{CANARY}-source")
    after = [get(path).content for path in ("positions/RTOP-2011-P019/", "actors/mexico/")]
    assert after == before


@pytest.mark.parametrize(
    "path",
    [
        "dialogues/2030/",
        f"panels/2030-{CANARY}-panel/",
        f"actors/{CANARY}-actor/",
        f"people/{CANARY}-person/",
        f"themes/{CANARY}-theme/",
        f"situations/{CANARY}-situation/",
        f"instruments/{CANARY}-instrument/",
        f"sources/{CANARY}-source/",
        f"passages/{CANARY}-source/p1/",
    ],
)
def test_unpublished_and_missing_are_the_same(get, path):
    def answer():
        problem = get(path).json()
        return {key: value for key, value in problem.items() if key != "request_id"}

    missing = answer()
    assert missing["status"] == 404
    add_drafts()
    assert answer() == missing


@pytest.mark.parametrize(
    ("query", "field"),
    [
        (f"positions/?theme={CANARY}-theme", "theme"),
        (f"positions/?actor={CANARY}-actor", "actor"),
        (f"statements/?group={CANARY}-group", "group"),
        (f"statements/?situation={CANARY}-situation", "situation"),
        ("statements/?year=2030", "year"),
        (f"passages/?source={CANARY}-source", "source"),
        ("compare/?base=2030", "base"),
    ],
)
def test_no_filter_knows_what_is_unpublished(get, query, field):
    missing = get(query).json()["errors"]
    add_drafts()
    assert get(query).status_code == 400
    assert get(query).json()["errors"] == missing
    assert missing[0]["field"] == field


def test_drafts_are_not_found_by_their_provisional_refs(get):
    statement = make_statement(Dialogue.objects.get(year=2011), ["mexico"])
    position = make_position(statement)
    quotation = make_quotation(position)
    drafts = {"statements": statement, "positions": position, "quotations": quotation}
    for name, obj in drafts.items():
        assert obj.ref.startswith("DRAFT-")
        assert get(f"{name}/{obj.ref}/").status_code == 404


def withdraw(queryset, reason="Entered twice; see another."):
    records = list(queryset)
    queryset.update(state=State.WITHDRAWN, withdrawn_at=timezone.now(), withdrawal_reason=reason)
    search.index(search.statements_to_reindex(records))


def test_a_withdrawn_statement_takes_its_parts_along(get):
    words = "quotations/RTOP-2011-Q002/"
    withdraw(Statement.objects.filter(ref="RTOP-2011-S009"))
    for path in ("statements/RTOP-2011-S009/", "positions/RTOP-2011-P019/", words):
        answer = get(path)
        assert answer.status_code == 410
        assert answer["Content-Type"] == "application/problem+json"
        problem = answer.json()
        assert problem["detail"] == "This record was withdrawn: Entered twice; see another."
    text = json.dumps(get("positions/?year=2011&page_size=100").json())
    assert "RTOP-2011-P019" not in text
    assert get("positions/?year=2011&count=true").json()["count"] < 131


def test_a_withdrawn_dialogue_takes_its_panels_and_counts_along(get):
    withdraw(Statement.objects.filter(dialogue__year=2011))
    withdraw(Dialogue.objects.filter(year=2011), reason="Wrong year.")
    for path in (
        "dialogues/2011/",
        "panels/2011-morning-panel/",
        "tallies/RTOP-2011-T01/",
        "quotations/RTOP-2011-Q001/",
    ):
        answer = get(path)
        assert answer.status_code == 410, path
        assert "Wrong year." in answer.json()["detail"]


def test_a_withdrawn_entry_of_a_list_says_why(get):
    make_theme("doubled", state=State.WITHDRAWN)
    source = make_source("doubled", state=State.WITHDRAWN)
    make_passage(source, 1, "Some words.")
    for path in ("themes/doubled/", "sources/doubled/", "passages/doubled/p1/"):
        assert get(path).status_code == 410
    assert "doubled" not in get("themes/?page_size=100").content.decode()


def test_the_text_of_a_passage_is_shown_only_where_its_source_is_free(get):
    Passage.objects.filter(source__slug="icrtop-2011", number=1).update(text=f"{CANARY} {CANARY}")
    passage = get("passages/icrtop-2011/p1/").json()
    assert passage["text"] is None
    assert passage["first_words"]
    assert CANARY not in get("passages/?page_size=100").content.decode()
    Source.objects.filter(slug="icrtop-2011").update(free_to_show=True)
    assert get("passages/icrtop-2011/p1/").json()["text"] == f"{CANARY} {CANARY}"
    assert get("passages/icrtop-2011/p2/").json()["text"] is None


def test_no_cookie_is_set_and_none_is_read(get):
    for path in ("positions/", "docs/", "schema/", "compare/", "nothing/"):
        answer = get(path)
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")
