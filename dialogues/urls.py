"""The archive's addresses: pages, and the API below /api/v1/."""

from django.urls import URLPattern, include, path
from django.views.decorators.csrf import csrf_exempt

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


urlpatterns = [
    path("", home.home, name="home"),
    path("dialogues/", dialogue.dialogue_list, name="dialogue_list"),
    path("dialogues/<int:year>/", dialogue.dialogue, name="dialogue"),
    path("statements/", search.statement_list, name="statement_list"),
    path("statements/<slug:ref>/", statement.statement, name="statement"),
    path("positions/", search.position_list, name="position_list"),
    path("positions/<slug:ref>/", statement.position, name="position"),
    path("actors/", actor.actor_list, name="actor_list"),
    path("actors/<slug:slug>/", actor.actor, name="actor"),
    path("themes/", theme.theme_list, name="theme_list"),
    path("themes/<slug:slug>/", theme.theme, name="theme"),
    path("compare/", compare.compare, name="compare"),
    path("compare/picture.svg", charts.chart, {"form": "svg"}, name="picture_svg"),
    path("compare/picture.png", charts.chart, {"form": "png"}, name="picture_png"),
    path("sources/", source.source_list, name="source_list"),
    path("sources/<slug:slug>/", source.source, name="source"),
    path("data/", home.data, name="data"),
    path("data/record-schema.json", home.record_schema, name="record_schema"),
    path("methodology/", home.methodology, name="methodology"),
    path("about/", home.about, name="about"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("robots.txt", home.robots, name="robots"),
    path("healthz", home.healthz, name="healthz"),
    path("readyz", home.readyz, name="readyz"),
    path("api/v1/", include("dialogues.api.urls")),
]

# Pages take nothing in: another method is answered 405, whatever token it brings or lacks.
for page in urlpatterns:
    if isinstance(page, URLPattern):
        page.callback = csrf_exempt(page.callback)
