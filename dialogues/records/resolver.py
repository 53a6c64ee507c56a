"""How a record names others: the references in it, and the rows that they lead to."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model

from dialogues.models import Passage, Source

from .rows import NewRows


@dataclass(frozen=True)
class RecordReference:
    """That a record names another: `kind` is a record type, "passage" or "panel"."""

    kind: str
    key: str
    path: str


class Resolver:
    """Keys to primary keys, each list read once. `panels` are those of the dialogue at hand.

    In `rows` the new rows of records wait until they are written.
    """

    def __init__(self, rows: NewRows | None = None) -> None:
        self.rows = rows or NewRows()
        self._ids: dict[type[Model], dict[str, int]] = {}
        self._passages: dict[int, dict[int, int]] | None = None
        self.panels: dict[str, int] = {}

    def id_of(self, model: type[Model], key: str) -> int:
        if model not in self._ids:
            rows = list(model._default_manager.values_list("slug", "pk", "former_slugs"))
            self._ids[model] = {slug: pk for slug, pk, _former in rows}
            # The slug of an entry that was merged leads to the one that it was merged into.
            self._ids[model] |= {slug: pk for _slug, pk, former in rows for slug in former}
        return self._ids[model][key]

    def learn(self, obj: Model, key: str) -> None:
        if type(obj) in self._ids:
            self._ids[type(obj)][key] = obj.pk

    def cite(self, cite: str) -> tuple[int, int | None]:
        """`source#p12` as the ids of source and passage."""
        slug, _, anchor = cite.partition("#p")
        source = self.id_of(Source, slug)
        if not anchor:
            return source, None
        if self._passages is None:
            self._passages = {}
            for pk, of, number in Passage.objects.values_list("pk", "source_id", "number"):
                self._passages.setdefault(of, {})[number] = pk
        return source, self._passages[source][int(anchor)]

    def forget_passages(self) -> None:
        self._passages = None
