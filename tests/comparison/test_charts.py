"""Pictures: the numbers are the tables', each mark is a shape of its own, nothing runs in them."""

import re
from collections import Counter
from dataclasses import replace
from itertools import combinations
from math import dist
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict

from dialogues import comparison
from dialogues.choices import Silence, Stance
from dialogues.comparison.charts import draw_png, draw_svg, drawing
from dialogues.comparison.charts.frame import OTHER, THIS, TICK
from dialogues.comparison.charts.spec import ChartSpec
from dialogues.comparison.marks import COLOURS
from dialogues.filters import CompareSelection
from dialogues.models import Actor

TOKENS = Path(__file__).parents[2] / "static" / "css" / "tokens.css"
QUERIES = ["", "with=2013&with=2009&group=grulac", "base=2020&with=2011&with=2012", "q=zebra"]
each_query = pytest.mark.parametrize("query", QUERIES)


def laid_out(
    view: str, query: str
) -> tuple[CompareSelection, list[comparison.ComparisonYear], Any, ChartSpec]:
    """A comparison, its rows, and the sheet that is made of them."""
    selection = CompareSelection(QueryDict(f"view={view}&{query}"))
    assert selection.problems == []
    years = comparison.comparison_years(selection)
    found = getattr(comparison, view)(selection, years)
    picture = getattr(comparison, f"{view}_chart")(selection, years, found)
    return selection, years, found, picture.sheet


def test_every_mark_is_a_glyph_and_a_shape_of_its_own():
    stances, silences = comparison.STANCE_MARKS, comparison.SILENCE_MARKS
    assert list(stances) == list(Stance)
    assert list(silences) == list(Silence)
    marks = [*stances.values(), *silences.values(), THIS, OTHER, TICK]
    assert len({mark.glyph for mark in marks}) == len({mark.path for mark in marks}) == len(marks)
    assert len({mark.colour for mark in stances.values()}) == len(stances)


def test_the_colours_are_those_of_the_pages():
    blocks = TOKENS.read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    for block, colours in zip(blocks, COLOURS.values(), strict=True):
        tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
        assert {name: tokens[name] for name in colours} == colours


# How eyes without one kind of cone see linear light (Machado, Oliveira and Fernandes, 2009).
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.1523, 1.0526, -0.2049), (0.1145, 0.7863, 0.0992), (-0.0039, -0.0481, 1.052)),
    "deuteranopia": ((0.3673, 0.8606, -0.228), (0.2801, 0.6725, 0.0474), (-0.0118, 0.0429, 0.9689)),
    "tritanopia": ((1.2555, -0.0767, -0.1788), (-0.0784, 0.9308, 0.1476), (0.0047, 0.6914, 0.3039)),
}


