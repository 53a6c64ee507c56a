"""The peer made for publishing data: Datasette on the same statements, with the same facets."""

import asyncio
import contextlib
import json
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from dialogues.filters import StatementSelection
from dialogues.models import Position, Quotation, Statement

# As it is fastest: without the pass that suggests facets, and never cut short.
SETTINGS = {
    "suggest_facets": False,
    "facet_time_limit_ms": 600_000,
    "sql_time_limit_ms": 600_000,
    "default_cache_ttl": 0,
}
Values = dict[str, dict[int, list[str]]]


def facet_values(counts: dict[str, Any]) -> Values:
    """For each facet the values of each statement, by the selection of each value alone."""
    found: Values = {}
    for name, choices in counts.items():
        if name != "count":
            found[name] = defaultdict(list)
            for value in choices:
                alone = StatementSelection(QueryDict(urlencode({name: value})))
                for key in alone.rows.order_by().values_list("pk", flat=True):
                    found[name][key].append(value)
    return found


def write_database(path: Path, values: Values) -> None:
    """The public statements as rows with their facets, and a full text index of what they say.

    A facet of which a statement has several values is a JSON array, the others plain columns.
    """
    rows = dict(Statement.objects.published().order_by("pk").values_list("pk", "ref"))
    texts: dict[int, list[str]] = {key: [] for key in rows}
    said = Statement.objects.values_list("pk", "summary", "note")
    points = Position.objects.values_list("statement", "summary", "note")
    quoted = Quotation.objects.exclude(statement=None).values_list("statement", "text")
    summaries = {key: summary for key, summary, _ in said}
    for key, *parts in (*said, *points, *quoted):
        if key in texts:
            texts[key] += map(str, parts)
    arrays = several(values)

    def cells(key: int) -> list[Any]:
        own = {name: of.get(key, []) for name, of in values.items()}
        return [
            json.dumps(own[name]) if name in arrays else next(iter(own[name]), None)
            for name in values
        ]

    columns = ", ".join(f"[{name}]" for name in values)
    marks = ", ".join("?" * (len(values) + 3))
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute(
            f"CREATE TABLE statements (id INTEGER PRIMARY KEY, ref, summary, {columns})"
        )
        database.executemany(
            f"INSERT INTO statements VALUES ({marks})",
            ([key, ref, summaries[key], *cells(key)] for key, ref in rows.items()),
        )
        database.execute("CREATE INDEX newest ON statements (year DESC, ref)")
        database.execute("CREATE VIRTUAL TABLE texts USING fts5(said, tokenize=porter)")
        database.executemany(
            "INSERT INTO texts (rowid, said) VALUES (?, ?)",
            ((key, "\n".join(parts)) for key, parts in texts.items()),
        )
        database.commit()


def several(values: Values) -> list[str]:
    """The facets of which a statement may have more than one value."""
    return [name for name, of in values.items() if any(len(own) > 1 for own in of.values())]


class Peer:
    """Datasette on a file, asked in this process by its own client."""

    def __init__(self, path: Path, values: Values) -> None:
        from datasette.app import Datasette

        self.app = Datasette([str(path)], settings=SETTINGS)
        self.loop = asyncio.new_event_loop()
        facets = [
            ("_facet_array" if name in several(values) else "_facet", name) for name in values
        ]
        fixed = [("_size", "20"), ("_sort_desc", "year"), ("_shape", "objects")]
        fixed += [("_facet_size", "max"), ("_fts_table", "texts"), ("_fts_pk", "id")]
        self.address = f"/{path.stem}/statements.json?{urlencode([*fixed, *facets])}"

    def close(self) -> None:
        self.loop.close()

    def ask(self, words: str) -> Any:
        """The first twenty statements with these words and the counts of all facets, as JSON."""
        address = self.address + (f"&_search={words}" if words else "")
        answer = self.loop.run_until_complete(self.app.client.get(address))
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.text[:300]}")
        return answer

    def counts(self, words: str) -> dict[str, Any]:
        """The number of statements with these words, and of each value of each facet."""
        content = self.ask(words).json()
        facets = content["facet_results"].values()
        return {"count": content["filtered_table_rows_count"]} | {
            facet["name"]: {str(one["value"]): one["count"] for one in facet["results"]}
            for facet in facets
        }
