"""The counts beside choices are the numbers of rows that choosing gives."""

import datetime

import pytest
from django.http import QueryDict
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogues import publishing, search
from dialogues.choices import ActorKind, State
from dialogues.filters import (
    FACETS,
    FacetCounts,
    PositionSelection,
    StatementSelection,
    facet_counts,
)
from dialogues.models import Membership, Statement
from tests.factories import (
    make_actor,
    make_dialogue,
    make_membership,
    make_position,
    make_statement,
)
from tests.filters import reader

pytestmark = pytest.mark.django_db

FIND = {StatementSelection: reader.find_statements, PositionSelection: reader.find_positions}
VALUES = {
    "q": ["prevention", "libya OR veto", '"early warning"', "-r2p", "mexico"],
    "year": ["2009", "2011", "2013", "2018"],
    "actor": ["mexico", "european-union", "brazil", "netherlands"],
    "kind": ["member_state", "un_official", "civil_society"],
    "group": ["grulac", "european-union", "african-group"],
    "theme": ["sovereignty", "veto-and-security-council", "civil-society"],
    "stance": ["supports", "concerned", "opposes"],
    "pillar": ["1", "3"],
    "situation": ["libya", "syria"],
    "panel": ["opening", "panel", "discussion"],
    "form": ["statement", "presentation"],
    "quoted": ["true", "false"],
    "joint": ["true", "false"],
    "year_min": ["2011"],
}
SINGLE = ("q", "quoted", "joint", "year_min")
CHOSEN = st.lists(
    st.sampled_from([(name, value) for name, values in VALUES.items() for value in values]),
    max_size=4,
    unique=True,
)


def selected(chosen):
    data = QueryDict(mutable=True)
    values: dict[str, list[str]] = {}
    for name, value in chosen:
        if name not in SINGLE or name not in values:
            values.setdefault(name, []).append(value)
    for name, several in values.items():
        data.setlist(name, several)
    return data, values


@pytest.mark.parametrize("selection", FIND)
@settings(max_examples=8)
@given(chosen=CHOSEN, pick=st.randoms(use_true_random=False))
@example(chosen=[("theme", "sovereignty"), ("stance", "concerned"), ("year", "2011")], pick=None)
@example(chosen=[("group", "grulac"), ("kind", "member_state"), ("q", "prevention")], pick=None)
def test_a_count_is_the_number_of_rows_with_that_value_alone(selection, chosen, pick):
    data, values = selected(chosen)
    counts = facet_counts(selection(data))
    assert counts.rows == len(FIND[selection](values))
    facets = counts.facets
    assert list(facets) == list(FACETS)
    for name, found in facets.items():
        # All of them would be a thousand readings: the first, the last, and one between.
        some = [*found[:1], *found[-1:], *([pick.choice(found)] if pick and found else [])]
        for value in some:
            alone = values | {name: [value.value]}
            assert value.count == len(FIND[selection](alone)), (name, value)
            assert value.selected == (value.value in values.get(name, []))


@pytest.mark.parametrize("selection", FIND)
def test_all_that_has_rows_is_there_most_first(selection):
    facets = facet_counts(selection(QueryDict("year=2011"))).facets
    stances = {value.value: value.count for value in facets["stance"]}
    for stance in ("supports", "welcomes", "calls_for", "notes", "concerned", "mixed", "opposes"):
        rows = selection(QueryDict(f"year=2011&stance={stance}")).rows.count()
        assert stances.get(stance, 0) == rows
    counts = [value.count for value in facets["theme"]]
    assert counts == sorted(counts, reverse=True)


def test_what_is_chosen_is_there_at_zero():
    facets = facet_counts(StatementSelection(QueryDict("year=2020&actor=mexico"))).facets
    (mexico,) = facets["actor"]
    assert (mexico.value, mexico.label, mexico.count, mexico.selected) == (
        "mexico",
        "Mexico",
        0,
        True,
    )


def test_counts_follow_what_an_actor_is_and_where_it_belongs_on_the_day():
    dialogue = make_dialogue(2030, state=State.PUBLISHED)
    walrusia, shore = (make_actor(s, state=State.PUBLISHED) for s in ("walrusia", "shore"))
    make_membership(walrusia, shore, date_from=datetime.date(2030, 7, 2))
    statement = make_statement(dialogue, [walrusia], state=State.PUBLISHED)
    make_position(statement)

    def counted(selection, name):
        facets = facet_counts(selection(QueryDict("year=2030"))).facets
        return {value.value: value.count for value in facets[name]}

    for selection in FIND:
        assert counted(selection, "group") == {}
    dialogue.first_day = datetime.date(2030, 7, 2)
    walrusia.kind = ActorKind.OBSERVER
    for record in (dialogue, walrusia):
        record.save()
        publishing.reindex_and_recheck(record)
    for selection in FIND:
        assert counted(selection, "group") == {"shore": 1}
        assert counted(selection, "kind") == {"observer": 1}
    Membership.objects.filter(actor=walrusia).update(date_from=None, date_to=dialogue.first_day)
    assert list(search.differing(Statement.objects.filter(pk=statement.pk)))
    publishing.reindex_and_recheck(walrusia)
    assert not list(search.differing(Statement.objects.filter(pk=statement.pk)))
    for selection in FIND:
        assert counted(selection, "group") == {}


