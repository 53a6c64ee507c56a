"""Every selection gives the rows that a plain reading of the records gives."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogues.choices import State
from dialogues.filters import (
    ActorSelection,
    DialogueSelection,
    InstrumentSelection,
    PanelSelection,
    PassageSelection,
    PersonSelection,
    PositionSelection,
    QuotationSelection,
    Selection,
    SituationSelection,
    SourceSelection,
    StatementSelection,
    TallySelection,
    ThemeSelection,
)
from dialogues.models import Actor, Delivery, Dialogue, Statement
from tests import bundled
from tests.factories import (
    make_dialogue,
    make_position,
    make_quotation,
    make_statement,
)
from tests.filters import reader

pytestmark = pytest.mark.django_db

STANCES = ["supports", "welcomes", "calls_for", "notes", "concerned", "mixed", "opposes"]
KINDS = [
    "member_state",
    "observer",
    "regional_organization",
    "group",
    "un_official",
    "un_body",
    "civil_society",
]
PANELS = ["opening", "panel", "discussion", "debate", "remarks", "closing"]
FORMS = ["statement", "opening", "presentation", "remarks"]
WORDS = [
    "libya",
    "veto",
    "-veto",
    "R2P",
    '"focal points"',
    "prevention -libya",
    "cote divoire",
    "security council",
    "nosuchword",
]


def slugs(name: str) -> list[str]:
    return [record["slug"] for record in bundled.shared(name)]


def groups() -> list[str]:
    found = {m["group"] for actor in bundled.shared("actors") for m in actor["memberships"]}
    return sorted(found)


# Every parameter with the values that it takes.
ALL: dict[str, list[str]] = {
    "year": [str(year) for year in bundled.YEARS],
    "theme": slugs("themes"),
    "stance": STANCES,
    "pillar": ["1", "2", "3"],
    "situation": slugs("situations"),
    "instrument": slugs("instruments"),
    "actor": slugs("actors"),
    "kind": KINDS,
    "group": groups(),
    "panel": PANELS,
    "form": FORMS,
}
ONCE = {
    "year_min": [str(year) for year in range(2008, 2027)],
    "year_max": [str(year) for year in range(2008, 2027)],
    "joint": ["true", "false"],
    "quoted": ["true", "false"],
    "q": WORDS,
}
SAID = [*ALL, *ONCE]
TALLIED = [name for name in TallySelection.base_filters if name in SAID]


def of_position(position: tuple[Any, Any, Any]) -> dict[str, list[str]]:
    """Values that fit this position, so that a selection made of them is not empty."""
    dialogue, statement, one = position
    who = reader.delivered(statement)
    return {
        "year": [str(dialogue["year"])],
        "theme": [one["theme"]],
        "stance": [one["stance"]],
        "pillar": [str(number) for number in one["pillars"]],
        "situation": one["situations"],
        "instrument": one["instruments"],
        "actor": who,
        "kind": [reader.actors()[slug]["kind"] for slug in who],
        "group": [m["group"] for slug in who for m in reader.actors()[slug]["memberships"]],
        "panel": [dialogue["panel_kinds"].get(statement["panel"], "debate")],
        "form": [statement["form"]],
    }


@st.composite
def choices(draw: Any, names: list[str]) -> dict[str, list[str]]:
    """Some parameters with some values: half of the time those of a position that there is."""
    chosen: dict[str, list[str]] = {}
    near = of_position(draw(st.sampled_from(reader.positions())))
    for name in draw(st.lists(st.sampled_from(names), unique=True, max_size=5)):
        if name in ONCE:
            chosen[name] = [draw(st.sampled_from(ONCE[name]))]
            continue
        values = st.sampled_from(ALL[name])
        if near[name] and draw(st.booleans()):
            values = st.sampled_from(near[name]) | values
        chosen[name] = draw(st.lists(values, min_size=1, max_size=3, unique=True))
    between = [name for name in ("year_min", "year_max") if name in chosen]
    chosen |= zip(between, sorted(chosen[name] for name in between), strict=True)
    return chosen


def query(chosen: dict[str, list[str]]) -> QueryDict:
    return QueryDict(urlencode(chosen, doseq=True))


def selected(selection: type[Selection], chosen: dict[str, list[str]], key: str) -> list[str]:
    """The keys of the rows, sorted; the same whether counted, listed or put in order."""
    found = selection(query(chosen))
    assert found.problems == []
    keys = [str(getattr(row, key)) for row in found.rows]
    assert found.rows.count() == len(keys) == len(set(keys))
    assert sorted(str(getattr(row, key)) for row in found.in_order) == sorted(keys)
    # The rows that pages are cut from say the same.
    assert sorted(map(str, found.list_rows.values_list(key, flat=True))) == sorted(keys)
    assert found.count() == len(keys)
    return sorted(keys)


@settings(max_examples=80)
@given(chosen=choices(SAID))
@example(chosen={})
@example(chosen={"theme": ["sovereignty"], "stance": ["opposes"]})
@example(chosen={"actor": ["denmark"], "joint": ["true"]})
@example(chosen={"group": ["caricom"], "kind": ["member_state"], "year": ["2011"]})
@example(chosen={"pillar": ["3"], "quoted": ["true"]})
def test_statements(chosen):
    assert selected(StatementSelection, chosen, "ref") == sorted(reader.find_statements(chosen))


@settings(max_examples=80)
@given(chosen=choices(SAID))
@example(chosen={})
@example(chosen={"joint": ["false"]})
def test_positions(chosen):
    assert selected(PositionSelection, chosen, "ref") == sorted(reader.find_positions(chosen))


@settings(max_examples=60)
@given(chosen=choices(SAID))
@example(chosen={})
@example(chosen={"joint": ["false"]})
@example(chosen={"year": ["2011"]})
@example(chosen={"quoted": ["false"]})
def test_quotations(chosen):
    assert selected(QuotationSelection, chosen, "ref") == sorted(reader.find_quotations(chosen))


@settings(max_examples=50)
@given(chosen=choices(TALLIED))
@example(chosen={})
@example(chosen={"actor": ["mexico"]})
def test_tallies(chosen):
    assert selected(TallySelection, chosen, "ref") == sorted(reader.find_tallies(chosen))


ACTOR_WORDS = st.sampled_from(["cote", "united", "republic of", "é", "union", "iid", "xyzzy"])


@settings(max_examples=50)
@given(
    chosen=choices(["actor", "kind", "group"]) | choices(SAID),
    words=st.none() | ACTOR_WORDS,
)
@example(chosen={}, words=None)
@example(chosen={"year": ["2011"], "form": ["presentation"]}, words=None)
@example(chosen={"year": ["2011"], "group": ["european-union"]}, words=None)
@example(chosen={"theme": ["use-of-force-and-abuse"], "stance": ["concerned"]}, words=None)
def test_actors(chosen, words):
    if "q" in chosen:
        chosen = {**chosen, "said": chosen["q"]}
        del chosen["q"]
    if words:
        chosen = {**chosen, "q": [words]}
    assert selected(ActorSelection, chosen, "slug") == sorted(reader.find_actors(chosen))


@settings(max_examples=20)
@given(chosen=choices(["year", "year_min", "year_max"]))
def test_dialogues(chosen):
    assert selected(DialogueSelection, chosen, "year") == [
        str(file["dialogue"]["year"])
        for file in reader.dialogues()
        if reader.year_fits(file["dialogue"], chosen)
    ]


@settings(max_examples=20)
@given(chosen=choices(["year", "year_min", "year_max", "panel"]))
def test_panels(chosen):
    found = PanelSelection(query(chosen))
    assert found.problems == []
    assert [(panel.dialogue.year, panel.key) for panel in found.in_order] == [
        (file["dialogue"]["year"], panel["key"])
        for file in reader.dialogues()
        for panel in file["dialogue"]["panels"]
        if reader.year_fits(file["dialogue"], chosen)
        and ("panel" not in chosen or panel["kind"] in chosen["panel"])
    ]


@pytest.mark.parametrize("slug", slugs("sources")[::20])
def test_passages_of_a_source(slug):
    (source,) = [source for source in bundled.shared("sources") if source["slug"] == slug]
    found = PassageSelection(query({"source": [slug]})).in_order
    assert [passage.number for passage in found] == [p["number"] for p in source["passages"]]


@pytest.mark.parametrize(
    ("selection", "name", "fields"),
    [
        (PersonSelection, "people", ("name", "variants")),
        (SituationSelection, "situations", ("name", "variants")),
        (InstrumentSelection, "instruments", ("name", "variants")),
        (ThemeSelection, "themes", ("title", "definition")),
        (SourceSelection, "sources", ("title", "publisher")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("words", ["", "UN", "é", "Rés", "report 2011", "O’", "the", "libya"])
def test_short_lists_by_words(selection, name, fields, words):
    def text(record):
        values = [record[field] for field in fields]
        return reader.fold(" ".join(" ".join(v) if isinstance(v, list) else v for v in values))

    found = selection(query({"q": [words]}))
    assert found.problems == []
    assert sorted(row.slug for row in found.in_order) == sorted(
        record["slug"]
        for record in bundled.shared(name)
        if all(word in text(record) for word in reader.fold(words).split())
    )


# The rules, one by one


def refs(selection: type[Selection], text: str) -> set[str]:
    found = selection(QueryDict(text))
    assert found.problems == []
    return {row.ref for row in found.rows}


def test_theme_and_stance_hold_of_one_and_the_same_position():
    """A statement with a point on X and an opposing point on Y does not oppose X."""
    statement = make_statement(
        make_dialogue(2030, state=State.PUBLISHED), ["mexico"], state=State.PUBLISHED
    )
    make_position(statement, "sovereignty", "supports")
    make_position(statement, "civil-society", "opposes")
    ref = statement.ref
    assert ref not in refs(StatementSelection, "year=2030&theme=sovereignty&stance=opposes")
    assert ref in refs(StatementSelection, "year=2030&theme=civil-society&stance=opposes")
    assert ref in refs(StatementSelection, "year=2030&theme=sovereignty&theme=civil-society")
    make_position(statement, "sovereignty", "opposes")
    assert ref in refs(StatementSelection, "year=2030&theme=sovereignty&stance=opposes")


def test_quoted_holds_of_the_same_position_too():
    statement = make_statement(
        make_dialogue(2030, state=State.PUBLISHED), ["mexico"], state=State.PUBLISHED
    )
    make_quotation(make_position(statement, "sovereignty"))
    make_position(statement, "civil-society")
    assert refs(StatementSelection, "year=2030&theme=sovereignty&quoted=true")
    assert not refs(StatementSelection, "year=2030&theme=civil-society&quoted=true")
    assert refs(StatementSelection, "year=2030&theme=civil-society&quoted=false")
    assert not refs(StatementSelection, "year=2030&theme=sovereignty&quoted=false")


def test_actor_kind_and_group_hold_of_one_and_the_same_deliverer():
    """Mexico and the EU together are no Member State of the EU, and no regional organization
    called Mexico."""
    statement = make_statement(
        make_dialogue(2030, state=State.PUBLISHED),
        ["mexico", "european-union"],
        state=State.PUBLISHED,
    )
    for wrong in (
        "actor=mexico&kind=regional_organization",
        "actor=mexico&group=european-union",
        "actor=european-union&group=grulac",
        "kind=regional_organization&group=grulac",
    ):
        assert statement.ref not in refs(StatementSelection, f"year=2030&{wrong}"), wrong
    assert statement.ref in refs(StatementSelection, "year=2030&actor=mexico&group=grulac")


def test_a_group_is_as_of_the_dialogue_s_first_day():
    croatia = Actor.objects.get(slug="croatia")
    for year in (2011, 2013, 2030):
        dialogue = (
            make_dialogue(year, state=State.PUBLISHED)
            if year == 2030
            else Dialogue.objects.get(year=year)
        )
        make_statement(dialogue, [croatia], state=State.PUBLISHED)
    found = Statement.objects.filter(deliveries__actor=croatia, dialogue__year__in=[2011, 2030])
    in_2011, in_2030 = found.order_by("dialogue__year").values_list("ref", flat=True)
    members = refs(StatementSelection, "actor=croatia&group=european-union")
    assert in_2011 not in members
    assert in_2030 in members


def test_who_joined_and_who_was_spoken_for_are_not_found():
    dialogue = make_dialogue(2030, state=State.PUBLISHED)
    statement = make_statement(dialogue, ["mexico"], joined=["cuba"], state=State.PUBLISHED)
    delivery = Delivery.objects.get(statement=statement, actor__slug="mexico")
    delivery.on_behalf_of.add(Actor.objects.get(slug="brazil"))
    make_position(statement)
    for selection in (StatementSelection, PositionSelection):
        assert refs(selection, "year=2030&actor=mexico")
        assert not refs(selection, "year=2030&actor=cuba")
        assert not refs(selection, "year=2030&actor=brazil")
    assert not refs(StatementSelection, "year=2030&joint=true")


def test_other_themes_and_mentions_are_shown_not_counted():
    dialogue = make_dialogue(2030, state=State.PUBLISHED)
    statement = make_statement(dialogue, ["mexico"], state=State.PUBLISHED)
    make_position(statement, "sovereignty", other_themes=["civil-society"], mentions=["cuba"])
    assert not refs(PositionSelection, "year=2030&theme=civil-society")
    assert not refs(PositionSelection, "year=2030&actor=cuba")


def test_drafts_are_found_by_curators_only():
    statement = make_statement(Dialogue.objects.get(year=2011), ["mexico"])
    make_position(statement, "sovereignty")
    for selection in (StatementSelection, PositionSelection):
        asked = QueryDict("year=2011&actor=mexico")
        public, curators = selection(asked), selection(asked, user=User(is_staff=True))
        assert curators.rows.count() == public.rows.count() + 1


def test_a_selection_of_fewer_rows_to_begin_with():
    found = StatementSelection(
        QueryDict("theme=sovereignty"), queryset=Statement.objects.filter(dialogue__year=2011)
    )
    assert {row.ref for row in found.rows} == refs(
        StatementSelection, "theme=sovereignty&year=2011"
    )
