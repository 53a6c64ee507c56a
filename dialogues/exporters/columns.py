"""What can be exported: kinds of rows, their columns, and the page of each record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from dialogues.models import (
    Citation,
    Delivery,
    Instrument,
    Membership,
    Panel,
    Quotation,
    Situation,
    Statement,
    Tally,
)
from dialogues.models.shapes import parts_of
from dialogues.public import (
    read_actors,
    read_positions,
    read_quotations,
    read_statements,
    read_tallies,
)

CHUNK = 500


def page_of_record(obj: Any) -> str:
    """The page on which a reader finds a record, as a path; "" where it has none."""
    page = PAGES.get(type(obj))
    if page:
        return page(obj)
    return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else ""


def _in_dialogue(key: str) -> Callable[[Any], str]:
    """The place on its dialogue's page of what has none of its own."""
    return lambda obj: f"{obj.dialogue.get_absolute_url()}#{getattr(obj, key)}"


def _found_by(obj: Situation | Instrument) -> str:
    """The points that name it."""
    query = urlencode({obj._meta.model_name or "": obj.slug})
    return f"{reverse('dialogues:position_list')}?{query}"


def _of_citation(obj: Citation) -> str:
    return obj.source.get_absolute_url() + (f"#{obj.passage.anchor}" if obj.passage else "")


# The page of what has none of its own.
PAGES: dict[type, Callable[[Any], str]] = {
    Citation: _of_citation,
    Instrument: _found_by,
    Panel: _in_dialogue("key"),
    Quotation: lambda obj: f"{(obj.position or obj.dialogue).get_absolute_url()}#{obj.ref}",
    Situation: _found_by,
    Tally: _in_dialogue("ref"),
}


# Columns: the flat form of a row. A name, once given, stays.


@dataclass(frozen=True)
class ExportColumn:
    """A column of a CSV file; `of` gives its value, a list where there may be several."""

    name: str
    of: Callable[[Any], Any]


@dataclass(frozen=True)
class ExportKind:
    """What can be exported: how its rows are read, and its columns but for the last, `url`."""

    name: str
    read: Callable[[QuerySet], QuerySet]
    columns: tuple[ExportColumn, ...]

    @property
    def header(self) -> list[str]:
        return [*(column.name for column in self.columns), "url"]


def _plain(*names: str) -> tuple[ExportColumn, ...]:
    """Columns that are fields of the row."""
    return tuple(ExportColumn(name, attrgetter(name)) for name in names)


def _slugs(*names: str) -> tuple[ExportColumn, ...]:
    """Columns of related entries, by slug."""

    def of(name: str) -> Callable[[Any], list[str]]:
        return lambda row: [one.slug for one in parts_of(row, name)]

    return tuple(ExportColumn(name, of(name)) for name in names)


def _slug(name: str) -> ExportColumn:
    """A column of one related entry, by slug."""
    return ExportColumn(name, lambda row: getattr(getattr(row, name), "slug", None))


CITES = ExportColumn(
    "cites", lambda row: [citation.cite for citation in parts_of(row, "citations")]
)
YEAR = ExportColumn("year", lambda row: row.dialogue.year)


def _who(statement_of: Callable[[Any], Statement | None]) -> tuple[ExportColumn, ...]:
    """Who a statement counts for: slugs, names and kinds."""

    def listed(field: str) -> Callable[[Any], list[str]]:
        def values(row: Any) -> list[str]:
            statement = statement_of(row)
            found = statement.delivered if statement else []
            return [getattr(delivery.actor, field) for delivery in found]

        return values

    return (
        ExportColumn("actors", listed("slug")),
        ExportColumn("actor_names", listed("name")),
        ExportColumn("actor_kinds", listed("kind")),
    )


def _behalf(value: Callable[[Delivery], Any]) -> Callable[[Statement], list[Any]]:
    """What is recorded of those a statement speaks for, delivery by delivery."""

    def values(row: Statement) -> list[Any]:
        found = [value(delivery) for delivery in parts_of(row, "deliveries")]
        return [one for one in found if one not in ("", None)]

    return values


