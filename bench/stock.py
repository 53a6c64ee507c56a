"""The peer that most would write: Django, DRF and django-filter as their tutorials have it.

On the archive's own tables and behind its middleware, at `/stock/statements/`. The archive's own
addresses stand beside it: this is the address configuration of a whole run.
"""

import csv
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import filters, pagination, renderers, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter

from dialogues.models import Actor, Citation, Delivery, Dialogue, Panel, Person, Position, Statement


def nested(model: Any, *fields: str, **parts: Any) -> type[serializers.ModelSerializer]:
    """A serializer of a few fields, and of parts that have their own."""
    meta = type("Meta", (), {"model": model, "fields": (*fields, *parts)})
    name = f"Stock{model.__name__}Serializer"
    return type(name, (serializers.ModelSerializer,), {"Meta": meta, **parts})


def slug(name: str = "slug") -> serializers.SlugRelatedField:
    return serializers.SlugRelatedField(name, read_only=True)


ActorSerializer = nested(Actor, "slug", "kind", "name")
DeliverySerializer = nested(
    Delivery,
    *("mode", "printed_name", "on_behalf_wording", "on_behalf_number"),
    actor=ActorSerializer(),
    on_behalf_of=ActorSerializer(many=True),
)
PositionSerializer = nested(Position, "ref", "stance", "summary", theme=slug())
CitationSerializer = nested(Citation, source=slug(), passage=slug("number"))


class StockStatementSerializer(serializers.ModelSerializer):
    dialogue = nested(Dialogue, "year", "title")()
    panel = nested(Panel, "key", "kind", "title")()
    speaker = nested(Person, "slug", "name")()
    deliveries = DeliverySerializer(many=True)
    positions = PositionSerializer(many=True)
    citations = CitationSerializer(many=True)

    class Meta:
        model = Statement
        exclude = ("actors",)


class StockPagination(pagination.PageNumberPagination):
    page_size_query_param = "page_size"


class StockStatementViewSet(viewsets.ReadOnlyModelViewSet):
    serializer_class = StockStatementSerializer
    renderer_classes = (renderers.JSONRenderer,)
    pagination_class = StockPagination
    filter_backends = (DjangoFilterBackend, filters.SearchFilter)
    filterset_fields = ("dialogue__year", "form", "deliveries__actor__slug", "positions__stance")
    search_fields = ("summary", "note", "positions__summary", "positions__quotations__text")

    def get_queryset(self) -> QuerySet:
        parts = ("deliveries__actor", "deliveries__on_behalf_of", "positions__theme")
        return (
            Statement.objects.filter(state="published", dialogue__state="published")
            .select_related("dialogue", "panel", "speaker")
            .prefetch_related(*parts, "citations__source", "citations__passage")
            .order_by("-dialogue__year", "serial", "ref")
        )

    @action(detail=False)
    def export(self, request: Request) -> HttpResponse:
        response = HttpResponse(content_type="text/csv")
        rows = self.get_serializer(self.filter_queryset(self.get_queryset()), many=True).data
        writer = csv.writer(response)
        writer.writerow(rows[0])
        writer.writerows([_cell(value) for value in row.values()] for row in rows)
        return response


def _cell(value: Any) -> Any:
    """A nested value as one cell."""
    if isinstance(value, dict):
        value = list(value.values())
    return " | ".join(str(_cell(one)) for one in value) if isinstance(value, list) else value


def one_query(request: HttpRequest) -> HttpResponse:
    """The least that a page with a query can be."""
    return HttpResponse(str(Dialogue.objects.values_list("year", flat=True)[0]))


router = SimpleRouter()
router.register("statements", StockStatementViewSet, "stock")
urlpatterns = [
    path("stock/one-query/", one_query),
    path("stock/", include(router.urls)),
    path("", include("rtop.urls")),
]
