"""Pages of an ordered list, cut by the last row seen and not by counting: flat at any depth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core import signing
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


class InvalidCursor(ValueError):
    """A cursor that was not given out by this list."""


@dataclass(frozen=True)
class ListPage:
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


def _signed(order: tuple[str, ...], values: list[Any], back: bool) -> str:
    """A place in an order; without values its beginning, or its end when going back."""
    # Signed without a time: the same list gives the same bytes.
    return signing.Signer(salt=SALT).sign_object({"o": order, "v": values, "b": back})


def _read(cursor: str, order: tuple[str, ...]) -> tuple[list[Any], bool]:
    try:
        content = signing.Signer(salt=SALT).unsign_object(cursor)
        if tuple(content["o"]) != order:
            raise InvalidCursor(_("belongs to another order of this list."))
        return content["v"], content["b"]
    except (signing.BadSignature, ValueError, KeyError, TypeError) as error:
        if isinstance(error, InvalidCursor):
            raise
        message = _("was not given out by this list; start from its first page.")
        raise InvalidCursor(message) from None


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
    names, end = _names(order), len(order)
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


def _names(order: tuple[str, ...]) -> list[str]:
    return [path.lstrip("-") for path in order]


def _reversed(order: tuple[str, ...]) -> list[str]:
    return [path[1:] if path.startswith("-") else f"-{path}" for path in order]


# By what a record is ordered, as the row has it that search keeps of it.
KEPT = {
    "dialogue__year": "year",
    "statement__dialogue__year": "year",
    "serial": "serial",
    "ref": "ref",
    "relevance": "relevance",
}


def _kept(order: tuple[str, ...], found: QuerySet) -> tuple[str, ...]:
    """An order of records as that of the rows that search keeps of them."""
    record = found.model._meta.pk.name
    names = ((path[: path.startswith("-")], path.lstrip("-")) for path in order)
    return tuple(sign + KEPT.get(name, f"{record}__{name}") for sign, name in names)


def page_of(
    queryset: QuerySet,
    order: tuple[str, ...],
    cursor: str,
    size: int,
    at: str = "",
    found: QuerySet | None = None,
) -> ListPage:
    """One page: one query (and those of its prefetches), or two or three where a year ends in it.

    `at` is the ref of the row that it starts with, in place of a cursor. `found` are the rows that
    search keeps of those to choose from: the page is cut from them, by their index, and what it
    shows is read by key, with one query more. Raises CursorRefused.
    """
    cut, keys = (queryset, order) if found is None else (found, _kept(order, found))
    values, back = _read(cursor, order) if cursor else ([], False)
    if at:
        values = _place(cut, keys, at)
    ordered = tuple(_reversed(keys)) if back else keys
    pieces = _pieces(cut, ordered, values, bool(at)) if values else iter([cut])
    taken: list[Any] = []
    for piece in pieces:
        some = piece.order_by(*ordered)[: size + 1 - len(taken)]
        taken += some if found is None else some.values_list("pk", *_names(keys))
        if len(taken) > size:
            break
    more, taken = len(taken) > size, taken[:size]
    if back:
        taken.reverse()
    ahead, behind = (bool(values), more) if back else (more, bool(values))

    def there(row: Any, back: bool) -> str:
        values = [_value(row, path) for path in order] if found is None else list(row[1:])
        return _signed(order, values, back)

    return ListPage(
        taken if found is None else _by_key(queryset, [pk for pk, *_values in taken]),
        next=there(taken[-1], False) if taken and ahead else "",
        previous=there(taken[0], True) if taken and behind else "",
        last=_signed(order, [], True) if taken and ahead else "",
    )


def _by_key(queryset: QuerySet, keys: list[int]) -> list[Any]:
    """The rows of these keys, in their order. One query."""
    place = {key: number for number, key in enumerate(keys)}
    return sorted(queryset.filter(pk__in=keys).order_by(), key=lambda row: place[row.pk])


def _place(queryset: QuerySet, order: tuple[str, ...], ref: str) -> list[Any]:
    """The values of a row's keys. One query. Raises CursorRefused."""
    row = queryset.filter(ref=ref).values_list(*_names(order)).first()
    if row is None:
        raise InvalidCursor(_("is not in this list."))
    return list(row)
