"""Detect likely duplicates in a shared list: by equal words, initials and close spelling."""

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
# Lists are a few hundred names long; of a longer one only the first rows are compared.
MOST_READ = 5000
# Least similarity of two spellings: Mexiko and Mexico, but not Slovakia and Slovenia. And the
# greatest difference of lengths: one letter of Kazakhstan, not two of Nigeria.
NEAR = 0.8
LONGER = 1 / 6
SMALL = frozenset(["a", "and", "de", "des", "du", "for", "in", "la", "of", "on", "the", "to"])

# The fields with the names of an entry.
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
    """An entry that may be the same, and the reason."""

    entry: Any
    why: Any


def likely_duplicates(entry: SharedEntry) -> list[LikelyDuplicate]:
    """Other entries that are probably this one, the likeliest first. Three queries."""
    model = type(entry)
    names = [name for _pk, name in _names(model._default_manager.filter(pk=entry.pk))]
    return named_like(model, names, exclude=entry.pk)


def named_like(
    model: Any, names: Iterable[str], exclude: int | None = None
) -> list[LikelyDuplicate]:
    """Entries of a list with names like these. Two queries; compares each name with each."""
    wanted = list(dict.fromkeys(filter(None, map(search.fold, names))))
    rows = model._default_manager.exclude(state=State.WITHDRAWN).exclude(pk=exclude)
    known = [(pk, search.fold(name)) for pk, name in _names(rows)]
    ranks: dict[int, tuple[int, float]] = {}
    for name in wanted:
        for pk, other in known:
            rank = _rank(name, other, of_person=model is Person)
            if rank and (pk not in ranks or rank < ranks[pk]):
                ranks[pk] = rank
    best = sorted(ranks, key=lambda pk: (ranks[pk], pk))[:MOST]
    entries = model._default_manager.in_bulk(best)
    return [LikelyDuplicate(entries[pk], WHY[ranks[pk][0]]) for pk in best]


def _names(rows: Any) -> list[tuple[int, str]]:
    """The names of the entries, each with the entry's primary key. One query."""
    fields = NAMES[rows.model]
    names: dict[tuple[int, str], None] = {}
    for pk, *values in rows.order_by("pk").values_list("pk", *fields)[:MOST_READ]:
        for value in values:
            for name in value if isinstance(value, list) else [value]:
                if name:
                    names[pk, name] = None
    return list(names)


def _rank(name: str, other: str, of_person: bool) -> tuple[int, float] | None:
    """The first reason of WHY that holds, and its distance from certainty; None without one."""
    if name == other:
        return 0, 0
    words, other_words = name.split(), other.split()
    if sorted(words) == sorted(other_words):
        return 1, 0
    if _are_initials(words, other_words) or _are_initials(other_words, words):
        return 2, 0
    if of_person and _short_person_name(words, other_words):
        return 3, 0
    similarity = _similarity(words, other_words)
    return (4, 1 - similarity) if similarity >= NEAR else None


def _are_initials(short: list[str], words: list[str]) -> bool:
    """Such as EU for European Union; small words count, or do not."""
    if len(short) != 1 or len(words) < 2:
        return False
    large = [word for word in words if word not in SMALL]
    return short[0] in ("".join(w[0] for w in words), "".join(w[0] for w in large))


def _short_person_name(words: list[str], other: list[str]) -> bool:
    """Such as E. Luck, Edward C. Luck and Edward Luck: the family name, and a first name alike."""
    if len(words) < 2 or len(other) < 2 or words[-1] != other[-1]:
        return False
    short, long = sorted((words[0], other[0]), key=len)
    return short == long or (len(short) == 1 and long.startswith(short))


def _similarity(words: list[str], other: list[str]) -> float:
    """Similarity from 0 to 1 of the words in which two names differ; 0 below NEAR."""
    mine = " ".join(word for word in words if word not in other)
    theirs = " ".join(word for word in other if word not in words)
    longest = max(len(mine), len(theirs))
    if not mine or not theirs or abs(len(mine) - len(theirs)) > longest * LONGER:
        return 0
    spelling = SequenceMatcher(None, mine, theirs, autojunk=False)
    return 0 if spelling.quick_ratio() < NEAR else spelling.ratio()
