"""The comparison as JSON: one code with the page, and every count leads to its rows."""

import pytest

BUDGET = 20
VIEWS = ["facts", "participation", "themes", "actors", "words", "panels", "proposals"]


@pytest.mark.parametrize("view", ["facts", "participation", "themes", "actors", "words"])
@pytest.mark.parametrize("years", ["", "&with=2013", "&with=2020&with=2012&with=2024"])
def test_every_row_has_a_cell_for_each_year(get, view, years):
    compared = get(f"compare/?base=2011&view={view}{years}").json()
    assert compared["view"] == view
    assert compared["base"] == compared["years"][0]["year"] == 2011
    assert compared["rows"]
    assert all(len(row["cells"]) == len(compared["years"]) for row in compared["rows"])


def test_2011_stands_beside_all_others_when_nothing_is_asked(get):
    compared = get("compare/").json()
    assert compared["view"] == "facts"
    assert [column["year"] for column in compared["years"]] == [
        2011,
        *(year for year in range(2009, 2026) if year != 2011),
    ]


def test_a_count_is_the_number_of_rows_that_it_leads_to(get):
    query = "compare/?base=2011&with=2013&with=2016&view=themes&kind=member_state&stance=supports"
    cells = [cell for row in get(query).json()["rows"] for cell in row["cells"]]
    counted = [cell for cell in cells if cell["positions"]]
    assert len(counted) > 10
    for cell in counted:
        assert get(f"{cell['rows']}&count=true").json()["count"] == cell["positions"]
        assert sum(one["positions"] for one in cell["stances"]) == cell["positions"]
    assert all(cell["rows"] is None for cell in cells if not cell["positions"])


def test_a_recorded_count_leads_to_its_actors(get):
    facts = get("compare/?with=2013").json()["rows"]
    states = next(row for row in facts if row["name"] == "member_states")
    assert states["is_count"]
    assert (states["cells"][0]["value"], states["cells"][0]["reported"]) == (31, 43)
    for cell in states["cells"]:
        assert get(f"{cell['rows']}&count=true").json()["count"] == cell["value"]


def test_an_empty_year_says_which_silence_it_is(get):
    compared = get("compare/?with=2020&with=2012&with=2013&view=participation").json()
    silences = {column["year"]: column["silence"] for column in compared["years"]}
    assert silences == {2011: None, 2012: "not_coded", 2013: None, 2020: "none_held"}
    assert compared["years"][0]["caveat"] == "Names 31 of 43 reported Member States."
    cells = [cell for row in compared["rows"] for cell in row["cells"]]
    assert all(bool(cell["statements"]) != bool(cell["silence"]) for cell in cells)
    assert {cell["silence"] for cell in cells} == {None, "none_held", "not_coded", "not_named"}


def test_who_returns_is_told_from_who_is_new(get):
    rows = get("compare/?with=2013&view=participation").json()["rows"]
    for row in rows:
        base, other = (bool(cell["statements"]) for cell in row["cells"])
        assert (
            row["part"]
            == {
                (True, True): "returning",
                (True, False): "base-only",
                (False, True): "new",
            }[base, other]
        )


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("base=1999", "base"),
        ("base=2011&base=2013", "base"),
        ("with=2011", "with"),
        ("with=2013&with=2013", "with"),
        ("view=scores", "view"),
        ("year=2011", "year"),
        ("sort=year", "sort"),
        ("page_size=10", "page_size"),
        ("base=%00", "base"),
        ("with=99999999999999999999", "with"),
        ("with=%FF", "with"),
        ("theme=nothing", "theme"),
    ],
)
def test_what_cannot_be_compared_is_refused(get, query, field):
    answer = get(f"compare/?{query}")
    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("years", ["&with=2013", ""])
def test_a_comparison_costs_the_same_for_one_year_and_for_all(
    get, view, years, django_assert_max_num_queries
):
    with django_assert_max_num_queries(BUDGET):
        get(f"compare/?view={view}{years}")


def test_an_archive_without_the_base_year_says_so(get, emptied):
    assert get("compare/").status_code == 400


def test_how_many_of_a_kind_or_group_leads_to_who_they_are(get):
    numbers = get("compare/?with=2013&view=participation&kind=member_state").json()["numbers"]
    assert {row["scheme"] for row in numbers} == {"kind", "region", "organization", "joint"}
    for row in numbers:
        for cell in row["cells"]:
            assert (cell["rows"] is None) == (not cell["number"])
    for row in [row for row in numbers if row["scheme"] != "organization"]:
        for cell in row["cells"]:
            if cell["rows"]:
                assert get(f"{cell['rows']}&count=true").json()["count"] == cell["number"]
