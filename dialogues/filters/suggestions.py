"""What a reader may have meant: names of the archive's lists, and words near to those typed.

All of it is public: names come through the gate, and words from what readers see.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.utils.translation import gettext_lazy as _

from dialogues import search
from dialogues.models import Actor, Instrument, Position, Situation, Theme
from dialogues.querysets import READER

from .cache import cached, version
from .statements import StatementFilters

MOST = 8
# Words are looked for in so many of the newest positions: all of them, for years to come.
MOST_READ = 5000
# Of so many words at most a nearer one is looked for: each costs a walk over all words.
MOST_WORDS = 4
# How much of two words must be alike: "sovereignity" and "sovereignty".
CLOSE = 0.7
WORD = re.compile(r"[^\W\d_]{3,}")

# Of an entry of a list: the parameter that takes it, its slug, what it is called.
Name = tuple[str, str, str]
# The words that readers see: how often each, the terms of them all, and each by itself folded.
Words = tuple[Counter[str], set[str], dict[str, str]]

# parameter: what it is called, its list, and where its names stand
LISTS: dict[str, tuple[Any, Any, tuple[str, ...]]] = {
    "actor": (_("Actor"), Actor, ("name", "names__name")),
    "theme": (_("Theme"), Theme, ("title",)),
    "situation": (_("Situation"), Situation, ("name", "variants")),
    "instrument": (_("Instrument"), Instrument, ("name", "variants")),
}


@dataclass(frozen=True)
class NameSuggestion:
    """An entry of a list: `parameter=value` selects what is said by it, or of it."""

    parameter: str
    kind: str
    value: str
    label: str


def suggestions(words: str, at_version: str | None = None) -> list[NameSuggestion]:
    """Entries in whose names all these words begin a word; the nearest names first.

    Four queries, of a few hundred names, where they are not kept from before; one more where
    `state`, in which readers find the archive, is not given.
    """
    wanted = search.fold(words).split()
    if not wanted:
        return []
    known = version() if at_version is None else at_version
    found: dict[Name, tuple[bool, int, int]] = {}
    for place, folded, name in cached(known, "names", _names):
        if all(f" {word}" in folded for word in wanted):
            key = (not folded.startswith(f" {wanted[0]}"), place, len(folded))
            found[name] = min(key, found.get(name, key))
    best = sorted(found, key=lambda name: (found[name], name[2]))
    return [NameSuggestion(name[0], str(LISTS[name[0]][0]), *name[1:]) for name in best[:MOST]]


def _names() -> list[tuple[int, str, Name]]:
    """Each name of each entry: the place of its list, and the name folded after a space."""
    found = []
    for place, (parameter, (_kind, model, fields)) in enumerate(LISTS.items()):
        rows = model.objects.visible_to(READER).order_by().values_list("slug", *fields)
        for slug, label, *others in rows:
            folded = dict.fromkeys(search.fold(name) for name in [label, *_flat(others)])
            found += [(place, f" {name}", (parameter, slug, label)) for name in folded]
    return found


def _flat(values: Iterable[Any]) -> list[str]:
    found: list[str] = []
    for value in values:
        found += value if isinstance(value, list) else [value] if value else []
    return found


def did_you_mean(selection: StatementFilters) -> str:
    """The query with words that the archive has in place of those it has not; "" for none.

    Asked only where nothing was found. Two queries where the words of the archive are not kept
    from before, and two for the proof that it finds something.
    """
    query = selection.data.get("q", "")
    known, terms, spellings = cached(selection.version, "words", _words)
    unknown = [
        word
        for word in dict.fromkeys(WORD.findall(query))
        if word not in ("OR", "AND") and not set(search.terms(word)) & terms
    ]
    better = query
    for word in unknown[:MOST_WORDS]:
        folded = search.fold(word)
        near = difflib.get_close_matches(folded, spellings, n=3, cutoff=CLOSE)
        # What has the same letters is as near as can be, and to difflib it is not: "lybia".
        near += [one for one in spellings if sorted(one) == sorted(folded)]
        if near:
            best = max(near, key=lambda one: (_alike(one, folded), known[spellings[one]]))
            better = re.sub(rf"\b{re.escape(word)}\b", spellings[best], better)
    if better == query:
        return ""
    changed = selection.data.copy()
    changed["q"] = better
    again = type(selection)(changed, extra=selection.extra)
    return better if not again.problems and again.list_rows.exists() else ""


def _alike(one: str, other: str) -> float:
    if sorted(one) == sorted(other):
        return 1
    return round(difflib.SequenceMatcher(None, one, other).ratio(), 2)


def _words() -> Words:
    newest = Position.objects.visible_to(READER).order_by("-pk")[:MOST_READ]
    texts = newest.values_list("summary", "theme__title")
    names = Actor.objects.visible_to(READER).order_by().values_list("name", flat=True)
    known: Counter[str] = Counter()
    for text in [*chain(*texts), *names]:
        known.update(WORD.findall(text))
    terms = {term for word in known for term in search.terms(word)}
    return known, terms, {search.fold(word): word for word in known}