def seen(colour: str, eyes: tuple) -> tuple[float, float, float]:
    """A colour in CIELAB as these eyes see it: a distance of 2 is just seen."""
    light = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    light = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in light]
    red, green, blue = (
        min(max(sum(part * c for part, c in zip(row, light, strict=True)), 0), 1) for row in eyes
    )
    x, y, z = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (
            (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
            0.2126 * red + 0.7152 * green + 0.0722 * blue,
            (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("scheme", COLOURS)
@pytest.mark.parametrize("eyes", EYES)
def test_no_two_stances_look_alike_to_colour_blind_eyes(scheme, eyes):
    colours = [COLOURS[scheme][mark.colour] for mark in comparison.STANCE_MARKS.values()]
    for one, other in combinations(colours, 2):
        assert dist(seen(one, EYES[eyes]), seen(other, EYES[eyes])) > 14, (one, other)


@pytest.mark.django_db
@each_query
def test_the_bars_of_themes_are_the_table(query):
    _selection, years, rows, sheet = laid_out("themes", query)
    shown = Counter({(bar["row"], bar["year"], bar["mark"]): bar["number"] for bar in sheet.bars})
    cells = [
        (row.theme.title, column.year, cell)
        for row in rows
        for column, cell in zip(years, row.cells, strict=True)
    ]
    assert shown == {
        (theme, year, one.stance.label): one.positions
        for theme, year, cell in cells
        for one in cell.stances
    }
    # A position is as wide everywhere; and what is silent says how.
    assert len({round((bar["to"] - bar["x"]) / bar["number"], 6) for bar in sheet.bars}) <= 1
    silent = {(theme, year, cell.silence.label) for theme, year, cell in cells if cell.silence}
    assert silent <= {(mark["row"], mark.get("year"), mark["mark"]) for mark in sheet.marks}


@pytest.mark.django_db
@each_query
def test_the_bars_of_participation_are_the_table(query):
    selection, years, found, sheet = laid_out("participation", query)
    states = [row for row in found.numbers if row.value == "member_state"]
    named: Counter = Counter()
    for bar in sheet.bars:
        named[bar["year"]] += bar["number"]
    for n, column in enumerate(years):
        assert named[column.year] == sum(row.cells[n].number or 0 for row in states)
    both = {
        bar["year"]: bar["number"] for bar in sheet.bars if bar["mark"].startswith("Named in 2")
    }
    for n, column in enumerate(years):
        assert both.get(column.year, 0) == sum(
            1
            for row in found.rows
            if row.actor.kind == "member_state"
            and row.cells[0].statements
            and row.cells[n].statements
        )
    ticks = [mark["number"] for mark in sheet.marks if mark["mark"] == "Member States reported"]
    reported = [column.reported for column in years if column.reported]
    assert ticks == ([] if selection.given else reported)


@pytest.mark.django_db
@each_query
def test_the_marks_of_actors_are_the_table(query):
    selection, years, found, sheet = laid_out("actors", query)
    silences = comparison.silence_labels(selection)
    shown = {(mark["row"], mark["year"], mark["mark"]) for mark in sheet.marks}
    expected = set()
    for row in found.rows:
        for column, cell in zip(years, row.cells, strict=True):
            words = {str(one.stance.label) for one in cell.stances}
            if cell.silence:
                words = {silences[cell.silence]}
            expected |= {(row.actor.name, column.year, word) for word in words}
    assert shown == expected
    assert {word for _row, _year, word in shown} <= {key.word for key in sheet.keys}


@pytest.mark.django_db
@each_query
def test_the_bars_of_panels_are_the_table(query):
    _selection, _years, found, sheet = laid_out("panels", query)
    there = [*(region.members for region in found.regions), found.ungrouped]
    numbers = [(number, found.members) for number in there if number]
    names = [*(region.slug for region in found.regions), ""]
    for one in found.years:
        numbers += [(one.by_region[name], one.recorded) for name in names if name in one.by_region]
    assert [(bar["number"], bar["of"]) for bar in sheet.bars] == numbers
    heads = {lane.head: " ".join(lane.caveat) for lane in sheet.lanes}
    for one in found.years:
        if one.panelists:
            says = f"recorded for {one.recorded} of {len(one.panelists)}"
            assert heads[str(one.column.year)] == says


@pytest.mark.django_db
def test_a_picture_of_one_page_of_actors_says_so():
    selection, years, found, _sheet = laid_out("actors", "with=2013")
    one = found.rows[0]
    same = replace(one, actor=Actor(name=one.actor.name, slug="another"))
    page = replace(found, rows=[one, same], number=207, pages=3)
    sheet = comparison.actors_chart(selection, years, page).sheet
    assert sheet.rows == [one.actor.name, f"{one.actor.name} (another)"]
    assert "2 of 207 actors: page 1 of 3." in sheet.foot


def test_a_drawing_has_its_words_and_its_size_and_nothing_that_runs():
    sheet = ChartSpec(["<b> & “row”"], [], [], 24, "A <title>", ["Below."])
    picture = comparison.Chart("A <title>", "What it & shows", sheet)
    svg = draw_svg(picture, "light")
    assert "<title>A &lt;title&gt;</title><desc>What it &amp; shows</desc>" in svg
    assert f'width="{sheet.width}" height="{sheet.height}"' in svg
    assert 'role="img"' in svg
    assert "&lt;b&gt; &amp; “row”" in svg
    assert not re.search(r"<(style|script|image|foreignObject|a)\b|\s(style|on\w+|\w*:?href)=", svg)
    assert draw_svg(picture, "dark") != svg
    drawing._svg.cache_clear()
    assert draw_svg(picture, "light") == svg
    assert draw_png(picture, "light").startswith(b"\x89PNG\r\n\x1a\n")
