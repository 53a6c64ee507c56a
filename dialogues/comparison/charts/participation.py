"""Who took part: a bar of Member States for each year, beside the number reported."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dialogues.choices import ActorKind
from dialogues.comparison.participation import Participants
from dialogues.comparison.years import ComparisonYear
from dialogues.filters import CompareSelection

from .frame import OTHER, THIS, TICK, Chart, add_bar, finish_chart, silence_keys, start_sheet
from .spec import ChartLane, LegendKey

# The width of one State, and of all States and the words beside them, in pixels.
STATE, STATES, WORDS = 6.0, 480.0, 260.0


def participation_chart(
    selection: CompareSelection, years: list[ComparisonYear], found: Participants
) -> Chart:
    """Per year the Member States named, also in the base and not, beside the number reported."""
    base = years[0]
    states = [row for row in found.rows if row.actor.kind == ActorKind.MEMBER_STATE]
    # A filter narrows whom the bars count, and no source counts those.
    reported = [None if selection.given else column.reported for column in years]
    also, other = _("Named in %(year)d"), _("Not named in %(year)d")
    also, other = also % {"year": base.year}, other % {"year": base.year}
    if base.silence:
        # Of a base without names nobody can be said to be missing.
        other = _("Named in the record")
    tick = _("Member States reported")
    sheet = start_sheet(
        selection,
        [_("%(year)d (base)") % {"year": base.year}, *(str(column.year) for column in years[1:])],
        [*([] if base.silence else [LegendKey(also, THIS)]), LegendKey(other, OTHER)],
        row_height=26,
    )
    sheet.keys += [LegendKey(tick, TICK)] if any(reported) else []
    sheet.keys += silence_keys(selection, (column.silence for column in years))
    sheet.lanes.append(ChartLane(0, STATES + WORDS, ""))
    unit = min(STATE, STATES / max(len(states), *(number or 0 for number in reported), 1))
    for n, (row, column) in enumerate(zip(sheet.rows, years, strict=True)):
        named = [state for state in states if state.cells[n].statements]
        both = sum(1 for state in named if state.cells[0].statements)
        end, said = 0.0, []
        for word, number in ((also, both), (other, len(named) - both)):
            if number:
                start, end = end, end + number * unit
                add_bar(sheet, row, word, (start, end), number, year=column.year)
        if column.silence:
            sheet.marks.append({"row": row, "x": 8, "mark": str(column.silence.label)})
            end = 16
        else:
            said.append(_named(column, base, len(named), both))
        if there := reported[n]:
            end = max(end, there * unit)
            sheet.marks.append({"row": row, "x": there * unit, "mark": tick, "number": there})
            said.append(_("%(number)d reported") % {"number": there})
        sheet.words.append({"row": row, "x": end + 10, "text": "; ".join(said)})
    notes = [_("By what the records name, with any form of statement. Not named is not absent.")]
    if selection.given:
        notes.append(_("Reported numbers are of whole dialogues: none stands beside a filter."))
    shows = _("For each year how many Member States its record names, and how many are reported.")
    return finish_chart(sheet, shows, *notes)


def _named(column: ComparisonYear, base: ComparisonYear, number: int, both: int) -> str:
    if column.is_base or base.silence:
        return _("%(number)d named") % {"number": number}
    return _("%(number)d named, %(both)d of them in %(year)d") % {
        "number": number,
        "both": both,
        "year": base.year,
    }
