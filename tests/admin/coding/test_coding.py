"""The coding desk on the server: what it shows, what it saves, and what it refuses."""

import pytest
from django.test import Client

from dialogues import publishing
from dialogues.admin.coding.views import coding_url
from dialogues.models import Passage, PassageMark, Position, Revision, Source, Statement
from dialogues.publishing import approve, submit
from dialogues.publishing.coverage import source_coverage, unread_passages
from tests.factories import (
    make_citation,
    make_dialogue,
    make_panel,
    make_passage,
    make_position,
    make_source,
    make_statement,
    make_tally,
    make_user,
)
from tests.views.asking import queries

pytestmark = pytest.mark.django_db

TEXTS = [
    "Mexico, Chile and Ghana asked for restraint. Ghana said “never again” and again.",
    "Japan doubted it.",
    "The links are below.",
]


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(make_user("ada", "Contributor"))
    return client


@pytest.fixture
def source() -> Source:
    source = make_source("a-report")
    for number, text in enumerate(TEXTS, start=1):
        make_passage(source, number, text)
    source.passages.update(section="I. One", subsection="A heading")
    publishing.write_save(source, None, new=True)
    return source


@pytest.fixture
def dialogue():
    dialogue = make_dialogue(2031)
    make_panel(dialogue)
    publishing.write_save(dialogue, None, new=True)
    return dialogue


@pytest.fixture
def desk(source, dialogue) -> str:
    return coding_url(source, dialogue)


def opened(client, desk):
    return client.get(desk).context["versions"]


def code(client, desk, *who, **changed):
    """Sends the form of passage 1, with the versions that the desk has now."""
    data = {
        "do": "code",
        "passage": 1,
        "who": who,
        "theme": "sovereignty",
        "stance": "calls_for",
        "summary": "{actor} asked for restraint.",
    }
    if "opened" not in changed:
        data["opened"] = opened(client, desk)
    return client.post(desk, data | changed)


def errors(response):
    assert response.status_code == 200
    return {name: " ".join(faults) for name, faults in response.context["form"].errors.items()}


def points(year=2031):
    rows = Position.objects.filter(statement__dialogue__year=year).order_by("pk")
    return [(position.statement.delivered[0].actor.slug, position.summary) for position in rows]


# What it saves


def test_a_point_makes_its_statement_on_the_spot(ada, desk, dialogue):
    panel = dialogue.panels.get()
    response = code(ada, desk, "ghana", text="never again", panel=panel.pk, pillars=[2, 3])
    assert response.status_code == 302
    statement = Statement.objects.get(dialogue=dialogue)
    position = statement.positions.get()
    assert (statement.state, statement.panel) == ("draft", panel)
    assert [c.cite for c in statement.citations.all()] == ["a-report#p1"]
    assert (position.summary, position.pillars) == ("Ghana asked for restraint.", [2, 3])
    assert (position.heading, position.heading_basis) == ("A heading", "printed")
    assert (position.attribution, position.claim) == ("individual", "")
    quotation = position.quotations.get()
    start = TEXTS[0].index("never again")
    assert (quotation.start, quotation.end, quotation.check_result) == (
        start,
        start + 11,
        "verified",
    )
    assert (quotation.opening_mark, quotation.closing_mark) == ("“", "”")
    assert "no quotation marks" not in ada.get(desk).content.decode()
    last = Revision.objects.latest("number")
    assert (last.record_key, last.action, str(last.by)) == (statement.ref, "created", "ada")
    # The next point of the same actor goes into the same statement.
    code(ada, desk, "ghana")
    assert (Statement.objects.filter(dialogue=dialogue).count(), len(points())) == (1, 2)


def test_words_that_stand_twice_are_found_where_they_were_selected(ada, desk):
    second = TEXTS[0].rindex("again")
    code(ada, desk, "ghana", text="again", start=second)
    assert "stand in no quotation marks" in ada.get(desk).content.decode()
    code(ada, desk, "chile", text="again")
    assert [q.start for p in Position.objects.order_by("-pk")[:2] for q in p.quotations.all()] == [
        None,
        second,
    ]


