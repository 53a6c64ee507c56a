"""Cells of tables: what one takes, and how its value goes out and comes back exact.

A cell that is left as it went out is no change, whatever a spreadsheet cannot hold of its text.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.records.record_forms import SHARED, completed

NAME = SHARED["actors"].part_form("names")
MEMBERSHIP = SHARED["actors"].part_form("memberships")
SEPARATOR = " | "
# In one cell. The whole membership of the United Nations is fewer.
MOST_VALUES = 200
# What makes a spreadsheet compute a cell; and the apostrophe that is put before it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
# What no cell of a workbook can hold.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REPLACED = "\ufffd"


def harmless(text: str) -> str:
    """A text as a cell of CSV that no spreadsheet computes: an apostrophe is put before it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def exact(cell: str) -> str:
    """What `harmless` was given."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def storable(text: str) -> str:
    """A text as every kind of table can hold it."""
    return ILLEGAL.sub(REPLACED, text)


def one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parted(cell: str) -> list[str]:
    """The values of a cell with several; `\\|` is a bar inside one."""
    values = re.split(r"(?<!\\)\|", cell)
    if len(values) > MOST_VALUES:
        raise InvalidCell(_("has more than %(most)s values.") % {"most": MOST_VALUES})
    return [value.strip().replace("\\|", "|") for value in values if value.strip()]


def joined(values: list[Any]) -> str:
    return SEPARATOR.join(str(value).replace("|", "\\|") for value in values)


# What is said of the cells of each kind.
TEXT = gettext_lazy("text")
NUMBER = gettext_lazy("a whole number, or nothing")
DAY = gettext_lazy("a day, as 1945-10-24, or nothing")
NAMES = gettext_lazy(
    "each with its kind and, where it changed, its days: long: Republic of Chile | "
    "former: Burma ../1989-06-18; kinds are long, short, former, abbreviation, variant"
)
MEMBERSHIPS = gettext_lazy(
    "slugs of groups, each with its days where they are known: grulac | "
    "european-union 1973-01-01/2020-02-01"
)


class InvalidCell(Exception):
    """A cell that its column does not take; why, in words."""


@dataclass(frozen=True)
class Cell:
    """A text of any length; what a column takes unless it says otherwise."""

    takes: Any = TEXT

    def say(self, value: Any) -> str:
        return storable(str(value or ""))

    def read(self, cell: str) -> Any:
        # As a form of the admin takes a text.
        return one_line_end(cell).strip()


@dataclass(frozen=True)
class NameCell(Cell):
    """What names another record, or nothing."""

    none: Any = None

    def read(self, cell: str) -> Any:
        return cell.strip() or self.none


@dataclass(frozen=True)
class ChoiceCell(Cell):
    """One of a few words."""

    def read(self, cell: str) -> str:
        return cell.strip()


@dataclass(frozen=True)
class NumberCell(Cell):
    takes: Any = NUMBER

    def say(self, value: Any) -> str:
        return "" if value is None else str(value)

    def read(self, cell: str) -> int | None:
        return _whole(cell.strip()) if cell.strip() else None


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidCell(_("“%(cell)s” is no whole number.") % {"cell": text[:80]})
    return int(text)


@dataclass(frozen=True)
class DateCell(Cell):
    takes: Any = DAY

    def read(self, cell: str) -> str | None:
        return _day(cell.strip()) if cell.strip() else None


def _day(text: str) -> str:
    try:
        found = datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        found = ""
    # Python takes 19451024 too.
    if found != text:
        raise InvalidCell(_("“%(cell)s” is no day: write it as 1945-10-24.") % {"cell": text[:80]})
    return text


@dataclass(frozen=True)
class ListCell(Cell):
    """Several values in one cell, in order."""

    def say(self, value: list[Any]) -> str:
        return storable(joined(value))

    def read(self, cell: str) -> list[Any]:
        return parted(cell)


@dataclass(frozen=True)
class NumbersCell(ListCell):
    def read(self, cell: str) -> list[int]:
        return [_whole(value) for value in parted(cell)]


# Parts of an actor, each as one value of a cell

SPAN = re.compile(r"^(?P<what>.*?)(?: (?P<from>\.\.|[\d-]+)/(?P<to>\.\.|[\d-]+))?$", re.DOTALL)


def span(begin: str | None, end: str | None) -> str:
    """` 1973-01-01/2020-02-01`; `..` where a day is open or not known."""
    return f" {begin or '..'}/{end or '..'}" if begin or end else ""


def _spanned(text: str) -> tuple[str, str | None, str | None]:
    found = SPAN.match(text)
    assert found is not None
    days = [_day(day) if day not in (None, "..") else None for day in found.group("from", "to")]
    return found["what"], days[0], days[1]


@dataclass(frozen=True)
class NamesCell(ListCell):
    """Other names of an actor: `former: Burma 1948-01-04/1989-06-18`."""

    takes: Any = NAMES

    def say(self, value: list[dict[str, Any]]) -> str:
        return super().say([self._one(name) for name in value])

    def _one(self, name: dict[str, Any]) -> str:
        return f"{name['kind']}: {name['name']}{span(name['from'], name['to'])}"

    def read(self, cell: str) -> list[dict[str, Any]]:
        names = []
        for value in parted(cell):
            kind, colon, rest = value.partition(":")
            if not colon:
                raise InvalidCell(
                    _("“%(cell)s” does not say which kind of name it is: long: Republic of Chile.")
                    % {"cell": value[:80]}
                )
            name, begin, end = _spanned(rest.strip())
            values = {"name": name, "kind": kind.strip(), "from": begin, "to": end}
            names.append(completed(NAME, values))
        return names

    def together(self, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Any:
        """The names that stay are left as they are, whatever a cell cannot say of them."""
        known = {self._one(name): name for name in before}
        return [known.get(self._one(name), name) for name in after]


@dataclass(frozen=True)
class MembershipsCell(ListCell):
    """Groups of an actor: `european-union 1973-01-01/2020-02-01`."""

    takes: Any = MEMBERSHIPS

    def say(self, value: list[dict[str, Any]]) -> str:
        return super().say([f"{one['group']}{span(one['from'], one['to'])}" for one in value])

    def read(self, cell: str) -> list[dict[str, Any]]:
        memberships = []
        for value in parted(cell):
            group, begin, end = _spanned(value)
            memberships.append(completed(MEMBERSHIP, {"group": group, "from": begin, "to": end}))
        return memberships

    def together(self, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Any:
        """A membership that stays keeps its note and its citations, also when its days change."""
        left, kept = list(before), {}
        for same in (("group", "from", "to"), ("group", "from"), ("group",)):
            for place, one in enumerate(after):
                if place in kept:
                    continue
                known = [old for old in left if all(old[name] == one[name] for name in same)]
                if len(known) == 1:
                    left.remove(known[0])
                    kept[place] = {**known[0], "from": one["from"], "to": one["to"]}
        return [kept.get(place, one) for place, one in enumerate(after)]
