"""Every number of every view, against a count in plain Python over the record files."""

from collections import Counter, defaultdict
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogues import comparison
from dialogues.filters import (
    ActorSelection,
    CompareSelection,
    PositionSelection,
    StatementSelection,
)
from dialogues.public import read_said, read_tallies
from tests import bundled
from tests.filters import reader
from tests.filters.test_selections import SAID, choices

pytestmark = pytest.mark.django_db

FILTERS = [name for name in SAID if not name.startswith("year")]
FAVOURABLE, CRITICAL = {"supports", "welcomes"}, {"opposes", "concerned"}


@st.composite
def comparisons(draw: Any) -> tuple[int, list[int], reader.Chosen]:
    """A base, the years beside it (none: all others), and filters."""
    base = draw(st.sampled_from([2011, 2011, *bundled.YEARS]))
    rest = [year for year in bundled.YEARS if year != base]
    others = draw(st.lists(st.sampled_from(rest), unique=True, max_size=4))
    return base, others, draw(choices(FILTERS))


def selection_of(
    base: int, others: list[int], chosen: reader.Chosen, view: str
) -> CompareSelection:
    query = QueryDict(mutable=True)
    query.update({"base": str(base), "view": view})
    query.setlist("with", [str(year) for year in others])
    for name, values in chosen.items():
        query.setlist(name, values)
    selection = CompareSelection(query)
    assert selection.problems == []
    return selection


def held(years: list[int], chosen: reader.Chosen) -> list[tuple[int, str, Any, list[str]]]:
    """Year, statement, position and fitting deliverers of each position that fits."""
    fitting = set(reader.find_positions(chosen))
    return [
        (dialogue["year"], statement["ref"], position, reader.who(dialogue, statement, chosen))
        for dialogue, statement, position in reader.positions()
        if dialogue["year"] in years and position["ref"] in fitting
    ]


def silence_of(year: int) -> str | None:
    dialogue = next(d["dialogue"] for d in reader.dialogues() if d["dialogue"]["year"] == year)
    if dialogue["format"] == "none_held":
        return "none_held"
    return "not_coded" if dialogue["coding"] == "not_coded" else None


@cache
def named() -> set[tuple[str, int]]:
    return {
        (slug, dialogue["year"])
        for dialogue, statement in reader.statements()
        for slug in reader.delivered(statement)
    }


def silence(slug: str, year: int) -> str:
    """Of an actor with nothing that fits: of the whole year, or of the actor."""
    here = "nothing_on_theme" if (slug, year) in named() else "not_named"
    return silence_of(year) or here


def rows(selection: type, query: str) -> int:
    found = selection(QueryDict(query))
    assert found.problems == [], query
    return found.rows.count()


LEGS = settings(max_examples=12)
FIXED = [
    example(compared=(2011, [2013], {"theme": ["national-focal-points"]})),
    example(compared=(2011, [], {})),
    example(compared=(2011, [2009, 2016], {"group": ["grulac"]})),
    example(compared=(2011, [2013], {"joint": ["true"]})),
    example(compared=(2013, [2011], {"stance": ["opposes", "concerned"], "q": ["force"]})),
]


def each_case(test: Any) -> Any:
    for case in FIXED:
        test = case(test)
    return LEGS(given(compared=comparisons())(test))


@each_case
def test_themes(compared):
    base, others, chosen = compared
    selection = selection_of(base, others, chosen, "themes")
    years = comparison.comparison_years(selection)
    stances: dict[Any, Counter] = defaultdict(Counter)
    actors: dict[Any, set] = defaultdict(set)
    totals = Counter(dialogue["year"] for dialogue, _statement, _position in reader.positions())
    for year, _statement, position, who in held(selection.years, chosen):
        stances[position["theme"], year][position["stance"]] += 1
        actors[position["theme"], year] |= set(who)
    shown = comparison.themes(selection, years)
    assert {row.theme.slug for row in shown} == {theme for theme, _year in stances}
    for row in shown:
        for column, cell in zip(years, row.cells, strict=True):
            key = (row.theme.slug, column.year)
            assert {one.stance: one.positions for one in cell.stances} == stances[key]
            assert cell.positions == stances[key].total()
            assert cell.actors == len(actors[key])
            assert (cell.silence is None) == (cell.positions > 0 or not silence_of(column.year))
            share = cell.positions / totals[column.year] if totals[column.year] else None
            assert cell.share == share


@each_case
def test_participation(compared):
    base, others, chosen = compared
    selection = selection_of(base, others, chosen, "participation")
    years = comparison.comparison_years(selection)
    fitting = set(reader.find_statements(chosen))
    spoke: dict[str, Counter] = defaultdict(Counter)
    numbers: dict[Any, set] = defaultdict(set)
    for dialogue, statement in reader.statements():
        if statement["ref"] in fitting and dialogue["year"] in selection.years:
            for slug in reader.who(dialogue, statement, chosen):
                actor, year = reader.actors()[slug], dialogue["year"]
                spoke[slug][year] += 1
                numbers[actor["kind"], year].add(slug)
                for group in {membership["group"] for membership in actor["memberships"]}:
                    if reader.belongs(slug, [group], dialogue["first_day"]):
                        numbers[group, year].add(slug)
            if len(reader.delivered(statement)) > 1:
                numbers["true", dialogue["year"]].add(statement["ref"])
    found = comparison.participation(selection, years)
    assert {row.actor.slug for row in found.rows} == set(spoke)
    for row in found.rows:
        slug = row.actor.slug
        statements = spoke[slug]
        elsewhere = any(statements[year] for year in selection.others)
        part = ("returning" if elsewhere else "base-only") if statements[base] else "new"
        assert row.part == part
        for column, cell in zip(years, row.cells, strict=True):
            assert cell.statements == statements[column.year]
            assert cell.silence == (None if cell.statements else silence(slug, column.year))
    for number in found.numbers:
        for column, counted in zip(years, number.cells, strict=True):
            there = len(numbers[number.value, column.year])
            assert counted.number == (None if silence_of(column.year) else there)


