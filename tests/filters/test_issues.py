"""What a query string asks that cannot be: named, with the nearest that can, and no rows."""

import re

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogues.filters import (
    ActorSelection,
    CompareSelection,
    DialogueSelection,
    PassageSelection,
    PersonSelection,
    PositionSelection,
    QuotationSelection,
    StatementSelection,
    TallySelection,
)
from dialogues.filters.base import LONGEST_VALUE, MOST_VALUES

pytestmark = pytest.mark.django_db

SELECTIONS = [
    StatementSelection,
    PositionSelection,
    QuotationSelection,
    TallySelection,
    ActorSelection,
    DialogueSelection,
    PersonSelection,
    PassageSelection,
]


def problems(text, selection=StatementSelection, **kwargs):
    found = selection(QueryDict(text), **kwargs)
    if found.problems:
        assert list(found.rows) == list(found.in_order) == []
    return [(problem.field, problem.code, problem.message) for problem in found.problems]


@pytest.mark.parametrize(
    ("text", "field", "near"),
    [
        ("theme=soverainty", "theme", "sovereignty"),
        ("stance=oppose", "stance", "opposes"),
        ("stance=calls-for", "stance", "calls_for"),
        ("actor=mexcio", "actor", "mexico"),
        ("actor=Mexico", "actor", "mexico"),
        ("kind=member-state", "kind", "member_state"),
        ("group=african-unoin", "group", "african-union"),
        ("year=2001", "year", "2009"),
        ("situation=libia", "situation", "libya"),
        ("instrument=resolution-1974", "instrument", "resolution-1973"),
        ("panel=debates", "panel", "debate"),
        ("form=presentations", "form", "presentation"),
        ("sort=-yaer", "sort", "-year"),
    ],
)
def test_an_unknown_value_is_named_with_the_nearest(text, field, near):
    ((name, code, message),) = problems(text)
    assert (name, code) == (field, "unknown_value")
    assert f"“{text.partition('=')[2]}” is not known here." in message
    assert f"The nearest is “{near}”." in message


@pytest.mark.parametrize(
    ("text", "near"),
    [("them=sovereignty", "theme"), ("yeer=2011", "year"), ("THEME=x", "theme"), ("Q=x", "q")],
)
def test_an_unknown_parameter_is_named_with_the_nearest(text, near):
    ((name, code, message),) = problems(text)
    assert (name, code) == (text.partition("=")[0], "unknown_parameter")
    assert f"The nearest is “{near}”." in message
    assert "Allowed: q, " in message or "Allowed: year, " in message
    assert "stance" in message


def test_the_list_of_what_is_allowed_is_given_where_it_is_short():
    ((_, _, message),) = problems("stance=against")
    assert message.endswith(
        "Allowed: supports, welcomes, calls_for, notes, concerned, mixed, opposes."
    )
    ((_, _, message),) = problems("actor=nobody-at-all-here")
    assert "Allowed" not in message


@pytest.mark.parametrize(
    ("text", "field", "code"),
    [
        ("q=a%00b", "q", "null_character"),
        ("theme=%00", "theme", "null_character"),
        ("%00=1", "", "unknown_parameter"),
        ("q=%FF", "q", "not_utf8"),
        ("theme=%C3", "theme", "not_utf8"),
        ("q=" + "a" * (LONGEST_VALUE + 1), "q", "too_long"),
        ("theme=" + "a" * (LONGEST_VALUE + 1), "theme", "too_long"),
        ("q=a&q=b", "q", "repeated"),
        ("joint=true&joint=true", "joint", "repeated"),
        ("year_min=2010&year_min=2011", "year_min", "repeated"),
        ("sort=year&sort=-year", "sort", "repeated"),
        ("joint=yes", "joint", ""),
        ("joint=TRUE", "joint", ""),
        ("quoted=1", "quoted", ""),
        ("pillar=4", "pillar", "unknown_value"),
        ("pillar=01", "pillar", "unknown_value"),
        ("pillar=-1", "pillar", "unknown_value"),
        ("year=2011.0", "year", "unknown_value"),
        ("year=+2011", "year", "unknown_value"),
        ("year_min=x", "year_min", ""),
        ("year_min=1900", "year_min", ""),
        ("year_min=2013&year_max=2011", "year_max", "out_of_range"),
        ("year_max=99999", "year_max", ""),
        ("year_max=2011.5", "year_max", ""),
        ("year_max=NaN", "year_max", ""),
        ("year_min=1e999", "year_min", ""),
        ('q="half a phrase', "q", "invalid"),
        ("q=“half", "q", "invalid"),
        ("theme=sovereignty%20", "theme", "unknown_value"),
    ],
)
def test_what_is_malformed_is_named(text, field, code):
    found = problems(text)
    assert (field, code) in [(name, said if code else "") for name, said, _ in found]


def test_too_many_values():
    many = "&".join(["theme=sovereignty"] * (MOST_VALUES + 1))
    ((name, code, message),) = problems(many)
    assert (name, code) == ("theme", "too_many")
    assert str(MOST_VALUES) in message
    assert problems("&".join(["theme=sovereignty"] * MOST_VALUES)) == []


