"""The comparison as JSON: the columns, and the rows of one view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dialogues import comparison
from dialogues.choices import Silence, Stance
from dialogues.filters import CompareSelection

from .base import ReadOnly
from .links import ActorLink, Cite, DialogueLink, ThemeLink
from .problems import refuse
from .schema import compare_parameters


def silence() -> Any:
    return serializers.ChoiceField(
        choices=Silence.choices,
        allow_null=True,
        help_text="Why there is nothing to count; null where something is.",
    )


class CompareColumn(serializers.Serializer):
    """A year, with what its record can and cannot carry."""

    year = serializers.IntegerField()
    is_base = serializers.BooleanField()
    dialogue = DialogueLink()
    named = serializers.IntegerField(help_text="Member States named as speaking from the floor.")
    reported = serializers.IntegerField(allow_null=True, help_text="Member States reported.")
    silence = silence()
    caveat = serializers.CharField(help_text="What to say at the head of the column.")


class CompareSaid(serializers.Serializer):
    """A value that sources give beside the preferred one."""

    value = serializers.JSONField()
    meaning = serializers.CharField()
    cites = Cite(many=True)


class CompareFactCell(serializers.Serializer):
    value = serializers.JSONField(
        help_text="Of a count: what the record names; null where nothing is recorded."
    )
    reported = serializers.IntegerField(allow_null=True, help_text="Of a count: as reported.")
    differs = serializers.BooleanField(help_text="From the base.")
    others = CompareSaid(many=True)
    rows = serializers.URLField(allow_null=True, help_text="The actors counted.")


class CompareFact(serializers.Serializer):
    """One fact over the years; a count is recorded beside reported."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    is_count = serializers.BooleanField()
    cells = CompareFactCell(many=True)


class CompareAttendance(serializers.Serializer):
    statements = serializers.ListField(child=serializers.CharField(), help_text="Refs.")
    silence = silence()


class CompareActor(serializers.Serializer):
    """An actor over the years. `part`: in the base and elsewhere, or in one of them only."""

    part = serializers.ChoiceField(choices=["returning", "base-only", "new"])
    actor = ActorLink()
    cells = CompareAttendance(many=True)


class CompareStance(serializers.Serializer):
    stance = serializers.ChoiceField(choices=Stance.choices)
    positions = serializers.IntegerField()


class CompareThemeCell(serializers.Serializer):
    positions = serializers.IntegerField()
    stances = CompareStance(many=True)
    share = serializers.FloatField(allow_null=True, help_text="Of the year’s selected positions.")
    change = serializers.CharField(help_text="Against the base, in words.")
    silence = silence()
    rows = serializers.URLField(allow_null=True, help_text="The positions counted.")


class CompareTheme(serializers.Serializer):
    """Positions on one theme over the years."""

    theme = ThemeLink()
    cells = CompareThemeCell(many=True)


class CompareFacts(serializers.Serializer):
    view = serializers.ChoiceField(choices=["facts"])
    base = serializers.IntegerField()
    years = CompareColumn(many=True)
    rows: Any = CompareFact(many=True)


class CompareParticipation(CompareFacts):
    view = serializers.ChoiceField(choices=["participation"])
    rows = CompareActor(many=True)


class CompareThemes(CompareFacts):
    view = serializers.ChoiceField(choices=["themes"])
    rows = CompareTheme(many=True)


class Compare(ReadOnly):
    """One dialogue beside others: facts, who took part, themes."""

    def query_parameters(self) -> list[OpenApiParameter]:
        return compare_parameters()

    def answers(self) -> dict:
        several = [serializer for _rows, serializer in SHOWN.values()]
        return {200: PolymorphicProxySerializer("Comparison", several, None)}

    def get(self, request: Request) -> Response:
        selection = CompareSelection(request.GET)
        refuse(selection.problems)
        years = comparison.columns(selection)
        rows, serializer = SHOWN[selection.view]
        content = {
            "view": selection.view,
            "base": selection.base,
            "years": years,
            "rows": rows(self, selection, years),
        }
        return Response(serializer(content, context={"site": self.site}).data)


def _fact_rows(view: Compare, selection: CompareSelection, years: list[comparison.Column]) -> Any:
    actors = reverse("dialogues:api-actors")
    return [
        vars(row)
        | {
            "cells": [
                vars(cell) | {"rows": f"{view.site}{actors}?{cell.actors}" if cell.actors else None}
                for cell in row.cells
            ]
        }
        for row in comparison.facts(selection, years)
    ]


def _actor_rows(view: Compare, selection: CompareSelection, years: list[comparison.Column]) -> Any:
    parts = comparison.participation(selection, years).parts
    return [vars(row) | {"part": part} for part, _label, rows in parts for row in rows]


def _theme_rows(view: Compare, selection: CompareSelection, years: list[comparison.Column]) -> Any:
    positions = reverse("dialogues:api-positions")

    def shown(cell: comparison.ThemeCell) -> dict[str, Any]:
        return vars(cell) | {
            "rows": f"{view.site}{positions}?{cell.query}" if cell.positions else None
        }

    return [
        {"theme": row.theme, "cells": [shown(cell) for cell in row.cells]}
        for row in comparison.themes(selection, years)
    ]


SHOWN: dict[str, tuple[Callable[..., Any], type[serializers.Serializer]]] = {
    "facts": (_fact_rows, CompareFacts),
    "participation": (_actor_rows, CompareParticipation),
    "themes": (_theme_rows, CompareThemes),
}
