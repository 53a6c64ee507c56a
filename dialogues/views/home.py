"""The home page, pages on the archive itself, and answers for machines."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dialogues import search
from dialogues.choices import Attribution, Pillar, Silence, Stance
from dialogues.models import Dialogue, Theme
from dialogues.public import public
from dialogues.records.schema import record_schema as schema_of_records

from . import totals
from .errors import allow_query_params

# The dialogue that the archive opens with.
FIRST_YEAR = 2011


@require_safe
@allow_query_params()
def home(request: HttpRequest) -> HttpResponse:
    """The archive in short, the dialogue of 2011, and the years. At most six queries."""
    dialogues = list(public(Dialogue).order_by("year"))
    statements = totals.statements_by_year()
    positions = totals.positions_by_year()
    context = {
        "dialogues": dialogues,
        "first": next((dialogue for dialogue in dialogues if dialogue.year == FIRST_YEAR), None),
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
    """Downloads, the record form, the API and the licence. No query."""
    return render(request, "dialogues/data.html")


@require_safe
@allow_query_params()
def methodology(request: HttpRequest) -> HttpResponse:
    """How records are made and how they are to be read. No query."""
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
    """What the archive is, and where it starts from. No query."""
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
def robots(request: HttpRequest) -> HttpResponse:
    """Rules for crawlers: not the admin, nor the endless combinations of filters."""
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
