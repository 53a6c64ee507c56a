"""Autocomplete and "Did you mean": names of the archive's lists, and corrections of spelling.

Both offer public words only: names come through the gate, words from public records.
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
# The vocabulary is read from so many of the newest positions: for years to come, from all.
MOST_READ = 5000
# So many words of a query are corrected at most: each costs a walk over the vocabulary.
MOST_WORDS = 4
# Similarity at which a word is offered for another: "sovereignity" and "sovereignty".
CLOSE = 0.7
WORD = re.compile(r"[^\W\d_]{3,}")

# An entry of a list: the parameter that takes it, its slug, its name.
Name = tuple[str, str, str]
# The public vocabulary: how often each word stands, its terms, and words by their folded form.
Vocabulary = tuple[Counter[str], set[str], dict[str, str]]

# parameter: its label, its list, and the fields with its names
LISTS: dict[str, tuple[Any, Any, tuple[str, ...]]] = {
    "actor": (_("Actor"), Actor, ("name", "names__name")),
    "theme": (_("Theme"), Theme, ("title",)),
    "situation": (_("Situation"), Situation, ("name", "variants")),
    "instrument": (_("Instrument"), Instrument, ("name", "variants")),
}


@dataclass(frozen=True)
class NameSuggestion:
    """An entry of a list; `parameter=value` selects the statements by it or about it."""

    parameter: str
    kind: str
    value: str
    label: str


def suggestions(words: str, at_version: str | None = None) -> list[NameSuggestion]:
    """Entries with names in which each of these words begins a word, the closest names first.

    Four queries where the names are not cached; one more where the version is not given.
    """
    wanted = search.fold(words).split()
    if not wanted:
        return []
    current = version() if at_version is None else at_version
    matches: dict[Name, tuple[bool, int, int]] = {}
    for place, folded, name in cached(current, "names", _names):
        if all(f" {word}" in folded for word in wanted):
            key = (not folded.startswith(f" {wanted[0]}"), place, len(folded))
            matches[name] = min(key, matches.get(name, key))
    best = sorted(matches, key=lambda name: (matches[name], name[2]))
    return [NameSuggestion(name[0], str(LISTS[name[0]][0]), *name[1:]) for name in best[:MOST]]


def _names() -> list[tuple[int, str, Name]]:
    """Every name of every entry: the list's place, the folded name after a space, the entry."""
    names = []
    for place, (parameter, (_kind, model, fields)) in enumerate(LISTS.items()):
        rows = model.objects.visible_to(READER).order_by().values_list("slug", *fields)
        for slug, label, *others in rows:
            folded = dict.fromkeys(search.fold(name) for name in [label, *_flat(others)])
            names += [(place, f" {name}", (parameter, slug, label)) for name in folded]
    return names


def _flat(values: Iterable[Any]) -> list[str]:
    flat: list[str] = []
    for value in values:
        flat += value if isinstance(value, list) else [value] if value else []
    return flat


def did_you_mean(selection: StatementFilters) -> str:
    """The query with unknown words replaced by the closest known ones; "" where that finds nothing.

    Two queries where the vocabulary is not cached, and two to see that the result finds rows.
    """
    query = selection.data.get("q", "")
    known, terms, spellings = cached(selection.version, "vocabulary", _vocabulary)
    unknown = [
        word
        for word in dict.fromkeys(WORD.findall(query))
        if word not in ("OR", "AND") and not set(search.terms(word)) & terms
    ]
    better = query
    for word in unknown[:MOST_WORDS]:
        folded = search.fold(word)
        near = difflib.get_close_matches(folded, spellings, n=3, cutoff=CLOSE)
        # Letters in another order, as in "lybia", are as close as can be, but not to difflib.
        near += [word for word in spellings if sorted(word) == sorted(folded)]
        if near:
            best = max(near, key=lambda each: (_similarity(each, folded), known[spellings[each]]))
            better = re.sub(rf"\b{re.escape(word)}\b", spellings[best], better)
    if better == query:
        return ""
    changed = selection.data.copy()
    changed["q"] = better
    again = type(selection)(changed, extra=selection.extra)
    return better if not again.problems and again.list_rows.exists() else ""


def _similarity(first: str, second: str) -> float:
    if sorted(first) == sorted(second):
        return 1
    return round(difflib.SequenceMatcher(None, first, second).ratio(), 2)


def _vocabulary() -> Vocabulary:
    newest = Position.objects.visible_to(READER).order_by("-pk")[:MOST_READ]
    texts = newest.values_list("summary", "theme__title")
    names = Actor.objects.visible_to(READER).order_by().values_list("name", flat=True)
    known: Counter[str] = Counter()
    for text in [*chain(*texts), *names]:
        known.update(WORD.findall(text))
    terms = {term for word in known for term in search.terms(word)}
    return known, terms, {search.fold(word): word for word in known}
