"""The peer made for publishing data: Datasette on the same statements, with the same facets."""

import asyncio
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
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
# For each facet the values of each statement, by its key.
Values = dict[str, dict[int, list[str]]]


def facet_values(counts: dict[str, Any]) -> Values:
    """The values of each statement, by selecting each value alone; `counts` names all values."""
    values: Values = {name: defaultdict(list) for name in counts if name != "count"}
    for name, by_statement in values.items():
        for value in counts[name]:
            alone = StatementSelection(QueryDict(urlencode({name: value})))
            for key in alone.rows.order_by().values_list("pk", flat=True):
                by_statement[key].append(value)
    return values


class Peer:
    """Datasette on a file of its own, asked in this process by its own client.

    A facet of which a statement has several values is a JSON array, the others plain columns.
    """

    def __init__(self, path: Path, values: Values) -> None:
        arrays = [name for name in values if any(len(each) > 1 for each in values[name].values())]
        _write(path, values, arrays)
        self.app = Datasette([str(path)], settings=SETTINGS)
        self.loop = asyncio.new_event_loop()
        asked = [("_size", "20"), ("_sort_desc", "year"), ("_shape", "objects")]
        asked += [("_facet_size", "max"), ("_fts_table", "texts"), ("_fts_pk", "id")]
        asked += [("_facet_array" if name in arrays else "_facet", name) for name in values]
        self.address = f"/{path.stem}/statements.json?{urlencode(asked)}"

    def ask(self, words: str) -> Any:
        """The newest twenty statements with these words and the counts of all facets, as JSON."""
        address = self.address + (f"&_search={words}" if words else "")
        answer = self.loop.run_until_complete(self.app.client.get(address))
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.text[:300]}")
        return answer

    def counts(self, words: str) -> dict[str, Any]:
        """How many statements have these words, and how many with each value of each facet."""
        answer = self.ask(words).json()
        return {"count": answer["filtered_table_rows_count"]} | {
            facet["name"]: {str(row["value"]): row["count"] for row in facet["results"]}
            for facet in answer["facet_results"].values()
        }

    def close(self) -> None:
        self.loop.close()


def _write(path: Path, values: Values, arrays: list[str]) -> None:
    """The public statements, a row each, and a full text index of what they say."""
    said = Statement.objects.published().values_list("pk", "summary", "note")
    points = Position.objects.values_list("statement", "summary", "note")
    quoted = Quotation.objects.exclude(statement=None).values_list("statement", "text")
    texts: dict[int, list[str]] = defaultdict(list)
    for key, *parts in chain(said, points, quoted):
        texts[int(key)] += map(str, parts)

    def cells(key: int) -> Iterator[Any]:
        for name, by_statement in values.items():
            several = by_statement.get(key, [])
            yield json.dumps(several) if name in arrays else next(iter(several), None)

    rows = Statement.objects.published().order_by("pk").values_list("pk", "ref", "summary")
    columns = ", ".join(f"[{name}]" for name in values)
    marks = ", ".join("?" * (3 + len(values)))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            f"CREATE TABLE statements (id INTEGER PRIMARY KEY, ref, summary,{columns})"
        )
        database.execute("CREATE VIRTUAL TABLE texts USING fts5(said, tokenize=porter)")
        for key, ref, summary in rows:
            database.execute(
                f"INSERT INTO statements VALUES ({marks})", [key, ref, summary, *cells(key)]
            )
            database.execute(
                "INSERT INTO texts (rowid, said) VALUES (?, ?)", [key, "\n".join(texts[key])]
            )
        database.execute("CREATE INDEX newest ON statements (year DESC)")
