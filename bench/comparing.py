"""The comparison against the counts that it saves: the same GROUP BYs, asked live and raw."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg

from dialogues.filters.compare import VIEWS
from dialogues.filters.remembering import forget

# No filter; one by who, and two by what was said.
FILTERS = ("", "&group=grulac", "&stance=supports", "&theme=sovereignty")
COUNTING = ("GROUP BY", "SELECT DISTINCT", "ROW_NUMBER()")


def cases() -> Iterator[tuple[str, str, str]]:
    """Each view with each filter: the view, and its addresses in the API and as a page."""
    for view in VIEWS:
        for given in FILTERS:
            query = f"?view={view}{given}"
            yield view, f"/api/v1/compare/{query}", f"/compare/{query}"


def live(url: str, path: str) -> Callable[[], None]:
    """What an address asks of the database to count, when nothing has been counted before."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    forget()
    with CaptureQueriesContext(connection) as context:
        Client(SERVER_NAME="127.0.0.1").get(path)
    asked: list[Any] = [query["sql"] for query in context.captured_queries]
    asked = [sql for sql in asked if any(word in sql for word in COUNTING)]
    options = connection.settings_dict["OPTIONS"]["options"]
    database = psycopg.connect(url, autocommit=True, options=options)

    def ask() -> None:
        for sql in asked:
            database.execute(sql).fetchall()

    return ask
