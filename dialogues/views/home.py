"""The home page, what is said of the archive itself, and what machines ask of a site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from dialogues import search
from dialogues.choices import Attribution, Pillar, Silence, Stance
from dialogues.models import Actor, Dialogue, Position, Source, Statement, Theme
from dialogues.public import public
from dialogues.records.schema import record_schema as schema_of_records

from . import totals
from .errors import allow_query_params

# The dialogue that the archive opens with.
FIRST_YEAR = 2011
PAGES = (
    "home",
    "dialogue_list",
    "statement_list",
    "position_list",
    "actor_list",
    "theme_list",
    "compare",
    "source_list",
    "data",
    "methodology",
    "about",
)


@require_safe
@allow_query_params()
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the 2011 dialogue as a way in, and the years. Six queries."""
    dialogues = list(public(Dialogue).order_by("year"))
    statements = totals.statements_by_year()
    positions = totals.positions_by_year()
    context = {
        "dialogues": dialogues,
        "first": next((one for one in dialogues if one.year == FIRST_YEAR), None),
        "named": totals.states_named(dialogues),
        "statements": statements,
        "positions": positions,
        "statements_in_all": sum(statements.values()),
        "positions_in_all": sum(positions.values()),
        "themes": public(Theme),
    }
    return render(request, "dialogues/home.html", context)


@require_safe
@allow_query_params()
def data(request: HttpRequest) -> HttpResponse:
    """Downloads, the record form, the API and the licence."""
    return render(request, "dialogues/data.html")


@require_safe
@allow_query_params()
def methodology(request: HttpRequest) -> HttpResponse:
    """How records are made and how they are to be read."""
    context = {
        "stances": Stance.values,
        "pillars": Pillar.choices,
        "attributions": Attribution.choices,
        "silences": Silence.choices,
    }
    return render(request, "dialogues/methodology.html", context)


@require_safe
@allow_query_params()
def about(request: HttpRequest) -> HttpResponse:
    """What the archive is, and where it starts from."""
    return render(request, "dialogues/about.html")


@cache
def _schema() -> dict[str, Any]:
    return schema_of_records()


@require_safe
@allow_query_params()
def record_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of record files."""
    return JsonResponse(
        _schema(),
        content_type="application/schema+json",
        json_dumps_params={"indent": 2, "ensure_ascii": False},
    )


@require_safe
@allow_query_params()
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every published address, in whole: so it gets an ETag as every page does. Six queries."""
    base = f"{request.scheme}://{request.get_host()}"
    return HttpResponse("".join(_sitemap(base)), content_type="application/xml")


def _sitemap(base: str) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for address, changed in _addresses():
        day = f"<lastmod>{changed.date().isoformat()}</lastmod>" if changed else ""
        yield f"<url><loc>{escape(base + address)}</loc>{day}</url>\n"
    yield "</urlset>\n"


def _addresses() -> Iterator[tuple[str, Any]]:
    for name in PAGES:
        yield reverse(f"dialogues:{name}"), None
    lists: Iterable[tuple[str, type[Model], str, str]] = (
        ("dialogue", Dialogue, "year", "published_at"),
        ("statement", Statement, "ref", "published_at"),
        ("position", Position, "ref", "statement__published_at"),
        ("actor", Actor, "slug", "published_at"),
        ("theme", Theme, "slug", "published_at"),
        ("source", Source, "slug", "published_at"),
    )
    for name, model, key, changed in lists:
        rows = public(model).order_by(key)
        for value, day in rows.values_list(key, changed).iterator(chunk_size=2000):
            yield reverse(f"dialogues:{name}", args=[value]), day


@require_safe
@allow_query_params()
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers should leave alone: endless combinations of filters, and the admin."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /*?",
        f"Sitemap: {request.scheme}://{request.get_host()}{reverse('dialogues:sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _plain(words: str, status: int = 200) -> HttpResponse:
    answer = HttpResponse(words + "\n", status=status, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
@allow_query_params()
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive. Asks nothing of the database."""
    return _plain("alive")


@require_safe
@allow_query_params()
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, has every migration and a current search index; 503 otherwise."""
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
        stale = not behind and search.is_stale()
    except Error:
        return _plain("not ready: the database does not answer", 503)
    if behind:
        return _plain("not ready: migrations are missing", 503)
    if stale:
        return _plain(f"not ready: {search.StaleIndex.MESSAGE}", 503)
    return _plain("ready")
