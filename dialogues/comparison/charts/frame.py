"""Parts that all charts share: heads, silences, bars with marks, and notes below."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from dialogues.choices import Silence, Stance
from dialogues.comparison.marks import SILENCE_MARKS, STANCE_MARKS, MarkShape, silence_labels
from dialogues.comparison.sentences import comparison_title, other_years_in_words
from dialogues.comparison.years import ComparisonYear
from dialogues.filters import CompareSelection
from dialogues.filters.compare import VIEWS

from .spec import ChartLane, ChartSpec, LegendKey

LEAST_LANE, SILENT_LANE, GAP = 58.0, 40.0, 12.0
# The narrowest part of a bar that a mark fits on.
MARK_WIDTH = 10

# The two sides of a comparison, and a tick beside them.
THIS = MarkShape("●", "M0,-.9A.9,.9 0 0 1 0,.9A.9,.9 0 0 1 0,-.9Z", "link")
OTHER = MarkShape(
    "○",
    "M0,-.9A.9,.9 0 0 1 0,.9A.9,.9 0 0 1 0,-.9ZM0,-.6A.6,.6 0 0 0 0,.6A.6,.6 0 0 0 0,-.6Z",
    "muted",
)
TICK = MarkShape("|", "M-.16,-1L.16,-1L.16,1L-.16,1Z", "ink")


@dataclass(frozen=True)
class Chart:
    """A chart before it is drawn: its title, its description in words, and its specification."""

    title: str
    description: str
    sheet: ChartSpec


def start_sheet(
    selection: CompareSelection, rows: list[str], keys: list[LegendKey], row_height: int
) -> ChartSpec:
    """An empty chart with its title, and the years and filters in words below it."""
    title = {"view": VIEWS[selection.view], "years": comparison_title(selection)}
    years = {"base": selection.base, "others": other_years_in_words(selection)}
    foot = [_("Base %(base)d, beside %(others)s.") % years]
    # Filters choose statements and positions, not panelists.
    if selection.view != "panels":
        foot[0] = f"{foot[0]} {_filters(selection)}"
    return ChartSpec(rows, [], keys, row_height, _("%(view)s: %(years)s") % title, foot)


def _filters(selection: CompareSelection) -> str:
    chosen = [
        f"{selection.positions.form.fields[name].label}: {label}"
        for name, _value, label, _rest in selection.filters
    ]
    return _("Only: %(filters)s.") % {"filters": "; ".join(chosen)} if chosen else _("No filter.")


def finish_chart(sheet: ChartSpec, shows: str, *notes: str) -> Chart:
    """The chart of a filled sheet, described by `shows`; `notes` say how to read it."""
    if not sheet.rows:
        shows = _("Nothing of these years fits the filters.")
        notes = (shows, *notes)
    depth = _("Records differ in depth: a record that names few has not shown that few spoke.")
    sheet.foot += [*notes, depth]
    return Chart(sheet.title, shows, sheet)


def unique(named: Iterable[tuple[str, str]]) -> list[str]:
    """Names as labels of rows; a repeated name gets its slug."""
    labels: list[str] = []
    for name, slug in named:
        labels.append(name if name not in labels else f"{name} ({slug})")
    return labels


def stance_keys() -> list[LegendKey]:
    return [LegendKey(str(stance.label), STANCE_MARKS[stance]) for stance in Stance]


def silence_keys(
    selection: CompareSelection, silences: Iterable[Silence | None]
) -> list[LegendKey]:
    """The legend of the silences that occur."""
    occurring = set(silences)
    return [
        LegendKey(words, SILENCE_MARKS[silence])
        for silence, words in silence_labels(selection).items()
        if silence in occurring
    ]


def year_lanes(years: list[ComparisonYear], widths: list[float]) -> list[ChartLane]:
    """A lane for each year, with the limits of its record at the head."""
    lanes: list[ChartLane] = []
    start = 0.0
    for column, width in zip(years, widths, strict=True):
        least = SILENT_LANE if column.silence else LEAST_LANE
        lanes.append(ChartLane(start, max(width, least), str(column.year), _caveat(column)))
        start += lanes[-1].width + GAP
    return lanes


def _caveat(column: ComparisonYear) -> tuple[str, ...]:
    lines = [_("base")] if column.is_base else []
    if column.silence:
        return tuple(lines)
    if column.reported is None:
        return (*lines, _("%(named)d named") % {"named": column.named})
    number = {"named": column.named, "reported": column.reported}
    return (*lines, _("%(named)d of %(reported)d") % number, _("named"))


def add_silence(
    sheet: ChartSpec, row: str, lane: ChartLane, column: ComparisonYear, word: str
) -> None:
    sheet.marks.append({"row": row, "x": lane.start + 7, "mark": word, "year": column.year})


def add_bar(
    sheet: ChartSpec,
    row: str,
    word: str,
    ends: tuple[float, float],
    number: int,
    *,
    written: bool = True,
    **data: int,
) -> None:
    """Add a part of a bar with its mark, and its number if `written`, where they fit."""
    start, end = ends
    bar = {"row": row, "x": start, "to": end, "mark": word, "number": number}
    sheet.bars.append(bar | data)
    middle, digits = (start + end) / 2, 6.5 * len(str(number))
    both = written and number > 1 and end - start >= digits + 15
    if end - start >= MARK_WIDTH:
        sheet.marks.append({"row": row, "x": middle - (digits / 2 if both else 0), "mark": word})
    if both:
        sheet.words.append({"row": row, "x": middle - digits / 2 + 7, "text": str(number)})
