"""The values that can be chosen, by the codes under which search keeps them beside each row."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from dialogues.models import Actor, Instrument, Situation, Theme
from dialogues.models.search import CODED, code
from dialogues.querysets import READER

from .cache import cached

FACETS = CODED
OF_POSITION = ("theme", "stance", "pillar", "situation", "instrument", "quoted")
OF_WHO = ("actor", "kind", "group")
# Where a value is a key, whose slug it stands for.
SLUGS = {
    "actor": Actor,
    "group": Actor,
    "theme": Theme,
    "situation": Situation,
    "instrument": Instrument,
}


def beside(name: str, chosen: Collection[str], of_statements: bool) -> frozenset[str]:
    """What else is chosen that must hold of the same deliverer, or position, as this filter.

    Which of them has which value a row's codes do not say. A row of a position is of one anyway.
    """
    if name in OF_WHO:
        same: tuple[str, ...] = OF_WHO
    else:
        same = OF_POSITION if name in OF_POSITION and of_statements else ()
    return frozenset(chosen).intersection(same) - {name}


def codes_of(name: str, values: Iterable[str], state: str) -> dict[str, int]:
    """The codes of a facet's values. One query where they are keys and are not kept for a state."""
    if name in SLUGS:
        known = cached(state, "keys", [SLUGS[name]], _keys)[SLUGS[name]]
        return {value: code(name, known[value]) for value in values if value in known}
    return {value: code(name, int(value) if value.isdecimal() else value) for value in values}


def _keys(models: list[Any]) -> dict[Any, dict[str, int]]:
    """The keys of the entries of lists by their slugs."""
    public = ((model, model.objects.visible_to(READER).order_by()) for model in models)
    return {model: dict(rows.values_list("slug", "pk")) for model, rows in public}
