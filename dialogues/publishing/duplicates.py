"""Entries of a shared list that are probably one: by their words, initials and spelling."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext_lazy as _

from dialogues import search
from dialogues.choices import State
from dialogues.models import Actor, Event, Instrument, Person, SharedEntry, Situation, Source, Theme

MOST = 5
# Lists are a few hundred names long; of a longer one so many rows are read.
MOST_READ = 5000
# How near a spelling is: Mexiko to Mexico, not Slovakia to Slovenia; and how much longer than the
# other one may be, as a part of its letters: a letter of Kazakhstan, not two of Nigeria.
NEAR = 0.8
LONGER = 1 / 6
SMALL = frozenset(["a", "and", "de", "des", "du", "for", "in", "la", "of", "on", "the", "to"])

# Where the names of an entry stand.
NAMES: dict[Any, tuple[str, ...]] = {
    Actor: ("name", "names__name"),
    Event: ("name",),
    Instrument: ("name", "variants"),
    Person: ("name", "variants"),
    Situation: ("name", "variants"),
    Source: ("title",),
    Theme: ("title",),
}
WHY = (
    _("the same name"),
    _("the same words"),
    _("initials"),
    _("a name in short"),
    _("a close spelling"),
)


@dataclass(frozen=True)
class LikelyDuplicate:
    """An entry that may be the same, and what speaks for it."""

    entry: Any
    why: Any


def alike(entry: SharedEntry) -> list[LikelyDuplicate]:
    """Other entries that are probably this one, the likeliest first; withdrawn ones left out.

    Three queries.
    """
    model = type(entry)
    rows = model._default_manager.filter(pk=entry.pk)
    names = [name for _pk, name in _names(rows, NAMES[model])]
    return named_like(model, names, exclude=entry.pk)


def named_like(
    model: Any, names: Iterable[str], exclude: int | None = None
) -> list[LikelyDuplicate]:
    """Entries of a list with names like these. Two queries; compares each name with each."""
    wanted = list(dict.fromkeys(filter(None, map(search.fold, names))))
    rows = model._default_manager.exclude(state=State.WITHDRAWN).exclude(pk=exclude)
    known = [(pk, search.fold(name)) for pk, name in _names(rows, NAMES[model])]
    found: dict[int, tuple[int, float]] = {}
    for mine in wanted:
        for pk, name in known:
            rank = _rank(mine, name, of_person=model is Person)
            if rank and (pk not in found or rank < found[pk]):
                found[pk] = rank
    best = sorted(found, key=lambda pk: (found[pk], pk))[:MOST]
    entries = model._default_manager.in_bulk(best)
    return [LikelyDuplicate(entries[pk], WHY[found[pk][0]]) for pk in best]


def _names(rows: Any, fields: tuple[str, ...]) -> list[tuple[int, str]]:
    """Each name of each entry, its key beside it. One query."""
    found: dict[tuple[int, str], None] = {}
    for pk, *values in rows.order_by("pk").values_list("pk", *fields)[:MOST_READ]:
        for value in values:
            for name in value if isinstance(value, list) else [value]:
                if name:
                    found[pk, name] = None
    return list(found)


def _rank(one: str, other: str, of_person: bool) -> tuple[int, float] | None:
    """Which reason of WHY holds first, and how far it is from certain; None where none does."""
    if one == other:
        return 0, 0
    mine, theirs = one.split(), other.split()
    if sorted(mine) == sorted(theirs):
        return 1, 0
    if _initials(mine, theirs) or _initials(theirs, mine):
        return 2, 0
    if of_person and _in_short(mine, theirs):
        return 3, 0
    near = _nearness(mine, theirs)
    return (4, 1 - near) if near >= NEAR else None


def _initials(short: list[str], words: list[str]) -> bool:
    """EU, and European Union; with the small words, or without."""
    if len(short) != 1 or len(words) < 2:
        return False
    large = [word for word in words if word not in SMALL]
    return short[0] in ("".join(w[0] for w in words), "".join(w[0] for w in large))


def _in_short(one: list[str], other: list[str]) -> bool:
    """E. Luck, Edward C. Luck and Edward Luck: a family name, and first names that may be one."""
    if len(one) < 2 or len(other) < 2 or one[-1] != other[-1]:
        return False
    first, second = sorted((one[0], other[0]), key=len)
    return first == second or (len(first) == 1 and second.startswith(first))


def _nearness(one: list[str], other: list[str]) -> float:
    """How near the words are in which two names differ, from 0 to 1; 0 where it is too little."""
    mine = " ".join(word for word in one if word not in other)
    theirs = " ".join(word for word in other if word not in one)
    longest = max(len(mine), len(theirs))
    if not mine or not theirs or abs(len(mine) - len(theirs)) > longest * LONGER:
        return 0
    spelling = SequenceMatcher(None, mine, theirs, autojunk=False)
    return 0 if spelling.quick_ratio() < NEAR else spelling.ratio()
