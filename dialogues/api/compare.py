"""The comparison as JSON, and each of its views as a table."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dialogues import comparison
from dialogues.filters import CompareSelection
from dialogues.public import read_said, read_tallies

from . import compare_serializers as shown
from .base import RecordsView
from .downloads import TABLES, a_table, format_of
from .openapi import compare_parameters
from .problems import raise_issues


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
        compared = read(selection, years)
        raise_issues(selection.beyond(getattr(compared, "pages", 1)))
        content = {
            "view": selection.view,
            "base": selection.base,
            "years": years,
            "sentences": comparison.sentences(selection, years),
            "compared": compared,
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


SHOWN: dict[str, tuple[Callable[..., Any], type[serializers.Serializer]]] = {
    "facts": (comparison.facts, shown.CompareFactsSerializer),
    "participation": (comparison.participation, shown.CompareParticipationSerializer),
    "themes": (comparison.themes, shown.CompareThemesSerializer),
    "actors": (partial(comparison.actors, read=read_said), shown.CompareActorsSerializer),
    "words": (partial(comparison.words, read=read_said), shown.CompareWordsSerializer),
    "panels": (comparison.panels, shown.ComparePanelsSerializer),
    "proposals": (
        lambda selection, years: comparison.proposals(selection, read_said, read_tallies),
        shown.CompareProposalsSerializer,
    ),
}
