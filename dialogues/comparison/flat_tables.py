"""Each view as one flat table, for CSV and XLSX: a row for each cell.

Every row has its year and the limits of that year's record, so that a file read alone carries its
caveats too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dialogues.choices import Silence, Stance
from dialogues.filters import CompareSelection
from dialogues.models import Citation, Position

from .actors import actors
from .facts import facts
from .follow_up import proposals
from .ordering import Loader
from .panels import panels
from .participation import participation
from .themes import StanceCount, themes
from .words import words
from .years import ComparisonYear, comparison_years

CAVEATS = ("named", "reported", "coding", "silence")
Row = list[Any]


@dataclass(frozen=True)
class FlatTable:
    """A header and its rows; a value is text, a number, a truth, None, or a list of texts."""

    name: str
    header: list[str]
    rows: list[Row]


def flat_table(selection: CompareSelection, read: Loader, read_tallies: Loader) -> FlatTable:
    """The table of the selection's view. The queries of that view."""
    years = comparison_years(selection)
    header, rows = {
        "facts": _facts,
        "participation": _participation,
        "themes": _themes,
        "actors": _actors,
        "words": _words,
        "panels": _panels,
        "proposals": _proposals,
    }[selection.view](selection, years, read, read_tallies)
    return FlatTable(f"{selection.base}-{selection.view}", header, list(rows))


def _year(column: ComparisonYear, silence: Silence | None = None) -> Row:
    """The year, and how far its record goes; the silence of the cell or of the whole year."""
    coding = column.dialogue.coding or None
    return [column.year, column.named, column.reported, coding, silence or column.silence]


def _header(*names: str) -> list[str]:
    return [*names[:1], "year", *CAVEATS, *names[1:]]


def _by_stance(counts: Iterable[StanceCount]) -> Row:
    numbers = {count.stance: count.positions for count in counts}
    return [numbers.get(stance, 0) for stance in Stance]


def _cites(citations: Iterable[Citation]) -> list[str]:
    return [citation.cite for citation in citations]


def _facts(
    selection: CompareSelection, years: list[ComparisonYear], read: Loader, read_tallies: Loader
) -> tuple[list[str], Iterator[Row]]:
    header = _header("fact", "label", "value", "as_reported", "differs", "also_given", "cites")

    def rows() -> Iterator[Row]:
        for fact in facts(selection, years):
            for column, cell in zip(years, fact.cells, strict=True):
                others = [str(other.value) for other in cell.others]
                cites = [cite for other in cell.others for cite in _cites(other.cites)]
                value = cell.value
                if isinstance(value, list):
                    value = [str(one) for one in value]
                said = [fact.label, value, cell.reported, cell.differs, others, cites]
                yield [fact.name, *_year(column), *said]

    return header, rows()


def _participation(
    selection: CompareSelection, years: list[ComparisonYear], read: Loader, read_tallies: Loader
) -> tuple[list[str], Iterator[Row]]:
    found = participation(selection, years)

    def rows() -> Iterator[Row]:
        for row in found.rows:
            for column, cell in zip(years, row.cells, strict=True):
                who = ["actor", row.actor.slug, row.actor.name, row.part]
                yield [who[0], *_year(column, cell.silence), *who[1:], cell.statements]
        for number in found.numbers:
            for column, counted in zip(years, number.cells, strict=True):
                what = [number.value, number.label, ""]
                yield [number.scheme, *_year(column), *what, counted.number]

    return _header("counted_by", "value", "label", "part", "number"), rows()


def _themes(
    selection: CompareSelection, years: list[ComparisonYear], read: Loader, read_tallies: Loader
) -> tuple[list[str], Iterator[Row]]:
    header = _header("theme", "title", "positions", "actors", "share", *Stance.values, "change")

    def rows() -> Iterator[Row]:
        for row in themes(selection, years):
            for column, cell in zip(years, row.cells, strict=True):
                share = None if cell.share is None else round(cell.share, 4)
                yield [
                    *(row.theme.slug, *_year(column, cell.silence), row.theme.title),
                    *(cell.positions, cell.actors, share, *_by_stance(cell.stances), cell.change),
                ]

    return header, rows()


