"""Kinds of cells: how a value of a record becomes the text of a cell, and the text a value.

`format` and `read` are exact: a cell that was not edited is no change, even where a spreadsheet
cannot hold all characters of its text.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.records.record_forms import SHARED, completed

NAME = SHARED["actors"].part_form("names")
MEMBERSHIP = SHARED["actors"].part_form("memberships")
SEPARATOR = " | "
# In one cell. The whole membership of the United Nations is fewer.
MOST_VALUES = 200
# Beginnings of a text that a spreadsheet would compute, and the apostrophe that prevents it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
# Characters that no cell of a workbook can hold.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REPLACED = "\ufffd"


def escape_formula(text: str) -> str:
    """The text for a CSV cell: with an apostrophe before it where it would be computed."""
    return f"'{text}" if text.startswith(FORMULA) else text


def unescape_formula(cell: str) -> str:
    """The text of a CSV cell, without the apostrophe of `escape_formula`."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def replace_illegal(text: str) -> str:
    """The text with U+FFFD for each character that a workbook cannot hold."""
    return ILLEGAL.sub(REPLACED, text)


def with_one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def split_values(cell: str) -> list[str]:
    """The values of a cell, separated by bars; `\\|` is a bar inside a value."""
    values = re.split(r"(?<!\\)\|", cell)
    if len(values) > MOST_VALUES:
        raise InvalidCell(_("has more than %(most)s values.") % {"most": MOST_VALUES})
    return [value.strip().replace("\\|", "|") for value in values if value.strip()]


class InvalidCell(Exception):
    """The text of a cell cannot be read; the message says why, in a curator's words."""


class Cell:
    """A text of any length. `takes` is the help text: what the cell takes."""

    takes = gettext_lazy("text")

    def __init__(self, takes: Any = None) -> None:
        if takes is not None:
            self.takes = takes

    def format(self, value: Any) -> str:
        return replace_illegal(str(value or ""))

    def read(self, cell: str) -> Any:
        # As the admin's forms clean a text.
        return with_one_line_end(cell).strip()

    def merged(self, before: Any, after: Any) -> Any:
        """The value of an edited cell, with what a cell cannot hold of the value before."""
        return after


class NameCell(Cell):
    """The slug or key of another record, or nothing."""

    def __init__(self, takes: Any, none: Any = None) -> None:
        super().__init__(takes)
        self.none = none

    def read(self, cell: str) -> Any:
        return cell.strip() or self.none


class NumberCell(Cell):
    takes = gettext_lazy("a whole number, or nothing")

    def format(self, value: Any) -> str:
        return "" if value is None else str(value)

    def read(self, cell: str) -> int | None:
        return _whole_number(cell.strip()) if cell.strip() else None


def _whole_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidCell(_("“%(cell)s” is no whole number.") % {"cell": text[:80]})
    return int(text)


class DateCell(Cell):
    takes = gettext_lazy("a day, as 1945-10-24, or nothing")

    def read(self, cell: str) -> str | None:
        return _iso_day(cell.strip()) if cell.strip() else None


def _iso_day(text: str) -> str:
    try:
        day = datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        day = ""
    # Python takes 19451024 too.
    if day != text:
        raise InvalidCell(_("“%(cell)s” is no day: write it as 1945-10-24.") % {"cell": text[:80]})
    return text


class ListCell(Cell):
    """Several values, in order."""

    def format(self, value: list[Any]) -> str:
        bars_escaped = [str(each).replace("|", "\\|") for each in value]
        return replace_illegal(SEPARATOR.join(bars_escaped))

    def read(self, cell: str) -> list[Any]:
        return split_values(cell)


class NumbersCell(ListCell):
    def read(self, cell: str) -> list[int]:
        return [_whole_number(value) for value in split_values(cell)]


# Parts of an actor, each as one value of a cell

DATES = re.compile(r"^(?P<text>.*?)(?: (?P<from>\.\.|[\d-]+)/(?P<to>\.\.|[\d-]+))?$", re.DOTALL)


def format_dates(begin: str | None, end: str | None) -> str:
    """` 1973-01-01/2020-02-01`, with `..` for a day that is open or unknown."""
    return f" {begin or '..'}/{end or '..'}" if begin or end else ""


def _split_dates(text: str) -> tuple[str, str | None, str | None]:
    match = DATES.match(text)
    assert match is not None
    days = [_iso_day(day) if day not in (None, "..") else None for day in match.group("from", "to")]
    return match["text"], days[0], days[1]


class NamesCell(ListCell):
    """Other names of an actor: `former: Burma 1948-01-04/1989-06-18`."""

    takes = gettext_lazy(
        "each with its kind and, where it changed, its days: long: Republic of Chile | "
        "former: Burma ../1989-06-18; kinds are long, short, former, abbreviation, variant"
    )

    def format(self, value: list[dict[str, Any]]) -> str:
        return super().format([self._name(name) for name in value])

    def _name(self, name: dict[str, Any]) -> str:
        return f"{name['kind']}: {name['name']}{format_dates(name['from'], name['to'])}"

    def read(self, cell: str) -> list[dict[str, Any]]:
        names = []
        for value in split_values(cell):
            kind, colon, rest = value.partition(":")
            if not colon:
                raise InvalidCell(
                    _("“%(cell)s” does not say which kind of name it is: long: Republic of Chile.")
                    % {"cell": value[:80]}
                )
            name, begin, end = _split_dates(rest.strip())
            values = {"name": name, "kind": kind.strip(), "from": begin, "to": end}
            names.append(completed(NAME, values))
        return names

    def merged(self, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Any:
        known = {self._name(name): name for name in before}
        return [known.get(self._name(name), name) for name in after]


class MembershipsCell(ListCell):
    """Groups of an actor: `european-union 1973-01-01/2020-02-01`."""

    takes = gettext_lazy(
        "slugs of groups, each with its days where they are known: grulac | "
        "european-union 1973-01-01/2020-02-01"
    )

    def format(self, value: list[dict[str, Any]]) -> str:
        return super().format(
            [f"{each['group']}{format_dates(each['from'], each['to'])}" for each in value]
        )

    def read(self, cell: str) -> list[dict[str, Any]]:
        memberships = []
        for value in split_values(cell):
            group, begin, end = _split_dates(value)
            memberships.append(completed(MEMBERSHIP, {"group": group, "from": begin, "to": end}))
        return memberships

    def merged(self, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Any:
        """A membership that stays keeps its note and its citations, also when its days change."""
        unmatched, merged = list(before), {}
        for keys in (("group", "from", "to"), ("group", "from"), ("group",)):
            for place, membership in enumerate(after):
                if place in merged:
                    continue
                same = [old for old in unmatched if all(old[k] == membership[k] for k in keys)]
                if len(same) == 1:
                    unmatched.remove(same[0])
                    dates = {"from": membership["from"], "to": membership["to"]}
                    merged[place] = {**same[0], **dates}
        return [merged.get(place, membership) for place, membership in enumerate(after)]