def test_every_problem_is_named_at_once():
    found = problems("theme=x&stance=y&nothing=1&q=a&q=b&actor=mexico")
    assert {name for name, _, _ in found} == {"theme", "stance", "nothing", "q"}


@pytest.mark.parametrize(
    "text",
    ["", "theme=", "theme=&stance=&q=&year=&sort=", "year_min=&joint=", "q=%20%20"],
)
def test_what_is_empty_counts_as_absent(text):
    for selection in (StatementSelection, PositionSelection, QuotationSelection):
        assert problems(text, selection) == []
        everything = selection(QueryDict("")).rows.count()
        assert selection(QueryDict(text)).rows.count() == everything


def test_an_empty_value_beside_one_that_says_something():
    assert problems("theme=&theme=sovereignty") == []
    found = PositionSelection(QueryDict("theme=&theme=sovereignty")).rows
    assert {row.theme.slug for row in found} == {"sovereignty"}


def test_an_unknown_parameter_that_is_empty_is_absent_too():
    assert problems("nothing=") == []


@pytest.mark.parametrize("text", ["utm_source=mail&utm_campaign=x", "fbclid=abc", "gclid=abc"])
def test_tracking_is_passed_over_on_pages_only(text):
    assert problems(text, tracking=True) == []
    assert problems(text)[0][1] == "unknown_parameter"


def test_parameters_that_the_caller_reads_itself():
    assert problems("cursor=abc&format=csv", extra=("cursor", "format")) == []
    ((name, _, message),) = problems("cusor=abc", extra=("cursor",))
    assert name == "cusor"
    assert "The nearest is “cursor”." in message


@pytest.mark.parametrize("selection", SELECTIONS, ids=lambda one: one.__name__)
def test_every_selection_says_which_parameters_it_takes(selection):
    found = selection(QueryDict(""))
    assert found.problems == []
    ((_, _, message),) = problems("xyzzyx=1", selection)
    allowed = re.search(r"Allowed: (.*)\.", message)
    assert allowed
    assert allowed[1].split(", ") == found.parameters


ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NAMES = st.sampled_from(
    ["q", "theme", "year", "year_min", "joint", "pillar", "sort", "group", "actor", "kind"]
)


@settings(max_examples=60)
@given(pairs=st.lists(st.tuples(NAMES | ODD, ODD), max_size=4))
@pytest.mark.parametrize("selection", [StatementSelection, TallySelection, ActorSelection])
def test_nothing_that_can_be_asked_is_an_error(selection, pairs):
    """Any query string gives rows or problems, each with a field, a code and words."""
    data = QueryDict(mutable=True)
    for name, value in pairs:
        data.appendlist(name, value)
    found = selection(data)
    rows = list(found.rows[:5])
    for problem in found.problems:
        assert problem.code
        assert problem.message
        assert "\x00" not in problem.field + problem.message
    assert not (rows and found.problems)


# What is chosen, for a page to show and take away


def test_what_is_chosen_with_its_label_and_the_address_without_it():
    found = PositionSelection(
        QueryDict("theme=sovereignty&theme=civil-society&actor=cote-divoire&sort=year&cursor=x"),
        extra=("cursor",),
    )
    assert [(name, value, str(label)) for name, value, label, _ in found.chosen] == [
        ("theme", "sovereignty", found.label_of("theme", "sovereignty")),
        ("theme", "civil-society", found.label_of("theme", "civil-society")),
        ("actor", "cote-divoire", "Côte d’Ivoire"),
    ]
    assert found.chosen[0][3] == "theme=civil-society&actor=cote-divoire&sort=year"
    assert found.with_values(theme=None, year=[2011, 2013]) == (
        "actor=cote-divoire&sort=year&year=2011&year=2013"
    )


# The comparison


def compare(text):
    found = CompareSelection(QueryDict(text))
    return [(problem.field, problem.code) for problem in found.problems]


def test_a_comparison_without_anything_is_2011_with_all_others():
    found = CompareSelection(QueryDict(""))
    assert found.problems == []
    assert (found.base, found.view) == (2011, "facts")
    assert found.others == [2009, 2010, *range(2012, 2026)]


def test_a_comparison_of_some_years():
    found = CompareSelection(QueryDict("base=2013&with=2016&with=2009&view=themes&stance=opposes"))
    assert found.problems == []
    assert (found.base, found.others, found.view) == (2013, [2009, 2016], "themes")
    assert found.years == [2013, 2009, 2016]
    assert [name for name, *_ in found.filters] == ["stance"]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("base=1999", "base"),
        ("with=1999", "with"),
        ("with=2013&with=2013", "with"),
        ("base=2013&with=2013", "with"),
        ("with=2011", "with"),
        ("base=2011&base=2013", "base"),
        ("view=flags", "view"),
        ("view=facts&view=themes", "view"),
        ("year=2011", "year"),
        ("year_min=2011", "year_min"),
        ("sort=year", "sort"),
        ("theme=x", "theme"),
        ("nothing=1", "nothing"),
        ("base=%00", "base"),
    ],
)
def test_what_a_comparison_does_not_take(text, field):
    assert field in {name for name, _ in compare(text)}


def test_a_comparison_names_each_problem_once():
    found = compare("theme=x&year=2011&base=1999&sort=year")
    assert len(found) == len(set(found)) == 4
