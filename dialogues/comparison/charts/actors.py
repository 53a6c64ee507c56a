"""Actors by year: a mark for each stance, or the silence in its place."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dialogues.comparison.actors import ActorsView
from dialogues.comparison.marks import silence_labels
from dialogues.comparison.years import ComparisonYear
from dialogues.filters import CompareSelection

from .frame import (
    Chart,
    add_silence,
    finish_chart,
    silence_keys,
    stance_keys,
    start_sheet,
    unique,
    year_lanes,
)

# The width of one mark in pixels.
SLOT = 14.0


def actors_chart(
    selection: CompareSelection, years: list[ComparisonYear], found: ActorsView
) -> Chart:
    """A mark for each stance that an actor holds in a year, or the silence in its place."""
    shown = found.rows
    words = silence_labels(selection)
    labels = unique((row.actor.name, row.actor.slug) for row in shown)
    sheet = start_sheet(selection, labels, stance_keys(), row_height=19)
    sheet.keys += silence_keys(selection, (cell.silence for row in shown for cell in row.cells))
    most = [max((len(row.cells[n].stances) for row in shown), default=0) for n in range(len(years))]
    sheet.lanes += year_lanes(years, [number * SLOT for number in most])
    for label, row in zip(labels, shown, strict=True):
        for column, lane, cell in zip(years, sheet.lanes, row.cells, strict=True):
            if cell.silence:
                add_silence(sheet, label, lane, column, words[cell.silence])
            for n, one in enumerate(cell.stances):
                sheet.marks.append(
                    {
                        "row": label,
                        "x": lane.start + (n + 0.5) * SLOT,
                        "mark": one.label,
                        "year": column.year,
                        "number": one.positions,
                    }
                )
    notes = []
    if found.number > len(shown):
        note = _("%(shown)d of %(all)d actors: page %(page)d of %(pages)d.")
        values = {"page": selection.page, "pages": found.pages, "all": found.number}
        notes.append(note % {**values, "shown": len(shown)})
    shows = ngettext(
        "The stances that %(number)d actor holds in each year, or why it has none.",
        "The stances that each of %(number)d actors holds in each year, or why it has none.",
        len(shown),
    )
    return finish_chart(sheet, shows % {"number": len(shown)}, *notes)
