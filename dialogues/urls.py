"""The archive's addresses: pages, and the API below /api/v1/."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, include, path
from django.views.decorators.csrf import csrf_exempt

from .publishing import unless_unchanged
from .views import (
    actor,
    charts,
    compare,
    dialogue,
    home,
    search,
    sitemaps,
    source,
    statement,
    theme,
)

app_name = "dialogues"


def still(route: str, view: Callable[..., Any], name: str, **given: Any) -> URLPattern:
    """A page that asks nothing of the records.

    It takes nothing in: another method is answered 405, whatever CSRF token it brings or lacks.
    """
    return path(route, csrf_exempt(view), given, name=name)


def page(route: str, view: Callable[..., Any], name: str, **given: Any) -> URLPattern:
    """A page that follows from the published records alone: 304 while they are unchanged."""
    return still(route, unless_unchanged(view), name, **given)


urlpatterns = [
    page("", home.home, "home"),
    page("dialogues/", dialogue.dialogue_list, "dialogue_list"),
    page("dialogues/<int:year>/", dialogue.dialogue, "dialogue"),
    page("statements/", search.statement_list, "statement_list"),
    page("statements/<slug:ref>/", statement.statement, "statement"),
    page("positions/", search.position_list, "position_list"),
    page("positions/<slug:ref>/", statement.position, "position"),
    page("actors/", actor.actor_list, "actor_list"),
    page("actors/<slug:slug>/", actor.actor, "actor"),
    page("themes/", theme.theme_list, "theme_list"),
    page("themes/<slug:slug>/", theme.theme, "theme"),
    page("compare/", compare.compare, "compare"),
    page("compare/picture.svg", charts.chart, "picture_svg", form="svg"),
    page("compare/picture.png", charts.chart, "picture_png", form="png"),
    page("sources/", source.source_list, "source_list"),
    page("sources/<slug:slug>/", source.source, "source"),
    still("data/", home.data, "data"),
    still("data/record-schema.json", home.record_schema, "record_schema"),
    still("methodology/", home.methodology, "methodology"),
    still("about/", home.about, "about"),
    page("sitemap.xml", sitemaps.sitemap, "sitemap"),
    still("robots.txt", home.robots, "robots"),
    still("healthz", home.healthz, "healthz"),
    still("readyz", home.readyz, "readyz"),
    path("api/v1/", include("dialogues.api.urls")),
]
