"""Keyset pagination: a page begins after the last row seen, so depth costs nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

SALT = "dialogues.cursor"


class InvalidCursor(ValueError):
    """A cursor that this list did not give out."""


@dataclass(frozen=True)
class ListPage:
    """The keys of a page's rows in order, and the cursors of the pages around it, "" for none."""

    keys: list[Any]
    next: str
    previous: str
    last: str


def _signed(order: tuple[str, ...], values: list[Any], back: bool) -> str:
    """A place in an order; without values its beginning, or its end when going back."""
    # Signed without a time: the same list gives the same bytes.
    return signing.Signer(salt=SALT).sign_object({"o": order, "v": values, "b": back})


def _unsigned(cursor: str, order: tuple[str, ...]) -> tuple[list[Any], bool]:
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


def _names(order: Iterable[str]) -> list[str]:
    return [path.lstrip("-") for path in order]


def _reversed(order: Iterable[str]) -> tuple[str, ...]:
    return tuple(path[1:] if path.startswith("-") else f"-{path}" for path in order)


def _after(order: tuple[str, ...], values: list[Any], inclusive: bool) -> Q:
    """The condition on rows that follow these values, for keys of mixed direction."""
    names = _names(order)
    condition = Q(**dict(zip(names, values, strict=True))) if inclusive else Q()
    for place, path in enumerate(order):
        same = dict(zip(names[:place], values[:place], strict=True))
        beyond = "lt" if path.startswith("-") else "gt"
        condition |= Q(**same, **{f"{names[place]}__{beyond}": values[place]})
    # Says nothing new; but an index can begin there.
    bound = "lte" if order[0].startswith("-") else "gte"
    return Q(**{f"{names[0]}__{bound}": values[0]}) & condition


def page_of(
    rows: QuerySet, order: tuple[str, ...], cursor: str, size: int, at: str = ""
) -> ListPage:
    """Cut one page of rows: one query, two with `at`.

    `at` is the ref of the row that the page starts with, in place of a cursor. Raises
    InvalidCursor.
    """
    values, back = _unsigned(cursor, order) if cursor else ([], False)
    if at:
        values = _place(rows, order, at)
    towards = _reversed(order) if back else order
    if values:
        rows = rows.filter(_after(towards, values, inclusive=bool(at)))
    taken = list(rows.order_by(*towards).values_list("pk", *_names(order))[: size + 1])
    more, taken = len(taken) > size, taken[:size]
    if back:
        taken.reverse()
    ahead, behind = (bool(values), more) if back else (more, bool(values))
    return ListPage(
        keys=[key for key, *_values in taken],
        next=_signed(order, list(taken[-1][1:]), False) if taken and ahead else "",
        previous=_signed(order, list(taken[0][1:]), True) if taken and behind else "",
        last=_signed(order, [], True) if taken and ahead else "",
    )


def by_key(queryset: QuerySet, keys: list[Any]) -> list[Any]:
    """The records of these keys, in their order. One query, and those of the prefetches."""
    records = queryset.in_bulk(keys)
    return [records[key] for key in keys if key in records]


def _place(rows: QuerySet, order: tuple[str, ...], ref: str) -> list[Any]:
    """The values of a row's keys. One query. Raises InvalidCursor."""
    row = rows.filter(ref=ref).values_list(*_names(order)).first()
    if row is None:
        raise InvalidCursor(_("is not in this list."))
    return list(row)
