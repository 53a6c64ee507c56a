"""The peer that most would write: Django, DRF and django-filter as their tutorials have it.

On the archive's own tables and behind its middleware. Serves `/stock/statements/`, and the
archive's addresses beside it: the address configuration of the whole run.
"""

import csv
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import filters, pagination, renderers, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.routers import SimpleRouter

from dialogues.models import Actor, Citation, Delivery, Dialogue, Panel, Person, Position, Statement


def link(of: Any, *names: str) -> type[serializers.ModelSerializer]:
    """A nested serializer of a few fields."""
    meta = type("Meta", (), {"model": of, "fields": names})
    return type(f"{of.__name__}Link", (serializers.ModelSerializer,), {"Meta": meta})


ActorLink = link(Actor, "slug", "kind", "name")


class StockDeliverySerializer(serializers.ModelSerializer):
    actor = ActorLink()
    on_behalf_of = ActorLink(many=True)

    class Meta:
        model = Delivery
        exclude = ("statement",)


class StockPositionSerializer(serializers.ModelSerializer):
    theme: Any = serializers.SlugRelatedField("slug", read_only=True)

    class Meta:
        model = Position
        fields = ("ref", "theme", "stance", "summary")


class StockCitationSerializer(serializers.ModelSerializer):
    source: Any = serializers.SlugRelatedField("slug", read_only=True)
    passage: Any = serializers.SlugRelatedField("number", read_only=True)

    class Meta:
        model = Citation
        fields = ("source", "passage")


class StockStatementSerializer(serializers.ModelSerializer):
    dialogue = link(Dialogue, "year", "title")()
    panel = link(Panel, "key", "kind", "title")()
    speaker = link(Person, "slug", "name")()
    deliveries = StockDeliverySerializer(many=True)
    positions = StockPositionSerializer(many=True)
    citations = StockCitationSerializer(many=True)

    class Meta:
        model = Statement
        exclude = ("actors",)


class StockFilterSet(django_filters.FilterSet):
    year = django_filters.NumberFilter("dialogue__year")
    actor = django_filters.CharFilter("deliveries__actor__slug", distinct=True)
    theme = django_filters.CharFilter("positions__theme__slug", distinct=True)
    stance = django_filters.CharFilter("positions__stance", distinct=True)

    class Meta:
        model = Statement
        fields = ("form",)


class StockPagination(pagination.PageNumberPagination):
    page_size_query_param = "page_size"


class StockStatementViewSet(viewsets.ReadOnlyModelViewSet):
    serializer_class = StockStatementSerializer
    renderer_classes = (renderers.JSONRenderer,)
    pagination_class = StockPagination
    filter_backends = (DjangoFilterBackend, filters.SearchFilter)
    filterset_class = StockFilterSet
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
    if isinstance(value, list):
        return " | ".join(str(_cell(one)) for one in value)
    return " ".join(str(_cell(one)) for one in value.values()) if isinstance(value, dict) else value


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