def test_the_same_point_of_several_is_one_for_each_under_one_claim(ada, desk):
    code(ada, desk, "mexico", "chile", others="ghana; MEXICO ")
    assert points() == [
        ("mexico", "Mexico asked for restraint."),
        ("chile", "Chile asked for restraint."),
        ("ghana", "Ghana asked for restraint."),
    ]
    rows = Position.objects.filter(statement__dialogue__year=2031)
    assert len(set(rows.values_list("claim", flat=True)) - {""}) == 1
    assert set(rows.values_list("attribution", flat=True)) == {"list"}


def test_a_joint_statement_holds_a_point_once(ada, desk, dialogue):
    joint = make_statement(dialogue, ["mexico", "chile"])
    publishing.write_save(joint, None, new=True)
    page = ada.get(desk)
    assert [name for _word, name, _new in page.context["lines"][0].named] == [
        "Mexico and Chile",
        "Ghana",
    ]
    code(ada, desk, "mexico", others="Chile")
    position = joint.positions.get()
    assert (position.summary, position.attribution) == (
        "Mexico and Chile asked for restraint.",
        "joint",
    )


def test_a_published_statement_gets_a_proposal_that_the_desk_goes_on_from(ada, desk, source):
    published = make_statement(make_dialogue(2032, state="published"), ["ghana"], state="published")
    publishing.write_save(published, None, new=True)
    desk = coding_url(source, published.dialogue)
    for _ in range(2):
        assert code(ada, desk, "ghana").status_code == 302
    published.refresh_from_db()
    assert (published.stage, published.positions.count()) == ("proposed", 0)
    page = ada.get(desk)
    assert [point["stage"] for point in page.context["lines"][0].points] == [
        "Published, with a change being written"
    ] * 2
    assert page.context["reading"].coded == 1
    assert source_coverage(source).coded == 1
    for one in (published, source):
        submit(one, None)
    publishing.publish(source, make_user("eve", "Publisher"))
    approve(published, make_user("bob", "Reviewer"))
    assert published.positions.count() == 2


# What it refuses


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"others": "Gana"}, "others", "The nearest is “Ghana”"),
        ({"others": "Qqqqq"}, "others", "Enter it under Actors first"),
        ({"others": ""}, "others", "at least one actor"),
        ({"others": "Ghana", "text": "other words"}, "text", "do not stand in p1"),
        ({"others": "Ghana", "stance": "nonsense"}, "stance", "Select a valid choice"),
        ({"others": "Ghana", "theme": "nonsense"}, "theme", "Select a valid choice"),
        ({"others": "Ghana", "summary": ""}, "summary", "required"),
        ({"others": "Ghana", "passage": "99"}, "passage", "no passage p99"),
        ({"others": "Ghana", "start": "x"}, "start", "whole number"),
    ],
)
def test_what_is_wrong_names_its_field_and_keeps_the_rest(ada, desk, changed, field, words):
    response = code(ada, desk, **{"opened": ""} | changed)
    assert words in errors(response)[field]
    assert not points()
    if changed.get("summary") != "" and field != "passage":
        assert "{actor} asked for restraint." in response.content.decode()


def test_an_actor_of_several_statements_is_asked_which(ada, desk, dialogue):
    first, second = make_statement(dialogue, ["ghana"]), make_statement(dialogue, ["ghana"])
    response = code(ada, desk, "ghana")
    assert first.ref in errors(response)["others"]
    assert second.ref in errors(response)["others"]
    code(ada, desk, others=second.ref.lower())
    assert second.positions.count() == 1


def test_a_stale_save_is_refused_and_keeps_what_was_typed(ada, desk, dialogue):
    statement = make_statement(dialogue, ["ghana"])
    publishing.write_save(statement, None, new=True)
    seen = opened(ada, desk)
    code(ada, desk, "ghana", summary="Somebody’s.")
    # Of two that were wanted, neither is written.
    response = code(ada, desk, "chile", "ghana", summary="Mine.", opened=seen, stance="opposes")
    assert response.status_code == 409
    assert "saved by somebody since you opened" in response.context["fault"]
    page = response.content.decode()
    assert "Mine." in page
    assert "Somebody’s." in page
    assert [summary for _who, summary in points()] == ["Somebody’s."]
    # The page has the new versions in it: what still holds is saved with one more press.
    again = response.context["versions"]
    assert code(ada, desk, "ghana", summary="Mine.", opened=again).status_code == 302


