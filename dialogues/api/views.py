"""The API's lists, records and exports: the same for every reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponseBase, HttpResponsePermanentRedirect
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSetMixin

from dialogues import exporters, filters, models
from dialogues.filters import Selection
from dialogues.filters.base import nearest
from dialogues.public import public

from . import lists, serializers
from .addresses import api_path
from .base import RecordsView
from .cursors import PARAMETERS, CursorPagination
from .downloads import FORMATS, a_file, a_table, format_of, too_many_rows
from .highlights import add_highlights
from .openapi import parameters_of
from .problems import ROOT, RecordGone, RecordNotFound, raise_issues
from .record_serializer import RecordSerializer
from .renderers import as_json

FORMAT = "`csv`, `xlsx`, or `ndjson`: one JSON object a line, as in the list’s `results`."
EXACT = "Without effect: counts are always exact."
# Of each action, beside those of the selection.
OWN_PARAMETERS = {
    "export": [OpenApiParameter("format", enum=list(FORMATS), default="csv", description=FORMAT)],
    "facets": [OpenApiParameter("exact", enum=["0", "1"], description=EXACT)],
}


class RecordViewSet(ViewSetMixin, RecordsView):
    """A list of the records of one kind, and each at its own address."""

    selection_class: ClassVar[type[Selection]]
    serializer_class: ClassVar[type[RecordSerializer]]
    pagination_class = CursorPagination
    # The lookups for parts of an address that are no columns of the record.
    lookups: ClassVar[dict[str, str]] = {}
    # Records that take this one with them when they are withdrawn, and the lookup from each for
    # the first part of the address; the record itself where none is named.
    wholes: ClassVar[dict[Any, str]] = {}

    @property
    def model(self) -> Any:
        return self.serializer_class.Meta.model

    @property
    def plan(self) -> exporters.RowPlan:
        """How rows are read: a fixed number of queries, however many there are."""
        return self.serializer_class.plan(self.site)

    def complete(self, rows: list[exporters.Row], selection: Selection) -> list[exporters.Row]:
        """Add to the rows of a list what depends on its query."""
        return rows

    def at(self, address: dict[str, Any]) -> QuerySet:
        """The public record at an address."""
        named = {self.lookups.get(part, part): value for part, value in address.items()}
        return public(self.model).filter(**named)

    def list(self, request: Request) -> Response:
        selection = self.selection_class(request.GET, extra=PARAMETERS, version=self.cache_version)
        visible = public(self.model)

        def read(keys: list[int]) -> list[exporters.Row]:
            return self.complete(self.plan.read_keys(visible, keys), selection)

        return Response(CursorPagination().read(request, selection, read))

    def retrieve(self, request: Request, **address: Any) -> HttpResponseBase:
        """301 where the slug is of an entry that was merged into another."""
        self.refuse_parameters(request)
        rows = self.plan.read(self.at(address))
        kept = (
            public(self.model).with_former_slug(address["slug"])
            if not rows and "slug" in address
            else None
        )
        if kept:
            return HttpResponsePermanentRedirect(api_path(kept))
        if not rows:
            raise self.absent(address)
        return Response(rows[0])

    def query_parameters(self) -> Sequence[OpenApiParameter]:
        if self.action == "retrieve":
            return []
        return [*parameters_of(self.selection_class), *OWN_PARAMETERS.get(self.action, ())]

    def answers(self) -> dict:
        """The answer's schema; an export is a file, of each format."""
        if self.action == "facets":
            return {200: lists.FacetsSerializer}
        if self.action == "export":
            return {
                (200, "text/csv"): OpenApiTypes.STR,
                (200, FORMATS["xlsx"]): OpenApiTypes.BINARY,
                (200, "application/x-ndjson"): self.serializer_class,
            }
        return {200: self.serializer_class}

    def absent(self, address: dict[str, Any]) -> Exception:
        """410 for a withdrawn record; else 404, the same for drafts as for what never was."""
        part = models.withdrawn_part(address["ref"]) if "ref" in address else None
        if part:
            return RecordGone(part.withdrawal_reason)
        first, value = next(iter(address.items()))
        for whole, lookup in (self.wholes or {self.model: first}).items():
            withdrawn = whole.objects.tombstones().filter(**{lookup: value})
            reason = withdrawn.values_list("withdrawal_reason", flat=True).first()
            if reason:
                return RecordGone(reason)
        key = self.request.path_info.removeprefix(ROOT).strip("/").partition("/")[2]
        called = self.model._meta.verbose_name
        detail = _("There is no %(called)s “%(key)s”.") % {"called": called, "key": key[:80]}
        known = public(self.model).values_list("slug", flat=True) if "slug" in address else []
        return RecordNotFound(detail, "slug", nearest(key, known))


