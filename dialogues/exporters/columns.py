"""What can be exported: kinds of rows and their columns. A name, once given, stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from dialogues import models
from dialogues.choices import DeliveryMode
from dialogues.models.provenance import cite

from .addresses import PAGES
from .rows import ColumnValue, Row, RowPlan, Through

Field = str | ColumnValue | RowPlan


@dataclass(frozen=True)
class ExportColumn:
    """A column of a file: what is read under its name, and its cell; a list has several values."""

    name: str
    field: Field | None = None
    of: Callable[[Row], Any] | None = None

    def cell(self, row: Row) -> Any:
        return self.of(row) if self.of else row[self.name]


@dataclass(frozen=True)
class ExportKind:
    """What can be exported: its columns but for the last, `url`, and the parts they share."""

    name: str
    model: Any
    columns: tuple[ExportColumn, ...]
    parts: dict[str, Field] = field(default_factory=dict)

    @property
    def header(self) -> list[str]:
        return [*(column.name for column in self.columns), "url"]

    @property
    def plan(self) -> RowPlan:
        own = {column.name: column.field for column in self.columns if column.field}
        columns, page = PAGES[self.model]
        return RowPlan(self.model, {**self.parts, **own, "url": ColumnValue(page, columns)})


def _plain(*names: str) -> tuple[ExportColumn, ...]:
    """Columns of the record itself."""
    return tuple(ExportColumn(name, name) for name in names)


def _each(name: str, path: str, model: Any, column: str) -> ExportColumn:
    """A column of parts or entries: one of their columns."""
    plan = RowPlan(model, {column: column}, path)
    return ExportColumn(name, plan, lambda row: [part[column] for part in row[name]])


def _slugs(name: str, model: Any) -> ExportColumn:
    return _each(name, name, model, "slug")


def _slug(name: str) -> ExportColumn:
    return ExportColumn(name, f"{name}__slug")


def _pillars(*named: bool) -> list[int]:
    return [number for number, is_named in enumerate(named, start=1) if is_named]


PILLARS = ColumnValue(_pillars, ("pillar_1", "pillar_2", "pillar_3"))


CITE = ColumnValue(cite, ("source__slug", "passage__number"))
CITES = ExportColumn(
    "cites",
    RowPlan(models.Citation, {"cite": CITE}, "citations"),
    lambda row: [citation["cite"] for citation in row["cites"]],
)


def deliverers(statement: str, fields: dict[str, Any]) -> RowPlan:
    """The actors who delivered a statement, in its order; `statement` leads from it to the row."""
    return RowPlan(
        models.Actor,
        fields,
        through=Through(
            f"deliveries__statement{statement}",
            {"deliveries__mode": DeliveryMode.DELIVERED},
            ("deliveries__order", "deliveries__pk"),
        ),
    )


ACTOR = {"slug": "slug", "name": "name", "kind": "kind"}


def _who(actors: Callable[[Row], list[Row]]) -> tuple[ExportColumn, ...]:
    """Who a statement counts for: slugs, names and kinds."""
    names = {"actors": "slug", "actor_names": "name", "actor_kinds": "kind"}

    def column(name: str, key: str) -> ExportColumn:
        return ExportColumn(name, of=lambda row: [actor[key] for actor in actors(row)])

    return tuple(column(name, key) for name, key in names.items())


def _with_mode(mode: str) -> Callable[[Row], list[Row]]:
    """The actors of the deliveries of a kind."""
    return lambda row: [each["actor"] for each in row["deliveries"] if each["mode"] == mode]


def _on_behalf(key: str) -> Callable[[Row], list[Any]]:
    """What is recorded of the actors a statement speaks for, delivery by delivery."""
    return lambda row: [each[key] for each in row["deliveries"] if each[key] not in ("", None)]


STATEMENTS = ExportKind(
    "statements",
    models.Statement,
    (
        *_plain("ref"),
        ExportColumn("year", "dialogue__year"),
        *_plain("form"),
        ExportColumn("panel", "panel__key"),
        *_who(_with_mode(DeliveryMode.DELIVERED)),
        ExportColumn(
            "joined_by", of=lambda row: [a["slug"] for a in _with_mode(DeliveryMode.JOINED)(row)]
        ),
        _slug("speaker"),
        ExportColumn("speaker_name", "speaker__name"),
        *_plain("speaker_post"),
        ExportColumn("on_behalf_wording", of=_on_behalf("on_behalf_wording")),
        ExportColumn("on_behalf_number", of=_on_behalf("on_behalf_number")),
        ExportColumn(
            "on_behalf_of",
            of=lambda row: [a["slug"] for each in row["deliveries"] for a in each["on_behalf_of"]],
        ),
        *_plain("language"),
        ExportColumn("text_url", "url"),
        *_plain("summary"),
        _each("positions", "positions", models.Position, "ref"),
        *_plain("note"),
        CITES,
    ),
    {
        "deliveries": RowPlan(
            models.Delivery,
            {
                "mode": "mode",
                "on_behalf_wording": "on_behalf_wording",
                "on_behalf_number": "on_behalf_number",
                "actor": RowPlan(models.Actor, ACTOR, "actor"),
                "on_behalf_of": RowPlan(models.Actor, {"slug": "slug"}, "on_behalf_of"),
            },
            "deliveries",
        )
    },
)

POSITIONS = ExportKind(
    "positions",
    models.Position,
    (
        *_plain("ref"),
        ExportColumn("year", "statement__dialogue__year"),
        ExportColumn("statement", "statement__ref"),
        *_who(lambda row: row["deliverers"]),
        _slug("theme"),
        _slugs("other_themes", models.Theme),
        *_plain("stance"),
        ExportColumn("pillars", PILLARS),
        *_plain("summary", "attribution", "heading", "heading_basis"),
        *_plain("claim", "proposal_year", "proposal_part", "proposal_title"),
        _slugs("situations", models.Situation),
        _slugs("instruments", models.Instrument),
        _slugs("mentions", models.Actor),
        ExportColumn("quotations", of=lambda row: [each["text"] for each in row["words"]]),
        ExportColumn("quotation_refs", of=lambda row: [each["ref"] for each in row["words"]]),
        *_plain("note"),
        CITES,
    ),
    {
        "deliverers": deliverers("__positions", ACTOR),
        "words": RowPlan(models.Quotation, {"ref": "ref", "text": "text"}, "quotations"),
    },
)

QUOTATIONS = ExportKind(
    "quotations",
    models.Quotation,
    (
        *_plain("ref"),
        ExportColumn("year", "dialogue__year"),
        ExportColumn("statement", "statement__ref"),
        ExportColumn("position", "position__ref"),
        *_who(lambda row: row["deliverers"]),
        ExportColumn("speaker", "statement__speaker__slug", lambda row: row["speaker"] or ""),
        *_plain("kind", "text", "opening_mark", "closing_mark", "fragment"),
        ExportColumn("language", ColumnValue(lambda language: language or "en", ("language",))),
        _slug("instrument"),
        ExportColumn("check", "check_result"),
        *_plain("start", "end", "note"),
        ExportColumn("cites", CITE),
    ),
    {"deliverers": deliverers("__quotations", ACTOR)},
)

TALLIES = ExportKind(
    "tallies",
    models.Tally,
    (
        *_plain("ref"),
        ExportColumn("year", "dialogue__year"),
        *_plain("wording", "claim", "unit", "number", "implied_number", "stance"),
        _slug("theme"),
        ExportColumn("pillars", PILLARS),
        *_plain("heading", "relation", "matches"),
        _slugs("actors", models.Actor),
        _slugs("events", models.Event),
        _slugs("situations", models.Situation),
        _slugs("instruments", models.Instrument),
        *_plain("note"),
        CITES,
    ),
)


def _interval(group: str, *days: Any) -> str:
    """`european-union 1973-01-01/2020-02-01`; `..` where a day is open or not known."""
    return f"{group} {'/'.join(day.isoformat() if day else '..' for day in days)}"


ACTORS = ExportKind(
    "actors",
    models.Actor,
    (
        *_plain("slug", "kind", "name", "iso3", "m49", "un_member_since"),
        _slug("person"),
        _each("names", "names", models.ActorName, "name"),
        ExportColumn(
            "memberships",
            RowPlan(
                models.Membership,
                {"interval": ColumnValue(_interval, ("group__slug", "date_from", "date_to"))},
                "memberships",
            ),
            lambda row: [membership["interval"] for membership in row["memberships"]],
        ),
        *_plain("note"),
        CITES,
    ),
)

KINDS = {kind.name: kind for kind in (STATEMENTS, POSITIONS, QUOTATIONS, TALLIES, ACTORS)}


def values_of(kind: ExportKind, selected: QuerySet, site: str) -> Iterator[list[Any]]:
    """The cells of a selection, row by row, read in chunks; `site` comes before the page's path."""
    cells = [column.cell for column in kind.columns]
    for rows in kind.plan.chunks(selected):
        for row in rows:
            yield [*(cell(row) for cell in cells), site + row["url"]]
