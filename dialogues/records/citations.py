"""Fields of citations: `source`, or `source#p12` for a passage of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Prefetch

from dialogues.models import Citation

from .fields import Field
from .resolver import RecordReference, Resolver

CITE_PATTERN = r"^[a-z0-9][a-z0-9-]*(#p[1-9][0-9]*)?$"


def cite_references(cites: list[str], path: str) -> Iterator[RecordReference]:
    for index, cite in enumerate(cites):
        yield RecordReference("passage" if "#" in cite else "source", cite, f"{path}[{index}]")


def replace_citations(
    obj: Model, cites: dict[str, list[str]], resolver: Resolver, new: bool
) -> None:
    """Makes these the citations of an object, by field, in this order."""
    if not new:
        obj.citations.all().delete()  # type: ignore[attr-defined]
    owner = {type(obj)._meta.model_name or "": obj}
    pairs = [(name, cite) for name, values in cites.items() for cite in values]
    for order, (name, cite) in enumerate(pairs, start=1):
        source, passage = resolver.cite(cite)
        resolver.rows.add(
            Citation(**owner, source_id=source, passage_id=passage, field=name, order=order)
        )


@dataclass(frozen=True)
class CitationListField(Field):
    """The citations of an object, in reading order."""

    name: str = "cites"

    def schema(self) -> dict:
        return {
            "type": "array",
            "items": {"type": "string", "pattern": CITE_PATTERN},
            "uniqueItems": True,
        }

    def prefetch_related(self) -> tuple[str | Prefetch, ...]:
        # The text of a passage is long, and no record has it.
        citations = Citation.objects.select_related("source", "passage").defer("passage__text")
        return (Prefetch("citations", citations),)

    def dump(self, obj: Any) -> list[str]:
        return [citation.cite for citation in obj.citations.all()]

    def load(self, obj: Model, value: list[str], resolver: Resolver) -> None:
        pass

    def load_related(self, obj: Model, value: list[str], resolver: Resolver, new: bool) -> None:
        if value != ([] if new else self.dump(obj)):
            replace_citations(obj, {"": value}, resolver, new)

    def references(self, value: list[str], path: str) -> Iterator[RecordReference]:
        return cite_references(value, path)


@dataclass(frozen=True)
class FieldCitationsRecordField(CitationListField):
    """The citations of each field of a dialogue."""

    allowed: tuple[str, ...] = ()

    def schema(self) -> dict:
        cites = super().schema()
        return {
            "type": "object",
            "properties": {name: {**cites, "minItems": 1} for name in self.allowed},
            "additionalProperties": False,
        }

    def dump(self, obj: Any) -> dict[str, list[str]]:  # type: ignore[override]
        cites: dict[str, list[str]] = {}
        for citation in obj.citations.all():
            cites.setdefault(citation.field, []).append(citation.cite)
        return {name: cites[name] for name in self.allowed if name in cites}

    def load_related(  # type: ignore[override]
        self, obj: Model, value: dict[str, list[str]], resolver: Resolver, new: bool
    ) -> None:
        if value != ({} if new else self.dump(obj)):
            cites = {name: value[name] for name in self.allowed if name in value}
            replace_citations(obj, cites, resolver, new)

    def references(self, value: Any, path: str) -> Iterator[RecordReference]:
        for name, cites in value.items():
            yield from cite_references(cites, f"{path}.{name}")


@dataclass(frozen=True)
class CitationRefField(Field):
    """The source, and the passage if it is known, of a quotation."""

    name: str = "source"

    def schema(self) -> dict:
        return {"type": "string", "pattern": CITE_PATTERN}

    def select_related(self) -> tuple[str, ...]:
        return ("source", "passage")

    def dump(self, obj: Any) -> str:
        return obj.cite

    def load(self, obj: Any, value: str, resolver: Resolver) -> None:
        obj.source_id, obj.passage_id = resolver.cite(value)

    def references(self, value: str, path: str) -> Iterator[RecordReference]:
        yield RecordReference("passage" if "#" in value else "source", value, path)