@each_case
def test_actors(compared):
    base, others, chosen = compared
    selection = selection_of(base, others, chosen, "actors")
    years = comparison.comparison_years(selection)
    stances: dict[Any, Counter] = defaultdict(Counter)
    directions: dict[Any, dict[int, set]] = defaultdict(lambda: defaultdict(set))
    for year, _statement, position, who in held(selection.years, chosen):
        for slug in who:
            stances[slug, year][position["stance"]] += 1
            directions[slug, position["theme"]][year].add(position["stance"])
    found = comparison.actors(selection, years, read_said)
    assert {row.actor.slug for row in found.rows} == {slug for slug, _year in stances}
    for row in found.rows:
        for column, cell in zip(years, row.cells, strict=True):
            key = (row.actor.slug, column.year)
            assert {one.stance: one.positions for one in cell.stances} == stances.get(key, {})
            assert cell.silence == (None if cell.positions else silence(*key))
    turned = set()
    for (slug, theme), by_year in directions.items():
        clear = [
            (year, bool(found & FAVOURABLE))
            for year, found in sorted(by_year.items())
            if bool(found & FAVOURABLE) != bool(found & CRITICAL)
        ]
        turned |= {
            (slug, theme, before[0], after[0], after[1])
            for before, after in pairwise(clear)
            if before[1] != after[1]
        }
    turns = [turn for row in found.rows for turn in row.turns]
    assert {
        (turn.actor.slug, turn.theme.slug, turn.before_year, turn.after_year, turn.favourable)
        for turn in turns
    } == turned
    assert (found.number, found.turns) == (len(found.rows), len(turns))
    assert len(found.read) == min(len(turns), 25)
    for turn in found.read:
        for side in (turn.before, turn.after):
            assert 0 < len(side.said) <= side.number == rows(PositionSelection, side.query)


@each_case
def test_words_and_proposals(compared):
    base, others, chosen = compared
    selection = selection_of(base, others, chosen, "words")
    years = comparison.comparison_years(selection)
    refs: dict[Any, set] = defaultdict(set)
    calls: dict[Any, set] = defaultdict(set)
    proposed = set()
    for year, _statement, position, who in held(selection.years, chosen):
        for slug in who:
            refs[slug, year].add(position["ref"])
            if position["stance"] == "calls_for":
                calls[slug, position["theme"]].add(year)
        if position["proposal"]:
            proposed.add((year, position["proposal"]["title"], position["ref"]))
    words = comparison.words(selection, years, read_said)
    assert words.actors == len({slug for slug, _year in refs})
    for row in words.rows:
        for column, cell in zip(years, row.cells, strict=True):
            fitting = refs[row.actor.slug, column.year]
            assert cell.number == len(fitting)
            assert {position.ref for position in cell.positions} <= fitting
    asked = comparison.proposals(selection, read_said, read_tallies)
    assert {
        (one.year, proposal.title, position.ref)
        for one in asked.proposed
        for proposal in one.proposals
        for taken in proposal.parts
        for position in taken.positions
    } == proposed
    assert {(call.actor.slug, call.theme.slug) for call in asked.calls} == {
        key for key, found in calls.items() if len(found) > 1
    }


@pytest.mark.parametrize(
    "query",
    [
        {"theme": ["national-focal-points"]},
        {"group": ["grulac"], "stance": ["calls_for", "supports"]},
        {"q": ["prevention"], "kind": ["member_state"]},
        {"joint": ["true"]},
    ],
)
def test_every_number_is_the_number_of_rows_behind_it(query):
    selection = selection_of(2011, [2009, 2013], query, "themes")
    years = comparison.comparison_years(selection)
    for cell in [cell for theme in comparison.themes(selection, years) for cell in theme.cells]:
        if cell.positions:
            assert rows(PositionSelection, cell.query) == cell.positions
            assert rows(ActorSelection, cell.actors_query) == cell.actors
        for one in cell.stances:
            assert rows(PositionSelection, one.query) == one.positions
    found = comparison.participation(selection, years)
    for number in found.numbers:
        list_of = StatementSelection if number.scheme == "joint" else ActorSelection
        for counted in number.cells:
            if counted.number and counted.query:
                assert rows(list_of, counted.query) == counted.number, counted.query
    for named in [each for row in found.rows for each in row.cells if each.statements]:
        assert rows(StatementSelection, named.query) == named.statements
    for call in comparison.proposals(selection, read_said, read_tallies).calls:
        for made in call.by_year:
            assert rows(PositionSelection, made.query) == made.positions
