"""Helpers for tests of pages: get a page, follow its pages, count its queries."""

import re
from collections.abc import Iterator
from html import unescape

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

POSITION = re.compile(r'<article class="position" id="([^"]+)"')
STATEMENT = re.compile(r'<li id="([^"]+)">')
PAGER = r'<a rel="%s" href="\?([^"]+)"'


def page(client: Client, address: str, status: int = 200) -> str:
    """The text of a page that must answer with this status."""
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def way(text: str, rel: str) -> str:
    """The query string of the next or prev page of a list; "" where there is none."""
    found = re.search(PAGER % rel, text)
    return unescape(found[1]) if found else ""


def pages(client: Client, path: str, query: str = "") -> Iterator[str]:
    """The text of every page of a list."""
    query = f"page_size=100&{query}"
    while query:
        text = page(client, f"{path}?{query}")
        yield text
        query = way(text, "next")


def refs(client: Client, path: str, query: str = "") -> list[str]:
    """The refs of all rows, through all pages."""
    pattern = POSITION if path == "/positions/" else STATEMENT
    return [ref for text in pages(client, path, query) for ref in pattern.findall(text)]


def queries(client: Client, address: str) -> int:
    """How many queries a page takes, for a budget: `assert queries(client, "/") <= 8`.

    What is no page has its budget by `django_assert_max_num_queries`.
    """
    with CaptureQueriesContext(connection) as captured:
        page(client, address)
    return len(captured)
