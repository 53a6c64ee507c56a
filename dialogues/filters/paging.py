"""Pages of an ordered list, cut by the last row seen and not by counting: flat at any depth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

SALT = "dialogues.cursor"


class CursorRefused(ValueError):
    """A cursor that was not given out by this list."""


@dataclass(frozen=True)
class Page:
    """Rows in order, and the cursors of the pages around them; "" where there is none."""

    rows: list[Any]
    next: str
    previous: str


def _value(row: Model, path: str) -> Any:
    value: Any = row
    for name in path.lstrip("-").split("__"):
        value = getattr(value, name)
    return value


def _cursor(row: Model, order: tuple[str, ...], back: bool) -> str:
    # Signed without a time: the same list gives the same bytes.
    values = [_value(row, path) for path in order]
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


def _beyond(order: tuple[str, ...], values: list[Any], back: bool) -> Q:
    """Rows after (or before) these values in the order of several keys."""
    condition = Q()
    for path, value in reversed(list(zip(order, values, strict=True))):
        name = path.lstrip("-")
        falling = path.startswith("-") != back
        past = Q(**{f"{name}__{'lt' if falling else 'gt'}": value})
        condition = past | Q(**{name: value}) & condition if condition else past
    # The first key alone bounds the scan: an index can start there.
    first = order[0]
    bound = "lte" if first.startswith("-") != back else "gte"
    return Q(**{f"{first.lstrip('-')}__{bound}": values[0]}) & condition


def _reversed(order: tuple[str, ...]) -> list[str]:
    return [path[1:] if path.startswith("-") else f"-{path}" for path in order]


def page_of(queryset: QuerySet, order: tuple[str, ...], cursor: str, size: int) -> Page:
    """One page: one query (and those of its prefetches). Raises CursorRefused."""
    values, back = _read(cursor, order) if cursor else ([], False)
    if values:
        queryset = queryset.filter(_beyond(order, values, back))
    rows = list(queryset.order_by(*(_reversed(order) if back else order))[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if back:
        rows.reverse()
    ahead, behind = (bool(values), more) if back else (more, bool(values))
    return Page(
        rows,
        next=_cursor(rows[-1], order, False) if rows and ahead else "",
        previous=_cursor(rows[0], order, True) if rows and behind else "",
    )