class ExportedViewSet(RecordViewSet):
    """A list with an export of all its rows: CSV, XLSX or NDJSON."""

    kind: ClassVar[exporters.ExportKind]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """An export's format is asked for by `format`, not by the Accept header."""
        return super().perform_content_negotiation(request, force or self.action == "export")

    def export(self, request: Request) -> HttpResponseBase:
        selection = self.selection_class(request.GET, extra=("format",), version=self.cache_version)
        form, problems = format_of(selection.data, FORMATS)
        raise_issues([*selection.problems, *problems])
        if form == "ndjson":
            return a_file(self.kind.name, form, self.ndjson(selection))
        if form == "xlsx":
            raise_issues([*too_many_rows(selection.count())])
        values = exporters.values_of(self.kind, selection.in_order, self.site)
        return a_table(self.kind.name, form, self.kind.header, values)

    def ndjson(self, selection: Selection) -> Iterator[bytes]:
        """A line is what a list's `results` has."""
        for rows in self.plan.chunks(selection.in_order):
            yield b"".join(as_json(row) + b"\n" for row in self.complete(rows, selection))


class SearchedViewSet(ExportedViewSet):
    """Statements and positions, with the counts beside each choice of their filters."""

    def complete(self, rows: list[exporters.Row], selection: Any) -> list[exporters.Row]:
        """With the places where the words of `q` stand."""
        if selection.clauses:
            add_highlights(rows, selection.clauses)
        return rows

    def facets(self, request: Request) -> Response:
        """A query or two for all facets, and the lists of choices where they are not kept."""
        selection = self.selection_class(request.GET, extra=("exact",), version=self.cache_version)
        raise_issues(selection.problems)
        counts = filters.facet_counts(selection)
        # As lists.Facets has it, which takes longer over hundreds of values than to count them.
        facets = {name: [vars(value) for value in values] for name, values in counts.facets.items()}
        return Response({"count": counts.rows, "exact": True, "facets": facets})


class StatementViewSet(SearchedViewSet):
    """What each delegation delivered."""

    selection_class = filters.StatementSelection
    serializer_class = serializers.StatementSerializer
    kind = exporters.STATEMENTS


class PositionViewSet(SearchedViewSet):
    """The points that statements make: theme, stance, words, sources."""

    selection_class = filters.PositionSelection
    serializer_class = serializers.PositionSerializer
    kind = exporters.POSITIONS
    wholes = {models.Statement: "positions__ref"}


class QuotationViewSet(ExportedViewSet):
    """Words as printed, with their place in a passage."""

    selection_class = filters.QuotationSelection
    serializer_class = serializers.QuotationSerializer
    kind = exporters.QUOTATIONS
    wholes = {models.Statement: "quotations__ref", models.Dialogue: "quotations__ref"}


class TallyViewSet(ExportedViewSet):
    """Counts that sources report, and the names found for them."""

    selection_class = filters.TallySelection
    serializer_class = serializers.TallySerializer
    kind = exporters.TALLIES
    wholes = {models.Dialogue: "tallies__ref"}


class ActorViewSet(ExportedViewSet):
    """Who statements count for: states, organizations, groups, officials in person."""

    selection_class = filters.ActorSelection
    serializer_class = lists.ActorSerializer
    kind = exporters.ACTORS


class DialogueViewSet(RecordViewSet):
    """The yearly meetings, with what sources say of each."""

    selection_class = filters.DialogueSelection
    serializer_class = serializers.DialogueSerializer


class PanelViewSet(RecordViewSet):
    """The segments of each dialogue, and the people on them."""

    selection_class = filters.PanelSelection
    serializer_class = serializers.PanelSerializer
    lookups = {"year": "dialogue__year"}
    wholes = {models.Dialogue: "year"}


class PersonViewSet(RecordViewSet):
    """Who spoke, on a panel or for an actor."""

    selection_class = filters.PersonSelection
    serializer_class = lists.PersonSerializer


class ThemeViewSet(RecordViewSet):
    """The subjects by which years are compared."""

    selection_class = filters.ThemeSelection
    serializer_class = lists.ThemeSerializer


class SituationViewSet(RecordViewSet):
    """The crises that statements name."""

    selection_class = filters.SituationSelection
    serializer_class = lists.SituationSerializer


class InstrumentViewSet(RecordViewSet):
    """Resolutions, treaties, courts, mechanisms and tools that statements name."""

    selection_class = filters.InstrumentSelection
    serializer_class = lists.InstrumentSerializer


class SourceViewSet(RecordViewSet):
    """The documents that facts were read in."""

    selection_class = filters.SourceSelection
    serializer_class = lists.SourceSerializer


class PassageViewSet(RecordViewSet):
    """Numbered paragraphs of sources: place and digest; text only where it is free to show."""

    selection_class = filters.PassageSelection
    serializer_class = lists.PassageSerializer
    lookups = {"source": "source__slug"}
    wholes = {models.Source: "slug"}
