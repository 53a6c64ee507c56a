"""The comparison as JSON, and each of its views as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dialogues import comparison
from dialogues.filters import CompareSelection
from dialogues.public import read_said, read_tallies

from .base import RecordsView
from .compare_serializers import (
    CompareActorsSerializer,
    CompareFactsSerializer,
    ComparePanelsSerializer,
    CompareParticipationSerializer,
    CompareProposalsSerializer,
    CompareThemesSerializer,
    CompareWordsSerializer,
)
from .downloads import TABLES, a_table, format_of
from .openapi import compare_parameters
from .problems import raise_issues

Years = list[comparison.ComparisonYear]


class CompareView(RecordsView):
    """One dialogue beside others: seven views of the same years and filters."""

    def query_parameters(self) -> list[OpenApiParameter]:
        return compare_parameters()

    def answers(self) -> dict:
        several = [serializer for _rows, serializer in SHOWN.values()]
        return {200: PolymorphicProxySerializer("Comparison", several, None)}

    def get(self, request: Request) -> Response:
        selection = CompareSelection(request.GET, version=self.cache_version)
        raise_issues(selection.problems)
        years = comparison.comparison_years(selection)
        read, serializer = SHOWN[selection.view]
        shown = read(selection, years)
        raise_issues(selection.beyond(shown.get("pages", 1)))
        content = {
            "view": selection.view,
            "base": selection.base,
            "years": years,
            "sentences": comparison.sentences(selection, years),
            **shown,
        }
        return Response(serializer(content, context={"site": self.site}).data)


class CompareExportView(CompareView):
    """The table of one view: a row for each cell, with its year’s caveats."""

    action = "export"

    def query_parameters(self) -> list[OpenApiParameter]:
        means = "`csv` or `xlsx`."
        form = OpenApiParameter("format", enum=list(TABLES), default="csv", description=means)
        return [*super().query_parameters(), form]

    def answers(self) -> dict:
        return {
            (200, "text/csv"): OpenApiTypes.STR,
            (200, TABLES["xlsx"]): OpenApiTypes.BINARY,
        }

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """The format is asked for by `format`, not by the Accept header."""
        return super().perform_content_negotiation(request, force=True)

    def get(self, request: Request) -> Any:
        selection = CompareSelection(request.GET, extra=("format",), version=self.cache_version)
        form, problems = format_of(selection.positions.data, TABLES)
        raise_issues([*selection.problems, *problems])
        table = comparison.flat_table(selection, read_said, read_tallies)
        return a_table(table.name, form, table.header, table.rows)


def _facts(selection: CompareSelection, years: Years) -> dict[str, Any]:
    return {"rows": comparison.facts(selection, years)}


def _participation(selection: CompareSelection, years: Years) -> dict[str, Any]:
    return vars(comparison.participation(selection, years))


def _themes(selection: CompareSelection, years: Years) -> dict[str, Any]:
    return {"rows": comparison.themes(selection, years)}


def _actors(selection: CompareSelection, years: Years) -> dict[str, Any]:
    found = comparison.actors(selection, years, read_said)
    return {
        "rows": found.rows,
        "actors": found.number,
        "pages": found.pages,
        "turns": found.read,
    }


def _words(selection: CompareSelection, years: Years) -> dict[str, Any]:
    return vars(comparison.words(selection, years, read_said))


def _panels(selection: CompareSelection, years: Years) -> dict[str, Any]:
    found = comparison.panels(selection, years)
    return {"members": found.members, "regions": found.regions, "rows": found.years}


def _proposals(selection: CompareSelection, years: Years) -> dict[str, Any]:
    asked = comparison.proposals(selection, read_said, read_tallies)
    return {"rows": asked.proposed, **vars(asked)}


SHOWN: dict[str, tuple[Callable[..., dict[str, Any]], type[serializers.Serializer]]] = {
    "facts": (_facts, CompareFactsSerializer),
    "participation": (_participation, CompareParticipationSerializer),
    "themes": (_themes, CompareThemesSerializer),
    "actors": (_actors, CompareActorsSerializer),
    "words": (_words, CompareWordsSerializer),
    "panels": (_panels, ComparePanelsSerializer),
    "proposals": (_proposals, CompareProposalsSerializer),
}
