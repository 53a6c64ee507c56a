"""The archive's addresses: pages, and the API below /api/v1/."""

from django.urls import include, path

from .views import compare, pictures, records, search, site

app_name = "dialogues"

urlpatterns = [
    path("", site.home, name="home"),
    path("dialogues/", records.dialogue_list, name="dialogue_list"),
    path("dialogues/<int:year>/", records.dialogue, name="dialogue"),
    path("statements/", search.statement_list, name="statement_list"),
    path("statements/<slug:ref>/", search.statement, name="statement"),
    path("positions/", search.position_list, name="position_list"),
    path("positions/<slug:ref>/", search.position, name="position"),
    path("actors/", records.actor_list, name="actor_list"),
    path("actors/<slug:slug>/", records.actor, name="actor"),
    path("themes/", records.theme_list, name="theme_list"),
    path("themes/<slug:slug>/", records.theme, name="theme"),
    path("compare/", compare.compare, name="compare"),
    path("compare/picture.svg", pictures.picture, {"form": "svg"}, name="picture_svg"),
    path("compare/picture.png", pictures.picture, {"form": "png"}, name="picture_png"),
    path("sources/", records.source_list, name="source_list"),
    path("sources/<slug:slug>/", records.source, name="source"),
    path("data/", site.data, name="data"),
    path("data/record-schema.json", site.record_schema, name="record_schema"),
    path("methodology/", site.methodology, name="methodology"),
    path("about/", site.about, name="about"),
    path("sitemap.xml", site.sitemap, name="sitemap"),
    path("robots.txt", site.robots, name="robots"),
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    path("api/v1/", include("dialogues.api.urls")),
]