def _actors(
    selection: CompareSelection, years: list[ComparisonYear], read: Loader, read_tallies: Loader
) -> tuple[list[str], Iterator[Row]]:
    header = _header("actor", "name", "positions", *Stance.values, "turns")

    def rows() -> Iterator[Row]:
        for row in actors(selection, years, whole=True).rows:
            for column, cell in zip(years, row.cells, strict=True):
                turns = [
                    f"{turn.theme.slug} {turn.before_year}"
                    for turn in row.turns
                    if turn.after_year == column.year
                ]
                yield [
                    *(row.actor.slug, *_year(column, cell.silence), row.actor.name),
                    *(cell.positions, *_by_stance(cell.stances), turns),
                ]

    return header, rows()


def _words(
    selection: CompareSelection, years: list[ComparisonYear], read: Loader, read_tallies: Loader
) -> tuple[list[str], Iterator[Row]]:
    header = _header("actor", "name", "ref", "theme", "stance", "summary", "quotations", "cites")

    def said(position: Position) -> Row:
        quotations = [quotation.text for quotation in position.quotations.all()]
        cites = _cites(position.citations.all())
        return [
            *(position.ref, position.theme.slug, position.stance),
            *(position.summary, quotations, cites),
        ]

    def rows() -> Iterator[Row]:
        found = words(selection, years, read, whole=True)
        by_year = {column.year: column for column in years}
        for position in found.pinned:
            year = position.statement.dialogue.year
            column = _year(by_year[year]) if year in by_year else [year, None, None, None, None]
            names = [delivery.actor.name for delivery in position.statement.delivered]
            yield ["pinned", *column, names, *said(position)]
        for row in found.rows:
            for column_of, cell in zip(years, row.cells, strict=True):
                for position in cell.positions:
                    yield [row.actor.slug, *_year(column_of), row.actor.name, *said(position)]
                if not cell.positions:
                    empty = [row.actor.slug, *_year(column_of, cell.silence), row.actor.name]
                    yield [*empty, *[None] * 6]

    return header, rows()


def _panels(
    selection: CompareSelection, years: list[ComparisonYear], read: Loader, read_tallies: Loader
) -> tuple[list[str], Iterator[Row]]:
    found = panels(selection, years)

    def rows() -> Iterator[Row]:
        for region in found.regions:
            share = round(region.share, 4)
            yield ["un_members", *_year(years[0]), region.name, region.slug, region.members, share]
        for one in found.years:
            for panelist in one.panelists:
                country = panelist.country.name if panelist.country else None
                known = [panelist.region or None, 1, None]
                about = [panelist.name, *known, panelist.post, country]
                yield ["panelist", *_year(one.column), *about]

    header = _header("counted", "name", "region", "number", "share", "post", "country")
    return header, (row + [None] * (len(header) - len(row)) for row in rows())


def _proposals(
    selection: CompareSelection, years: list[ComparisonYear], read: Loader, read_tallies: Loader
) -> tuple[list[str], Iterator[Row]]:
    asked = proposals(selection, read, read_tallies, whole=True)
    by_year = {column.year: column for column in years}

    def rows() -> Iterator[Row]:
        for one in asked.proposed:
            for proposal in one.proposals:
                for taken in proposal.parts:
                    for position in taken.positions:
                        who = [delivery.actor.slug for delivery in position.statement.delivered]
                        what = [proposal.title, taken.part, who, 1, position.ref]
                        came = [one.for_year, one.came.theme if one.came else None]
                        yield ["proposal", *_year(by_year[one.year]), *what, *came]
        for call in asked.calls:
            for made in call.by_year:
                what = [call.theme.slug, Stance.CALLS_FOR, [call.actor.slug], made.positions, None]
                yield ["call", *_year(by_year[made.year]), *what, None, None]
        for counted in asked.counted:
            for tally in counted.tallies:
                who = [actor.slug for actor in tally.actors.all()]
                what = [counted.theme.slug, tally.stance, who, tally.reported, tally.ref]
                yield ["tally", *_year(by_year[tally.dialogue.year]), *what, None, None]

    header = _header(
        *("kind", "subject", "part_or_stance", "actors", "number", "ref"),
        *("for_year", "theme_taken"),
    )
    return header, rows()
