"""Pages of an ordered list, cut by the last row seen and not by counting: flat at any depth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core import signing
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet, Subquery
from django.db.models.fields.tuple_lookups import (
    Tuple,
    TupleGreaterThan,
    TupleGreaterThanOrEqual,
    TupleLessThan,
    TupleLessThanOrEqual,
)
from django.utils.translation import gettext as _

from dialogues.models import Dialogue

SALT = "dialogues.cursor"


class CursorRefused(ValueError):
    """A cursor that was not given out by this list."""


@dataclass(frozen=True)
class Page:
    """Rows in order, and the cursors of the pages around them; "" where there is none."""

    rows: list[Any]
    next: str
    previous: str
    last: str


def _value(row: Model, path: str) -> Any:
    value: Any = row
    for name in path.lstrip("-").split("__"):
        value = getattr(value, name)
    return value


def _cursor(row: Model, order: tuple[str, ...], back: bool) -> str:
    # Signed without a time: the same list gives the same bytes.
    return _signed(order, [_value(row, path) for path in order], back)


def _signed(order: tuple[str, ...], values: list[Any], back: bool) -> str:
    """A place in an order; without values its beginning, or its end when going back."""
    return signing.Signer(salt=SALT).sign_object({"o": order, "v": values, "b": back})


def _read(cursor: str, order: tuple[str, ...]) -> tuple[list[Any], bool]:
    try:
        content = signing.Signer(salt=SALT).unsign_object(cursor)
        if tuple(content["o"]) != order:
            raise CursorRefused(_("belongs to another order of this list."))
        return content["v"], content["b"]
    except (signing.BadSignature, ValueError, KeyError, TypeError) as error:
        if isinstance(error, CursorRefused):
            raise
        message = _("was not given out by this list; start from its first page.")
        raise CursorRefused(message) from None


def _runs(order: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The order in runs of one direction each: a row value compares those at once."""
    runs = groupby(order, key=lambda path: path.startswith("-"))
    return [tuple(paths) for _, paths in runs]


def _pieces(
    rows: QuerySet, order: tuple[str, ...], values: list[Any], with_it: bool
) -> Iterator[QuerySet]:
    """The rows after these values, in pieces that follow on one another.

    First those that differ in the last run of keys only, then those that differ in the run before
    it, and so on: each piece is a range of an index, where one condition for all would be none.
    """
    names, end = [path.lstrip("-") for path in order], len(order)
    for run in reversed(_runs(order)):
        start = end - len(run)
        same = dict(zip(names[:start], values[:start], strict=True))
        falling = run[0].startswith("-")
        if with_it:
            beyond: Any = TupleLessThanOrEqual if falling else TupleGreaterThanOrEqual
        else:
            beyond = TupleLessThan if falling else TupleGreaterThan
        keys = Tuple(*names[start:end])
        yield rows.filter(beyond(keys, values[start:end]), **same, **_in_dialogue(same))
        end, with_it = start, False


def _in_dialogue(same: dict[str, Any]) -> dict[str, Any]:
    """The key of the one dialogue of a year, which an index of statements begins with."""
    found = {}
    for path, value in same.items():
        if path.endswith("dialogue__year"):
            of_year = Dialogue.objects.filter(year=value).order_by().values("pk")[:1]
            found[path.removesuffix("__year")] = Subquery(of_year)
    return found


def _reversed(order: tuple[str, ...]) -> list[str]:
    return [path[1:] if path.startswith("-") else f"-{path}" for path in order]


def page_of(
    queryset: QuerySet, order: tuple[str, ...], cursor: str, size: int, at: str = ""
) -> Page:
    """One page: one query (and those of its prefetches), or two or three where a year ends in it.

    `at` is the ref of the row that it starts with, in place of a cursor. Raises CursorRefused.
    """
    values, back = _read(cursor, order) if cursor else ([], False)
    if at:
        values = _place(queryset, order, at)
    ordered = tuple(_reversed(order)) if back else order
    pieces = _pieces(queryset, ordered, values, bool(at)) if values else iter([queryset])
    rows: list[Any] = []
    for piece in pieces:
        rows += piece.order_by(*ordered)[: size + 1 - len(rows)]
        if len(rows) > size:
            break
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    ahead, behind = (bool(values), more) if back else (more, bool(values))
    return Page(
        rows,
        next=_cursor(rows[-1], order, False) if rows and ahead else "",
        previous=_cursor(rows[0], order, True) if rows and behind else "",
        last=_signed(order, [], True) if rows and ahead else "",
    )


def counted_page_of(
    found: QuerySet, order: tuple[str, ...], size: int, read: Callable[[QuerySet], QuerySet]
) -> tuple[int, Page]:
    """How many rows there are, and the first page of them; `read` adds what a row shows.

    Two queries (and those of `read`), of which one walks over all rows: where words are
    looked for, a page cut by itself would walk over as many again.
    """
    keys = [f"key_{place}" for place, _ in enumerate(order)]
    ordered = (
        f"{key} DESC" if path.startswith("-") else key
        for key, path in zip(keys, order, strict=True)
    )
    values = found.order_by().values_list("pk", *(path.lstrip("-") for path in order))
    try:
        sql, parameters = values.query.sql_with_params()
    except EmptyResultSet:  # no names have these words: it is seen without asking
        return 0, Page([], next="", previous="", last="")
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH hits(hit, {', '.join(keys)}) AS MATERIALIZED ({sql})"  # noqa: S608 - our own query
            f" SELECT hit, (SELECT COUNT(*) FROM hits) FROM hits"
            f" ORDER BY {', '.join(ordered)} LIMIT {size + 1:d}",
            parameters,
        )
        hits = cursor.fetchall()
    place = {hit: number for number, (hit, _count) in enumerate(hits[:size])}
    rows = sorted(read(found.filter(pk__in=place)), key=lambda row: place[row.pk])
    more = len(hits) > size and bool(rows)
    return hits[0][1] if hits else 0, Page(
        rows,
        next=_cursor(rows[-1], order, False) if more else "",
        previous="",
        last=_signed(order, [], True) if more else "",
    )


def _place(queryset: QuerySet, order: tuple[str, ...], ref: str) -> list[Any]:
    """The values of a row's keys. One query. Raises CursorRefused."""
    row = queryset.filter(ref=ref).values_list(*(path.lstrip("-") for path in order)).first()
    if row is None:
        raise CursorRefused(_("is not in this list."))
    return list(row)