STATEMENTS = ExportKind(
    "statements",
    read_statements,
    (
        *_plain("ref"),
        YEAR,
        *_plain("form"),
        ExportColumn("panel", lambda row: row.panel.key if row.panel else None),
        *_who(lambda row: row),
        ExportColumn(
            "joined_by",
            lambda row: [d.actor.slug for d in parts_of(row, "deliveries") if d.mode == "joined"],
        ),
        _slug("speaker"),
        ExportColumn("speaker_name", lambda row: row.speaker.name if row.speaker else None),
        *_plain("speaker_post"),
        ExportColumn("on_behalf_wording", _behalf(lambda delivery: delivery.on_behalf_wording)),
        ExportColumn("on_behalf_number", _behalf(lambda delivery: delivery.on_behalf_number)),
        ExportColumn(
            "on_behalf_of",
            lambda row: [
                a.slug for d in parts_of(row, "deliveries") for a in parts_of(d, "on_behalf_of")
            ],
        ),
        *_plain("language"),
        ExportColumn("text_url", lambda row: row.url),
        *_plain("summary"),
        ExportColumn(
            "positions", lambda row: [position.ref for position in parts_of(row, "positions")]
        ),
        *_plain("note"),
        CITES,
    ),
)

POSITIONS = ExportKind(
    "positions",
    read_positions,
    (
        *_plain("ref"),
        ExportColumn("year", lambda row: row.statement.dialogue.year),
        ExportColumn("statement", lambda row: row.statement.ref),
        *_who(lambda row: row.statement),
        _slug("theme"),
        *_slugs("other_themes"),
        *_plain("stance", "pillars", "summary", "attribution", "heading", "heading_basis"),
        *_plain("claim", "proposal_year", "proposal_part", "proposal_title"),
        *_slugs("situations", "instruments", "mentions"),
        ExportColumn(
            "quotations", lambda row: [quotation.text for quotation in parts_of(row, "quotations")]
        ),
        ExportColumn(
            "quotation_refs",
            lambda row: [quotation.ref for quotation in parts_of(row, "quotations")],
        ),
        *_plain("note"),
        CITES,
    ),
)

QUOTATIONS = ExportKind(
    "quotations",
    read_quotations,
    (
        *_plain("ref"),
        YEAR,
        ExportColumn("statement", lambda row: row.statement.ref if row.statement else None),
        ExportColumn("position", lambda row: row.position.ref if row.position else None),
        *_who(lambda row: row.statement),
        ExportColumn(
            "speaker", lambda row: getattr(row.statement and row.statement.speaker, "slug", "")
        ),
        *_plain("kind", "text", "opening_mark", "closing_mark", "fragment"),
        ExportColumn("language", lambda row: row.language or "en"),
        _slug("instrument"),
        ExportColumn("check", lambda row: row.check_result),
        *_plain("start", "end", "note"),
        ExportColumn("cites", lambda row: row.cite),
    ),
)

TALLIES = ExportKind(
    "tallies",
    read_tallies,
    (
        *_plain("ref"),
        YEAR,
        *_plain("wording", "claim", "unit", "number", "implied_number", "stance"),
        _slug("theme"),
        *_plain("pillars", "heading", "relation", "matches"),
        *_slugs("actors", "events", "situations", "instruments"),
        *_plain("note"),
        CITES,
    ),
)


def _interval(membership: Membership) -> str:
    """`european-union 1973-01-01/2020-02-01`; `..` where a day is open or not known."""
    days = [day.isoformat() if day else ".." for day in (membership.date_from, membership.date_to)]
    return f"{membership.group.slug} {'/'.join(days)}"


ACTORS = ExportKind(
    "actors",
    read_actors,
    (
        *_plain("slug", "kind", "name", "iso3", "m49", "un_member_since"),
        _slug("person"),
        ExportColumn("names", lambda row: [other.name for other in parts_of(row, "names")]),
        ExportColumn(
            "memberships", lambda row: [_interval(one) for one in parts_of(row, "memberships")]
        ),
        *_plain("note"),
        CITES,
    ),
)

KINDS = {kind.name: kind for kind in (STATEMENTS, POSITIONS, QUOTATIONS, TALLIES, ACTORS)}


def rows_of(kind: ExportKind, selected: QuerySet) -> Iterator[Any]:
    """The rows of a selection, in its order, read in chunks: memory stays flat."""
    return kind.read(selected).iterator(chunk_size=CHUNK)


def values_of(kind: ExportKind, rows: Iterable[Any], site: str) -> Iterator[list[Any]]:
    """The columns of rows, and the page of each; `site` comes before the page's path."""
    columns = [column.of for column in kind.columns]
    for row in rows:
        values = [of(row) for of in columns]
        values.append(site + page_of_record(row))
        yield values
