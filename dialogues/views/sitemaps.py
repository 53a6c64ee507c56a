"""The sitemap: every published address."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.sitemaps import Sitemap, views
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from dialogues.models import Actor, Dialogue, Position, Source, Statement, Theme
from dialogues.models.publishing import address_of
from dialogues.public import public

from .errors import allow_query_params

# The pages that are not of one record.
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


class PageSitemap(Sitemap):
    def items(self) -> list[str]:
        return list(PAGES)

    def location(self, item: str) -> str:
        return reverse(f"dialogues:{item}")


class RecordSitemap(Sitemap):
    """The records of one model, each with the day on which it was published. One query."""

    # All in one file, since the address of the sitemap is known. The protocol allows 50,000 of
    # all sections together: an archive that nears them needs Django's index of sitemaps.
    limit = 1_000_000

    def __init__(self, page: str, model: type[Model], key: str, published: str) -> None:
        self.page, self.model, self.columns = page, model, (key, published)

    def items(self) -> list[tuple[Any, datetime | None]]:
        return list(public(self.model).order_by(self.columns[0]).values_list(*self.columns))

    def location(self, item: tuple[Any, datetime | None]) -> str:
        return address_of(f"dialogues:{self.page}", item[0])

    def lastmod(self, item: tuple[Any, datetime | None]) -> date | None:
        return item[1].date() if item[1] else None


SITEMAPS: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {
    "pages": PageSitemap(),
    "dialogues": RecordSitemap("dialogue", Dialogue, "year", "published_at"),
    "statements": RecordSitemap("statement", Statement, "ref", "published_at"),
    "positions": RecordSitemap("position", Position, "ref", "statement__published_at"),
    "actors": RecordSitemap("actor", Actor, "slug", "published_at"),
    "themes": RecordSitemap("theme", Theme, "slug", "published_at"),
    "sources": RecordSitemap("source", Source, "slug", "published_at"),
}


@require_safe
@allow_query_params()
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """Every published address, in one file. At most seven queries."""
    return views.sitemap(request, SITEMAPS, template_name="sitemap.xml").render()
