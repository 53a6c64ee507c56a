"""Themes by year: positions in bars of one scale, stacked by stance."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.comparison.themes import ThemeRow
from dialogues.comparison.years import ComparisonYear
from dialogues.filters import CompareSelection

from .frame import (
    GAP,
    MARK_WIDTH,
    Chart,
    add_bar,
    add_silence,
    finish_chart,
    silence_keys,
    stance_keys,
    start_sheet,
    unique,
    year_lanes,
)

# The width of one position, and of all lanes together, in pixels.
POSITION, WIDEST = 13.0, 1600.0


def themes_chart(
    selection: CompareSelection, years: list[ComparisonYear], rows: list[ThemeRow]
) -> Chart:
    """Positions by theme and year, stacked by stance; a position is as wide in every year."""
    longest = [max((row.cells[n].positions for row in rows), default=0) for n in range(len(years))]
    unit = min(POSITION, (WIDEST - GAP * len(years)) / max(sum(longest), 1))
    labels = unique((row.theme.title, row.theme.slug) for row in rows)
    sheet = start_sheet(selection, labels, stance_keys(), row_height=24)
    sheet.keys += silence_keys(selection, (cell.silence for row in rows for cell in row.cells))
    sheet.lanes += year_lanes(years, [number * unit for number in longest])
    for label, row in zip(labels, rows, strict=True):
        for column, lane, cell in zip(years, sheet.lanes, row.cells, strict=True):
            if cell.silence:
                add_silence(sheet, label, lane, column, str(cell.silence.label))
            elif not cell.positions:
                sheet.words.append({"row": label, "x": lane.start, "text": "0"})
            end = lane.start
            for one in cell.stances:
                start, end = end, end + one.positions * unit
                word = str(one.stance.label)
                add_bar(sheet, label, word, (start, end), one.positions, year=column.year)
    notes = [_("A bar has the same scale in every year; 0: the record holds none on the theme.")]
    if any(bar["to"] - bar["x"] < MARK_WIDTH for bar in sheet.bars):
        notes.append(_("A part too narrow for its mark has none; the table has every number."))
    shows = ngettext(
        "Positions on %(number)d theme by year, stacked by stance.",
        "Positions on %(number)d themes by year, stacked by stance.",
        len(rows),
    )
    return finish_chart(sheet, shows % {"number": len(rows)}, *notes)
