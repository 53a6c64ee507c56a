"""Resolves slugs and cites in records to primary keys."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Model

from dialogues.models import Passage, Source

from .rows import NewRows


@dataclass(frozen=True)
class RecordReference:
    """A reference from one record to another: `kind` is a form's name, "passage" or "panel"."""

    kind: str
    key: str
    path: str


class Resolver:
    """The primary keys of slugs and cites; each list is read once.

    `panels` has the keys of the dialogue whose statement is written; `rows` the new rows to insert.
    """

    def __init__(self, rows: NewRows | None = None) -> None:
        self.rows = rows or NewRows()
        self._ids: dict[type[Model], dict[str, int]] = {}
        self.panels: dict[str, int] = {}

    def id_of(self, model: type[Model], key: str) -> int:
        if model not in self._ids:
            rows = list(model._default_manager.values_list("slug", "pk", "former_slugs"))
            self._ids[model] = {slug: pk for slug, pk, _former_slugs in rows}
            # The slug of a merged entry leads to the entry that it was merged into.
            self._ids[model] |= {slug: pk for _slug, pk, former in rows for slug in former}
        return self._ids[model][key]

    def learn(self, obj: Model, key: str) -> None:
        """Adds the primary key of a new object to a list that is read already."""
        if type(obj) in self._ids:
            self._ids[type(obj)][key] = obj.pk

    def cite(self, cite: str) -> tuple[int, int | None]:
        """`source#p12` as the ids of source and passage."""
        slug, _, anchor = cite.partition("#p")
        source = self.id_of(Source, slug)
        return source, self._passages[source][int(anchor)] if anchor else None

    @cached_property
    def _passages(self) -> dict[int, dict[int, int]]:
        passages: dict[int, dict[int, int]] = defaultdict(dict)
        for source, number, pk in Passage.objects.values_list("source_id", "number", "pk"):
            passages[source][number] = pk
        return passages
