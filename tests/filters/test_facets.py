"""The counts beside choices are the numbers of rows that choosing gives."""

import datetime

import pytest
from django.http import QueryDict
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogues import publishing, search
from dialogues.choices import ActorKind, State
from dialogues.filters import PositionSelection, StatementSelection, cache, facet_counts
from dialogues.models import Membership, Statement
from dialogues.search.parameters import PARAMETERS
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
    assert list(facets) == [parameter.name for parameter in PARAMETERS]
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


@pytest.mark.parametrize("selection", FIND)
@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_every_value_of_every_filter_counts_the_rows_of_its_list(selection, parameter):
    every = facet_counts(selection()).facets[parameter.name]
    assert every
    for value in every:
        alone = selection(QueryDict(f"{parameter.name}={value.value}"))
        assert value.count == alone.count() == len(FIND[selection]({parameter.name: [value.value]}))


def test_counts_of_everything_are_cached_for_a_version_of_the_data(kept):
    def counted(query: str, version: str) -> int:
        return facet_counts(StatementSelection(QueryDict(query), version=version)).rows

    first = counted("", "one")
    Statement.objects.filter(ref="RTOP-2011-S001").update(state=State.DRAFT)
    search.index(Statement.objects.filter(ref="RTOP-2011-S001"))
    assert counted("", "one") == first
    assert counted("", "two") == first - 1
    cache.clear()
    assert counted("", "one") == first - 1


@pytest.mark.parametrize(
    ("query", "most"), [("", 1), ("q=r2p&theme=sovereignty&kind=member_state&year=2011", 4)]
)
@pytest.mark.parametrize("selection", FIND)
def test_one_query_for_all_and_one_for_each_with_a_choice(
    selection, query, most, django_assert_max_num_queries
):
    # Besides: the synonyms, the lists of choices that the archive has, two of them once more, since
    # nothing is cached in a transaction and they check the given values, and the version.
    lists = sum(callable(parameter.choices) for parameter in PARAMETERS)
    with django_assert_max_num_queries(most + 1 + lists + 2 + 1):
        facet_counts(selection(QueryDict(query)))
