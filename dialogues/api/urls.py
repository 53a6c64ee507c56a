"""The API's addresses, under /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from . import site, views
from .base import Unknown
from .compare import Compare, CompareExport

# Resource -> the name of one, its view, and the address of one.
RESOURCES = {
    "dialogues": ("dialogue", views.Dialogues, "<int:year>"),
    "panels": ("panel", views.Panels, "<int:year>-<slug:key>"),
    "statements": ("statement", views.Statements, "<slug:ref>"),
    "positions": ("position", views.Positions, "<slug:ref>"),
    "quotations": ("quotation", views.Quotations, "<slug:ref>"),
    "tallies": ("tally", views.Tallies, "<slug:ref>"),
    "actors": ("actor", views.Actors, "<slug:slug>"),
    "people": ("person", views.People, "<slug:slug>"),
    "themes": ("theme", views.Themes, "<slug:slug>"),
    "situations": ("situation", views.Situations, "<slug:slug>"),
    "instruments": ("instrument", views.Instruments, "<slug:slug>"),
    "sources": ("source", views.Sources, "<slug:slug>"),
    "passages": ("passage", views.Passages, "<slug:source>/p<int:number>"),
}


def _resource(name: str) -> list[URLPattern]:
    one, view, address = RESOURCES[name]
    patterns = [path(f"{name}/", view.as_view({"get": "list"}), name=f"api-{name}")]
    if issubclass(view, views.Exported):
        export = view.as_view({"get": "export"})
        patterns.append(path(f"{name}/export/", export, name=f"api-{name}-export"))
    if issubclass(view, views.Searched):
        facets = view.as_view({"get": "facets"})
        patterns.append(path(f"{name}/facets/", facets, name=f"api-{name}-facets"))
    record = view.as_view({"get": "retrieve"})
    return [*patterns, path(f"{name}/{address}/", record, name=f"api-{one}")]


urlpatterns = [
    path("", site.Index.as_view(), name="api-index"),
    *(pattern for name in RESOURCES for pattern in _resource(name)),
    path("compare/", Compare.as_view(), name="api-compare"),
    path("compare/export/", CompareExport.as_view(), name="api-compare-export"),
    path("suggestions/", site.Suggestions.as_view(), name="api-suggestions"),
    path("schema/", site.Description.as_view(), name="api-schema"),
    path("docs/", site.Docs.as_view(), name="api-docs"),
    path("<path:rest>", Unknown.as_view(), name="api-unknown"),
]
