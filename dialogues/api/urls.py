"""The API's addresses, under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import about, views
from .base import UnknownAddressView
from .compare import CompareExportView, CompareView

# Resource -> the name of one, its view, and the address of one.
RESOURCES = {
    "dialogues": ("dialogue", views.DialogueViewSet, "<int:year>"),
    "panels": ("panel", views.PanelViewSet, "<int:year>-<slug:key>"),
    "statements": ("statement", views.StatementViewSet, "<slug:ref>"),
    "positions": ("position", views.PositionViewSet, "<slug:ref>"),
    "quotations": ("quotation", views.QuotationViewSet, "<slug:ref>"),
    "tallies": ("tally", views.TallyViewSet, "<slug:ref>"),
    "actors": ("actor", views.ActorViewSet, "<slug:slug>"),
    "people": ("person", views.PersonViewSet, "<slug:slug>"),
    "themes": ("theme", views.ThemeViewSet, "<slug:slug>"),
    "situations": ("situation", views.SituationViewSet, "<slug:slug>"),
    "instruments": ("instrument", views.InstrumentViewSet, "<slug:slug>"),
    "sources": ("source", views.SourceViewSet, "<slug:slug>"),
    "passages": ("passage", views.PassageViewSet, "<slug:source>/p<int:number>"),
}


def _resource(name: str) -> list[URLPattern]:
    one, view, address = RESOURCES[name]
    patterns = [path(f"{name}/", view.as_view({"get": "list"}), name=f"api-{name}")]
    if issubclass(view, views.ExportedViewSet):
        export = view.as_view({"get": "export"})
        patterns.append(path(f"{name}/export/", export, name=f"api-{name}-export"))
    if issubclass(view, views.SearchedViewSet):
        facets = view.as_view({"get": "facets"})
        patterns.append(path(f"{name}/facets/", facets, name=f"api-{name}-facets"))
    record = view.as_view({"get": "retrieve"})
    return [*patterns, path(f"{name}/{address}/", record, name=f"api-{one}")]


urlpatterns = [
    path("", about.IndexView.as_view(), name="api-index"),
    *(pattern for name in RESOURCES for pattern in _resource(name)),
    path("compare/", CompareView.as_view(), name="api-compare"),
    path("compare/export/", CompareExportView.as_view(), name="api-compare-export"),
    path("suggestions/", about.SuggestionsView.as_view(), name="api-suggestions"),
    path("schema/", about.SchemaView.as_view(), name="api-schema"),
    path("docs/", about.DocsView.as_view(), name="api-docs"),
    path("<path:rest>", UnknownAddressView.as_view(resources=list(RESOURCES)), name="api-unknown"),
]
