"""Panels: shares of UN regional groups among panelists, beside the membership of the UN."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dialogues.choices import Silence
from dialogues.comparison.panels import PanelYear, Representation
from dialogues.comparison.years import ComparisonYear
from dialogues.filters import CompareSelection

from .frame import GAP, OTHER, THIS, Chart, add_bar, finish_chart, start_sheet, unique
from .spec import ChartLane, ChartSpec, LegendKey

# The widths of a lane with bars, in which a per cent is a pixel, and of one without.
WITH_BARS, WITHOUT = 150, 76


def panels_chart(
    selection: CompareSelection, years: list[ComparisonYear], found: Representation
) -> Chart:
    """Panelists with a recorded nationality by UN regional group, beside the UN's membership."""
    names = {region.slug: region.name for region in found.regions}
    if found.ungrouped or any("" in one.by_region for one in found.years):
        names[""] = _("In no regional group")
    labels = unique((name, slug) for slug, name in names.items())
    members, share = _("Share of the members of the UN"), _("Share of nationalities recorded")
    sheet = start_sheet(
        selection, labels, [LegendKey(members, OTHER), LegendKey(share, THIS)], row_height=26
    )
    if found.regions and found.day:
        caveat = (_("all %(number)d") % {"number": found.members}, date_format(found.day, "j F Y"))
        lane = _add_lane(sheet, WITH_BARS, _("Members of the UN"), caveat)
        numbers = {region.slug: region.members for region in found.regions}
        for slug, label in zip(names, labels, strict=True):
            number = numbers.get(slug, found.ungrouped)
            _add_share(sheet, label, lane, members, number, found.members)
    for one in found.years:
        width = WITH_BARS if one.recorded else WITHOUT
        lane = _add_lane(sheet, width, str(one.column.year), _recorded(one))
        for slug, label in zip(names, labels, strict=True):
            if one.recorded:
                _add_share(sheet, label, lane, share, one.by_region.get(slug, 0), one.recorded)
    said = [f"{one.column.year}: {' '.join(_recorded(one))}." for one in found.years]
    shows = _("Panelists by UN regional group, beside the membership of the United Nations.")
    note = _("Nothing is drawn where no nationality is recorded; none is guessed from a name.")
    return finish_chart(sheet, " ".join([shows, *said]), note)


def _recorded(one: PanelYear) -> tuple[str, ...]:
    if one.column.silence == Silence.NONE_HELD:
        return (str(one.column.silence.label),)
    if not one.panelists:
        return (_("no panelist"), _("recorded"))
    number = {"n": one.recorded, "m": len(one.panelists)}
    return (_("recorded"), _("for %(n)d of %(m)d") % number)


def _add_lane(sheet: ChartSpec, width: float, head: str, caveat: tuple[str, ...]) -> ChartLane:
    start = sheet.lanes[-1].start + sheet.lanes[-1].width + GAP if sheet.lanes else 0
    sheet.lanes.append(ChartLane(start, width, head, caveat))
    return sheet.lanes[-1]


def _add_share(
    sheet: ChartSpec, row: str, lane: ChartLane, word: str, number: int, of: int
) -> None:
    percent = 100 * number / of
    text, end = "0", lane.start
    if number:
        end += percent
        add_bar(sheet, row, word, (lane.start, end), number, written=False, of=of)
        text = _("%(number)d · %(percent)d %%") % {"number": number, "percent": round(percent)}
        end += 5
    sheet.words.append({"row": row, "x": end, "text": text})
