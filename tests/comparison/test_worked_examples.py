"""Twenty comparisons worked by hand from the facts, cell by cell; the sheet says how it counts."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

SHEET = json.loads((Path(__file__).parent / "worked_examples.json").read_text(encoding="utf-8"))
FORMATS = {
    "informal_interactive_dialogue": "Informal interactive dialogue",
    "plenary_debate": "Plenary debate",
    "none_held": "None held",
}


def cells(compared: Any, row: Any) -> dict[str, Any]:
    """The cells of a row by year."""
    years = [str(column["year"]) for column in compared["years"]]
    return dict(zip(years, row["cells"], strict=True))


def facts(compared: Any, expected: Any) -> None:
    shown = {row["name"]: row for row in compared["rows"]}
    for row in expected:
        for year, cell in row["cells"].items():
            found = cells(compared, shown[row["row"]])[year]
            where = (row["row"], year)
            if "value" in cell:
                value = FORMATS.get(cell["value"]) if row["row"] == "format" else cell["value"]
                assert found["value"] == (value or None), where
            if "recorded" in cell:
                # Nothing is counted in a year that is not coded.
                assert (found["value"] or 0) == (cell["recorded"] or 0), where
            if "reported" in cell:
                assert found["reported"] == cell["reported"], where
            if "others" in cell and row["row"] != "report_days_before":
                others = [other["value"] for other in found["others"]]
                assert sorted(map(str, others)) == sorted(map(str, cell["others"])), where
            if "differs" in cell and not shown[row["row"]]["is_count"]:
                assert found["differs"] == cell["differs"], where


def participation(compared: Any, expected: Any) -> None:
    for column in compared["years"]:
        head = expected["heads"][str(column["year"])]
        if "silence" in head:
            assert column["silence"] == head["silence"]
        else:
            assert (column["named"], column["reported"]) == (head["named"], head["reported"])
    shown = {row["actor"]["slug"]: cells(compared, row) for row in compared["rows"]}
    assert {slug: by_year.keys() for slug, by_year in expected["actors"].items()} == {
        slug: by_year.keys() for slug, by_year in shown.items()
    }
    for slug, by_year in expected["actors"].items():
        for year, cell in by_year.items():
            found = shown[slug][year]
            assert found["statements"] == cell.get("statements", 0), (slug, year)
            assert found["silence"] == cell.get("silence"), (slug, year)
    base = str(compared["base"])
    for year, parts in expected["against_base"].items():
        if "silence" in parts:
            continue
        there = {slug for slug in shown if shown[slug][base]["statements"]}
        here = {slug for slug in shown if shown[slug][year]["statements"]}
        assert sorted(there & here) == sorted(parts["returning"])
        assert sorted(there - here) == sorted(parts["base_only"])
        assert sorted(here - there) == sorted(parts["new"])


def themes(compared: Any, expected: Any) -> None:
    shown = {row["theme"]["slug"]: cells(compared, row) for row in compared["rows"]}
    assert set(shown) == set(expected)
    for theme, by_year in expected.items():
        for year, cell in by_year.items():
            found = shown[theme][year]
            stances = {one["stance"]: one["positions"] for one in found["stances"]}
            assert found["positions"] == cell.get("positions", 0), (theme, year)
            assert found["actors"] == cell.get("actors", 0), (theme, year)
            assert stances == cell.get("stances", {}), (theme, year)
            assert found["silence"] == cell.get("silence"), (theme, year)


def actors(compared: Any, expected: Any) -> None:
    shown = {row["actor"]["slug"]: cells(compared, row) for row in compared["rows"]}
    assert set(shown) == set(expected["actors"])
    for slug, by_year in expected["actors"].items():
        for year, cell in by_year.items():
            found = shown[slug][year]
            stances = {one["stance"]: one["positions"] for one in found["stances"]}
            assert stances == cell.get("stances", {}), (slug, year)
            assert found["silence"] == cell.get("silence"), (slug, year)
    turns = {
        (
            *(turn["actor"]["slug"], turn["theme"]["slug"]),
            *(turn["before_year"], turn["after_year"], turn["favourable"]),
        )
        for turn in compared["turns"]
    }
    assert len(turns) == sum(row["turns"] for row in compared["rows"])
    assert turns == {
        (
            *(change["actor"], change["theme"]),
            *(change["from"]["year"], change["to"]["year"], change["to"]["direction"] == "for"),
        )
        for change in expected["changes"]
    }


def proposals(compared: Any, expected: Any) -> None:
    shown = {
        (proposal["title"], proposed["for_year"]): {
            part["part"]: sorted(
                {
                    actor["slug"]
                    for position in part["positions"]
                    for actor in position["deliverers"]
                }
            )
            for part in proposal["parts"]
        }
        for proposed in compared["rows"]
        for proposal in proposed["proposals"]
    }
    assert shown == {
        (one["title"], one["year"]): {part: sorted(who) for part, who in one["parts"].items()}
        for one in expected["proposals"]
    }
    repeated = [
        (call["actor"]["slug"], call["theme"]["slug"], [made["year"] for made in call["by_year"]])
        for call in compared["calls"]
    ]
    assert sorted(repeated) == sorted(
        (one["actor"], one["theme"], sorted(map(int, one["years"]))) for one in expected["repeated"]
    )

    for year, theme in expected.get("theme_taken", {}).items():
        assert {row["came_theme"] for row in compared["rows"]} == {theme}, year


def panels(compared: Any, expected: Any) -> None:
    shown = {str(row["year"]): row for row in compared["rows"]}
    for year, cell in expected.items():
        if "silence" in cell:
            assert shown[year]["panelists"] == []
            continue
        assert len(shown[year]["panelists"]) == cell["panelists"], year
        assert shown[year]["recorded"] == cell["country_recorded"], year
        by_region = {slug or "no_group": n for slug, n in shown[year]["by_region"].items()}
        assert by_region == cell["by_group"], year


WORKED = {
    "facts": facts,
    "participation": participation,
    "themes": themes,
    "actors": actors,
    "proposals": proposals,
    "panels": panels,
}


@pytest.mark.parametrize("entry", SHEET["comparisons"], ids=lambda entry: entry["query"])
def test_the_comparison_agrees_with_the_sheet(client: Client, entry: Any) -> None:
    compared = client.get(f"/api/v1/compare/?{entry['query']}").json()
    WORKED[compared["view"]](compared, entry["expect"])
