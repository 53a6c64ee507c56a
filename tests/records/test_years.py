"""The bundled records of the other years, against the facts that they were made from."""

from typing import Any

import pytest

from dialogues.models import Quotation
from tests import bundled

# year: statements, positions, quotations, how far coded
CODED = {
    2009: (40, 80, 26, "partial"),
    2010: (10, 5, 1, "partial"),
    2012: (0, 0, 0, "not_coded"),
    2013: (38, 58, 22, "partial"),
    2014: (0, 0, 0, "not_coded"),
    2015: (11, 25, 11, "partial"),
    2016: (13, 21, 5, "partial"),
    2017: (13, 29, 7, "partial"),
    2018: (17, 47, 17, "partial"),
    2019: (11, 29, 7, "partial"),
    2020: (0, 0, 0, ""),
    2021: (13, 36, 9, "partial"),
    2022: (15, 35, 11, "partial"),
    2023: (12, 23, 5, "partial"),
    2024: (7, 20, 7, "partial"),
    2025: (12, 32, 14, "partial"),
}
every_year = pytest.mark.parametrize("year", CODED)


def counted(file: Any) -> tuple[int, int, int, str]:
    positions = [p for statement in file["statements"] for p in statement["positions"]]
    quotations = sum(len(position["quotations"]) for position in positions)
    return len(file["statements"]), len(positions), quotations, file["dialogue"]["coding"]


@every_year
def test_how_many_of_everything(year):
    assert counted(bundled.year_file(year)) == CODED[year]


def test_how_many_in_all_years_but_2011():
    totals = [counted(bundled.year_file(year))[:3] for year in CODED]
    assert [sum(column) for column in zip(*totals, strict=True)] == [212, 440, 142]


def test_there_is_a_file_for_every_year_since_2009():
    files = [name for name in bundled.names() if name.startswith("dialogues/")]
    assert files == [f"dialogues/{year}.json" for year in range(2009, 2026)]


def test_in_2020_none_was_held_and_the_record_says_why():
    dialogue = bundled.year_file(2020)["dialogue"]
    assert (dialogue["format"], dialogue["dates"]) == ("none_held", [])
    assert dialogue["reason_not_held"]


@every_year
def test_debates_are_plenary_since_2018(year):
    plenary = bundled.year_file(year)["dialogue"]["format"] == "plenary_debate"
    assert plenary == (year == 2009 or (year >= 2018 and year != 2020))


def test_quotations_of_texts_that_nobody_loaded_are_not_checked(db):
    others = Quotation.objects.exclude(dialogue__year=2011)
    assert others.count() == 142
    assert {quotation.check_result for quotation in others} == {"not_checked"}


@every_year
def test_every_position_and_every_fact_cites_a_source(year):
    file = bundled.year_file(year)
    for statement in file["statements"]:
        assert statement["cites"], statement["ref"]
        assert all(position["cites"] for position in statement["positions"]), statement["ref"]
    assert all(assertion["cites"] for assertion in file["dialogue"]["assertions"])


@pytest.fixture(scope="module")
def by_year(facts):
    return {year["year"]: year for year in facts("dialogues")["dialogues"]}


@every_year
def test_statements_and_positions_are_those_of_the_facts(year, by_year):
    """Each speaker's points in order: theme, stance, and the words quoted."""
    read, statements = by_year[year], bundled.year_file(year)["statements"]
    assert len(statements) == len(read["speakers"])
    for speaker, statement in zip(read["speakers"], statements, strict=True):
        assert [
            (p["theme"], p["stance"], [q["text"] for q in p["quotations"]])
            for p in statement["positions"]
        ] == [
            (p["theme"], p["stance"], [p["quotation"]] if p["quotation"] else [])
            for p in read["positions"]
            if p["actor"] == speaker["actor"]
        ], statement["ref"]


@every_year
def test_reported_counts_are_those_of_the_facts(year, by_year):
    reported, counts = bundled.year_file(year)["dialogue"]["reported"], by_year[year]["counts"]
    names = {
        "states_spoken_for": "on_behalf_of_states",
        "observers_spoken_for": "on_behalf_of_observers",
        "speakers": "total_speakers",
    }
    assert reported == {name: counts[names.get(name, name)] for name in reported}


@every_year
def test_kinds_of_actors_are_those_of_the_facts(year, by_year):
    kinds = {actor["slug"]: actor["kind"] for actor in bundled.shared("actors")}
    statements = bundled.year_file(year)["statements"]
    differing = [
        (speaker["actor"], speaker["kind"], kinds[statement["deliveries"][0]["actor"]])
        for speaker, statement in zip(by_year[year]["speakers"], statements, strict=True)
        if speaker["kind"] != kinds[statement["deliveries"][0]["actor"]]
    ]
    assert differing == []
