"""Where the words that a list was asked for stand in its rows."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dialogues.exporters import Row
from dialogues.models import Quotation
from dialogues.public import excerpts, public
from dialogues.search import Clause


class PieceSerializer(serializers.Serializer):
    """A stretch of a text; `found` where it is what `q` asks for."""

    text = serializers.CharField()
    found = serializers.BooleanField()


class HighlightSerializer(serializers.Serializer):
    """Words around a place; `ref` is the record whose text it is."""

    ref = serializers.CharField()
    pieces = PieceSerializer(many=True)


@extend_schema_field(HighlightSerializer(many=True))
class HighlightsField(serializers.Field):
    """Places in which the words stand, quotations first: three at most; none without words."""

    def __init__(self, **kwargs: Any) -> None:
        words = "Of a list with `q`: where its words stand, three places at most."
        super().__init__(read_only=True, source="*", help_text=words, **kwargs)

    def row_value(self, row: Row) -> list[Row]:
        return []

    def to_representation(self, record: Any) -> list[Row]:
        return []


def add_highlights(rows: list[Row], clauses: list[Clause]) -> None:
    """Fill the highlights of statements or positions. One query for the words of statements."""
    words = _words_of_positions(rows)
    for row in rows:
        positions = row.get("positions", [row])
        texts = [(each["ref"], text) for each in positions for text in words.get(each["ref"], ())]
        texts += [(each["ref"], each["summary"]) for each in positions]
        if "positions" in row:
            texts.append((row["ref"], row["summary"]))
        row["highlights"] = [
            {"ref": ref, "pieces": [{"text": p.text, "found": p.found} for p in pieces]}
            for ref, pieces in excerpts(texts, clauses)
        ]


def _words_of_positions(rows: list[Row]) -> dict[str, list[str]]:
    """The words of the quotations of positions, by the position's ref."""
    words: dict[str, list[str]] = {}
    refs = [position["ref"] for row in rows for position in row.get("positions", ())]
    quotations = public(Quotation).filter(position__ref__in=refs).order_by("order", "pk")
    pairs = list(quotations.values_list("position__ref", "text")) if refs else []
    pairs += [(row["ref"], each["text"]) for row in rows for each in row.get("quotations", ())]
    for ref, text in pairs:
        words.setdefault(ref, []).append(f"“{text}”")
    return words