def test_counts_of_many_rows_are_kept_for_a_state(monkeypatch):
    monkeypatch.setattr("dialogues.filters.facets.KEPT_FROM", 1)

    def counted(query: str, state: str) -> FacetCounts:
        return facet_counts(StatementSelection(QueryDict(query), state=state))

    first = counted("year=2011", "one")
    Statement.objects.filter(ref="RTOP-2011-S001").update(state=State.DRAFT)
    search.index(Statement.objects.filter(ref="RTOP-2011-S001"))
    assert counted("year=2011", "one") == first
    assert counted("year=2011", "two").rows == first.rows - 1
    assert counted("year=2011&form=statement", "one") != first
    counted("q=veto", "one")
    Statement.objects.update(state=State.DRAFT)
    search.index(Statement.objects.all())
    assert counted("q=veto", "one").rows == 0


@pytest.mark.parametrize(
    ("query", "most"), [("", 1), ("q=r2p&theme=sovereignty&kind=member_state&year=2011", 5)]
)
@pytest.mark.parametrize("selection", FIND)
def test_one_query_for_all_and_one_for_each_with_a_choice(
    selection, query, most, django_assert_max_num_queries
):
    # Besides: the synonyms, the six lists of choices that the archive has, the keys of five, and
    # how many rows there are at all; and the keys of the theme that is chosen.
    with django_assert_max_num_queries(most + 1 + 6 + 5 + 1 + 1):
        facet_counts(selection(QueryDict(query)))


@pytest.fixture
def large(monkeypatch):
    """The bundled records, as if they were very many."""
    monkeypatch.setattr("dialogues.filters.facets.SAMPLE", 40)
    monkeypatch.setattr("dialogues.filters.facets.PROBE", 1)


@pytest.mark.parametrize("selection", FIND)
@pytest.mark.parametrize("query", ["q=prevention", "q=r2p&theme=sovereignty", "stance=supports"])
def test_of_very_many_rows_a_sample_is_counted_for_all(large, selection, query):
    about = facet_counts(selection(QueryDict(query)))
    exact = facet_counts(selection(QueryDict(query)), exact=True)
    assert (about.exact, exact.exact) == (False, True)
    assert exact.rows == selection(QueryDict(query)).rows.count()
    assert exact.rows / 2 < about.rows < exact.rows * 2
    years = {value.value: value.count for value in exact.facets["year"]}
    for value in about.facets["year"]:
        # A sample has no row that is not there, and tells of no more than it can stand for.
        assert value.count <= years[value.value] * 2**search.SMALLEST


@pytest.mark.parametrize("selection", FIND)
def test_few_rows_and_all_rows_are_counted_exactly(large, selection):
    few = facet_counts(selection(QueryDict("q=veto&year=2018")))
    assert few.exact
    assert few.rows == selection(QueryDict("q=veto&year=2018")).rows.count()
    every = facet_counts(selection(QueryDict("")))
    assert every.exact
    assert every.rows == selection(QueryDict("")).rows.count()


def test_what_is_estimated_is_named(large):
    query = "q=prevention&actor=mexico"
    counts = facet_counts(StatementSelection(QueryDict(query)))
    exact = facet_counts(StatementSelection(QueryDict(query)), exact=True)
    # What Mexico said is little; who said it, much.
    assert counts.estimated == {"actor"}
    assert counts.rows == exact.rows > 0
    for name in {*FACETS} - counts.estimated:
        assert counts.facets[name] == exact.facets[name]
    assert not exact.estimated


@pytest.mark.parametrize("selection", FIND)
@pytest.mark.parametrize("query", ["q=prevention&actor=mexico", "q=prevention&kind=member_state"])
def test_the_one_value_chosen_has_the_number_of_rows(large, selection, query):
    counts = facet_counts(selection(QueryDict(query)))
    chosen = [value.count for found in counts.facets.values() for value in found if value.selected]
    assert not counts.exact
    assert chosen == [counts.rows]


def test_an_address_gives_the_same_whatever_was_asked_before(large, monkeypatch):
    monkeypatch.setattr("dialogues.filters.facets.KEPT_FROM", 1)

    def counted(exact: bool) -> FacetCounts:
        chosen = StatementSelection(QueryDict("kind=member_state"), state="as it is")
        return facet_counts(chosen, exact)

    first, exact = counted(False), counted(True)
    assert (first.exact, exact.exact) == (False, True)
    assert counted(False) == first
    assert counted(True) == exact


def test_an_estimate_is_said_to_two_digits(large):
    counts = facet_counts(PositionSelection(QueryDict("stance=supports")))
    assert not counts.exact
    # With no stance chosen they are of all rows, which are counted exactly.
    others = (found for name, found in counts.facets.items() if name != "stance")
    numbers = [counts.rows, *(value.count for found in others for value in found)]
    assert all(len(str(number).rstrip("0")) <= 2 for number in numbers)