def test_two_who_make_a_statement_of_one_actor_make_one(ada, desk):
    seen = opened(ada, desk)
    assert code(ada, desk, "ghana", opened=seen).status_code == 302
    assert code(ada, desk, "ghana", opened=seen).status_code == 409
    assert len(points()) == 1


def test_the_role_table_says_who_codes(client, desk, dialogue):
    statement = make_statement(dialogue, ["ghana"], state="in_review")
    client.force_login(make_user("eve", "staff"))
    page = client.get(desk)
    assert (page.status_code, page.context["may_code"]) == (200, False)
    assert code(client, desk, "chile").status_code == 403
    assert client.post(desk, {"do": "aside", "passage": 1, "reason": "x"}).status_code == 403
    client.force_login(make_user("ada", "Contributor"))
    assert "it is in review" in code(client, desk, "chile", "ghana").context["fault"]
    assert not points()
    client.force_login(make_user("bob", "Reviewer"))
    assert code(client, desk, "ghana").status_code == 302
    assert statement.positions.count() == 1
    assert Client().get(desk).status_code == 302


# How far it is read


def test_every_passage_is_coded_set_aside_or_not_yet_read(ada, desk, source, dialogue):
    def counts():
        own = ada.get(desk).context["reading"]
        assert own == source_coverage(source)
        return own.coded, own.set_aside, own.not_read

    assert counts() == (0, 0, 3)
    code(ada, desk, "ghana")
    (waiting,) = [row for row in unread_passages() if row.source == source]
    assert (waiting.dialogue, waiting.not_read) == (dialogue, 2)
    response = ada.post(desk, {"do": "aside", "passage": 2, "reason": ""})
    assert "required" in str(response.context["aside"].errors)
    ada.post(desk, {"do": "aside", "passage": 2, "reason": "A link line."})
    assert counts() == (1, 1, 1)
    make_citation(make_tally(dialogue), "a-report#p3")
    assert counts() == (2, 1, 0)
    assert ada.get(desk).context["lines"][2].others == ["1 tally"]
    assert not [row for row in unread_passages() if row.source == source]
    # A corrected text asks for a second look; a person gives it.
    PassageMark.objects.create(passage=Passage.objects.get(source=source, number=1), kind="changed")
    assert counts() == (1, 1, 1)
    assert [one.passage.number for one in ada.get(f"{desk}&show=not_read").context["lines"]] == [1]
    ada.post(desk, {"do": "again", "passage": 1})
    ada.post(desk, {"do": "again", "passage": 2})
    assert counts() == (2, 0, 1)


def test_the_desk_takes_as_many_queries_for_many_passages(ada, desk, source, dialogue):
    statement = make_statement(dialogue, ["ghana"])
    make_citation(make_position(statement), "a-report#p1")

    before = queries(ada, desk)
    for number in range(4, 30):
        make_passage(source, number, f"Ghana spoke {number} times.")
        make_citation(make_position(statement), f"a-report#p{number}")
    assert queries(ada, desk) <= before <= 40


def test_each_passage_has_its_form_at_an_address(ada, desk):
    assert ada.get(f"{desk}&passage=2").context["opened"].passage.number == 2
    for odd in ("99", "x", "²", "-1"):
        assert ada.get(f"{desk}&passage={odd}").context["opened"] is None


def test_without_a_dialogue_the_desk_asks_for_one(ada, source, dialogue):
    page = ada.get(coding_url(source))
    assert dialogue in page.context["choices"]
    assert "desk" not in page.context
    make_citation(dialogue, "a-report", field="title")
    assert ada.get(coding_url(source)).context["dialogue"] == dialogue
    assert "desk" not in ada.get(f"{coding_url(source)}?dialogue=").context
    empty = make_source("empty")
    assert "has no passages yet" in ada.get(coding_url(empty, dialogue)).content.decode()
