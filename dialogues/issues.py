"""Errors in input: one form for pages, API and admin, and the checks that all of them make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Issue:
    """An error in one field of an input, in words that say what is allowed.

    `value` is the wrong one of several; `now` its present name, where it was merged.
    """

    field: str
    code: str
    message: str
    value: str = ""
    now: str = ""


def whole_number(text: str, most: int) -> int | None:
    """Parse a number from 0 to `most` in an address; None for anything else.

    ASCII digits only, and no more of them than `most` has: `int()` takes other scripts' digits,
    signs, spaces and underscores, and refuses thousands of digits with an exception.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if number <= most else None


def given_once(data: QueryDict, names: Iterable[str]) -> Iterator[Issue]:
    """Report each of these parameters that is given more than once."""
    for name in names:
        if len(data.getlist(name)) > 1:
            yield Issue(name, "repeated", _("is given once only."))
