"""The benchmarks: figures are ratios to a floor or a peer that was measured in the same run.

    python -m bench --size 100000

makes a made-up archive of this size and one of ten thousand in a PostgreSQL of its own, serves them
as in production, and asks each contender in turn, round after round; last, it imports statements.
It prints a table and writes bench/results.json. With --database, --small and --sqlite (URLs of
archives that bench.corpus has made: of this size, of ten thousand, and of this size in SQLite) it
makes none, writes nothing into these, and imports into two of its own.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import django
import psycopg

from tests.postgres import postgres

from . import contenders, exporting, importing
from .corpus import RARE

HERE = Path(__file__).parent
SMALL, MILLION = 10_000, 1_000_000
NAMES = dict(zip(("narrow", "medium", "broad"), RARE, strict=True))
Ask = Callable[[], Any]


class Figures:
    """What was measured, with its target."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(self, name: str, value: float | None, target: str) -> None:
        """`target` is "<= 1.3" or ">= 1.5"; no value: not measured at this size."""
        sign, _, bound = target.partition(" ")
        holds = None
        if value is not None:
            holds = value <= float(bound) if sign == "<=" else value >= float(bound)
        shown = None if value is None else round(value, 3)
        self.rows.append({"name": name, "value": shown, "target": target, "holds": holds})


def medians(rounds: int, *asks: Ask) -> list[float]:
    """The median time of each, all asked in turn in each round; one round before warms them."""
    times: list[list[float]] = [[] for _ in asks]
    for turn in range(rounds + 1):
        for ask, taken in zip(asks, times, strict=True):
            start = time.perf_counter()
            ask()
            if turn:
                taken.append(time.perf_counter() - start)
    return [median(taken) for taken in times]


def search_paths(words: str, exact: bool = False) -> list[str]:
    """A search page in JSON: its rows; and how many there are, in all and beside every choice."""
    api = "/api/v1/statements/"
    counts = f"{api}facets/?q={words}{'&exact=1' if exact else ''}"
    return [f"{api}?q={words}&page_size=20&sort=-year", counts]


def measure(large: str, small: str, embedded: str, size: int, rounds: int, folder: Path) -> Figures:
    from dialogues.search import terms

    figures = Figures()
    data = folder / "rows.db"
    contenders.datasette_file(data)
    with (
        contenders.archive(large) as site,
        contenders.archive(small) as before,
        contenders.archive(embedded) as lite,
        contenders.datasette(data) as peer,
    ):

        def pages(of: contenders.Site, paths: list[str]) -> Ask:
            return lambda: [of.get(path) for path in paths]

        slower = []  # SQLite, page by page
        for name, words in NAMES.items():
            exact, paths = search_paths(words, exact=True), search_paths(words)
            html = f"/statements/?q={words}&page_size=20&sort=-year"
            asked = contenders.of_datasette(data.stem, *terms(words))
            counts, estimates = site.json(exact[1]), site.json(paths[1])
            theirs = peer.json(asked)["filtered_table_rows_count"]
            embedded_too = lite.json(exact[1])["count"]
            if not counts["count"] == embedded_too == theirs:
                found = f"{counts['count']} rows, {embedded_too} in SQLite, {theirs} in Datasette"
                raise RuntimeError(f"{words}: {found}")
            all_exact, floor, other, ours, page, at_small, on_sqlite = medians(
                rounds,
                pages(site, exact),
                contenders.raw(large, exact),
                pages(peer, [asked]),
                pages(site, paths),
                pages(site, [html]),
                pages(before, paths),
                pages(lite, paths),
            )
            slower.append(on_sqlite / ours)
            print(
                f"{name}: {theirs} rows; JSON {ours * 1000:.0f} ms, exact {all_exact * 1000:.0f},"
                f" raw SQL {floor * 1000:.0f}, HTML {page * 1000:.0f}, Datasette"
                f" {other * 1000:.0f}, {SMALL} statements {at_small * 1000:.0f},"
                f" SQLite {on_sqlite * 1000:.0f}"
            )
            figures.add(
                f"search JSON / its own SQL raw + orjson, {name}", all_exact / floor, "<= 1.3"
            )
            figures.add(f"search HTML / JSON, {name}", page / ours, "<= 1.5")
            figures.add(f"Datasette / search JSON, exact, {name}", other / all_exact, ">= 1.5")
            million = {"narrow": ">= 2", "medium": ">= 8", "broad": ">= 25"}[name]
            as_asked = other / ours if size >= MILLION else None
            figures.add(f"Datasette / search JSON as readers ask, {name}", as_asked, million)
            bound = "<= 3" if name == "broad" else "<= 10"
            growth = ours / at_small if size > SMALL else None
            figures.add(f"search JSON, {size} / {SMALL} statements, {name}", growth, bound)
            error = None if estimates["exact"] else _error(estimates, counts)
            figures.add(f"estimates of counts, median error, {name}", error, "<= 0.08")
        slower += _lists(figures, site, before, lite, large, size, rounds)
        figures.add("SQLite / PostgreSQL, slowest of the pages above", max(slower), "<= 3")
        _exports(figures, site, large, rounds)
        _comparisons(figures, site, large, size, min(rounds, 3))
    return figures


def _error(about: dict[str, Any], exact: dict[str, Any]) -> float:
    """By how much an estimate is off, of all that are shown: the median."""
    errors = [abs(about["count"] / exact["count"] - 1)]
    for name, shown in about["facets"].items():
        true = {one["value"]: one["count"] for one in exact["facets"][name]}
        errors += [abs(one["count"] / true[one["value"]] - 1) for one in shown]
    return median(errors)


def _lists(
    figures: Figures, site: Any, before: Any, lite: Any, large: str, size: int, rounds: int
) -> list[float]:
    """The front page, a page of the API's list in its middle, and one that has not changed.

    Gives by how much SQLite is slower.
    """
    front = "/statements/"
    now, at_small, front_lite = medians(
        rounds, lambda: site.get(front), lambda: before.get(front), lambda: lite.get(front)
    )
    growth = now / at_small if size > SMALL else None
    figures.add(f"front page of the search, {size} / {SMALL} statements", growth, "<= 3")

    def middle(of: Any) -> str:
        # The middle year ends on its first page where there are few rows: then after the first.
        rows = of.json("/api/v1/statements/?year=2017&page_size=50")
        following = rows["next"] or of.json("/api/v1/statements/?page_size=50")["next"]
        return following.partition("127.0.0.1")[2].partition("/")[2]

    # Keys and the secret are the same, and so are cursors.
    here, there = (f"/{middle(one)}".replace("year=2017&", "") for one in (site, before))
    ours, floor, at_small, list_lite = medians(
        rounds,
        lambda: site.get(here),
        contenders.raw(large, [here]),
        lambda: before.get(there),
        lambda: lite.get(here),
    )
    figures.add("API list of 50 by cursor / raw SQL + orjson", ours / floor, "<= 1.6")
    growth = ours / at_small if size > SMALL else None
    figures.add(f"API list of 50 by cursor, {size} / {SMALL} statements", growth, "<= 1.2")

    tag = site.get("/api/v1/statements/")[1]["ETag"]
    unchanged, one_query = medians(
        rounds,
        lambda: site.get("/api/v1/statements/", status=304, **{"If-None-Match": tag}),
        lambda: site.get("/readyz"),
    )
    figures.add("304 of a list / a view with one query", unchanged / one_query, "<= 2")
    return [front_lite / now, list_lite / ours]


def _comparisons(figures: Figures, site: Any, large: str, size: int, rounds: int) -> None:
    """Each view, with and without a filter, against its own counts asked live; its slowest answer.

    Counts are long, and asked once, just after they were asked to find out which they are. What an
    answer costs beside its counts stays the same when the archive grows: the target is that of a
    million statements, and ten times that of fewer.
    """
    from . import comparing

    ratios: dict[str, list[float]] = {}
    for view, json_path, page_path in comparing.cases():
        count = comparing.live(large, json_path)
        start = time.perf_counter()
        count()
        floor = time.perf_counter() - start
        answers = medians(rounds, partial(site.get, json_path), partial(site.get, page_path))
        ratios.setdefault(view, []).extend(answer / floor for answer in answers)
        print(
            f"{page_path}: JSON {answers[0] * 1000:.0f} ms, HTML {answers[1] * 1000:.0f},"
            f" live {floor * 1000:.0f}: {answers[0] / floor:.3f}, {answers[1] / floor:.3f}"
        )
    target = "<= 0.06" if size >= MILLION else "<= 0.6"
    for view, found in ratios.items():
        figures.add(f"comparison / live GROUP BY, {view}, slowest", max(found), target)


def _exports(figures: Figures, site: Any, large: str, rounds: int) -> None:
    """What is left of the speed of COPY, of the statements of a year; and what memory all take.

    COPY of the tables leaves out most of what an export has; that of its columns has all of it.
    """
    database = psycopg.connect(large, autocommit=True)
    address = f"/api/v1/statements/export/?year={exporting.YEAR}&format="
    exporting.check(site.get(f"{address}csv")[0], database)
    tables, columns, csv, ndjson = medians(
        rounds,
        partial(exporting.copied, database, exporting.TABLES),
        partial(exporting.copied, database, exporting.COLUMNS),
        partial(site.drain, f"{address}csv"),
        partial(site.drain, f"{address}ndjson"),
    )
    print(
        f"export: COPY of tables {tables * 1000:.0f} ms, of columns {columns * 1000:.0f},"
        f" CSV {csv * 1000:.0f}, NDJSON {ndjson * 1000:.0f}"
    )
    for name, taken, target in (("CSV", csv, ">= 0.7"), ("NDJSON", ndjson, ">= 0.25")):
        figures.add(f"export as {name}, share of COPY of two tables", tables / taken, target)
        figures.add(f"export as {name}, share of COPY of its columns", columns / taken, target)
    exporting.peak(site.server, forget=True)
    site.drain(f"{address}ndjson")
    of_year = exporting.peak(site.server)
    site.drain("/api/v1/statements/export/?format=ndjson")
    growth = exporting.peak(site.server) / of_year
    figures.add("peak memory, export of all statements / of a year", growth, "<= 1.2")


@contextlib.contextmanager
def databases(size: int) -> Iterator[tuple[str, str, str]]:
    """Of this size and the small one, in a PostgreSQL of their own; and of this size in SQLite."""
    # Room for the tables, as a server of an archive of this size is given.
    with postgres(shared_buffers="2GB") as url, tempfile.TemporaryDirectory() as folder:
        made = {}
        for each in {size, SMALL} if size > SMALL else {size}:
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(f"CREATE DATABASE bench_{each}")
            made[each] = f"{url.rpartition('/')[0]}/bench_{each}"
            _make(each, made[each])
        embedded = f"sqlite:///{folder}/archive.sqlite3"
        _make(size, embedded)
        yield made[size], made.get(SMALL, made[size]), embedded


def _make(size: int, url: str) -> None:
    print(f"Making {size} statements in {url.partition(':')[0]} ...", file=sys.stderr)
    command = [sys.executable, "-m", "bench.corpus", str(size)]
    subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, check=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure the archive against its own SQL, Datasette, and itself when small.",
        epilog="Example: python -m bench --size 100000",
    )
    parser.add_argument("--size", type=int, default=100_000, help="how many statements")
    parser.add_argument("--rounds", type=int, default=7, help="of which the median is taken")
    parser.add_argument("--database", help="an archive of this size that is there already")
    parser.add_argument("--small", help=f"and one of {SMALL} statements")
    parser.add_argument("--sqlite", help="and one of this size in SQLite")
    parser.add_argument("--results", type=Path, default=HERE / "results.json")
    arguments = parser.parse_args()
    given = arguments.database and (
        arguments.database,
        arguments.small or arguments.database,
        arguments.sqlite or arguments.database,
    )
    places = contextlib.nullcontext(given) if given else databases(arguments.size)
    with places as (large, small, embedded), tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATABASE_URL": large, "DJANGO_SETTINGS_MODULE": "rtop.settings"}
        django.setup()
        figures = measure(large, small, embedded, arguments.size, arguments.rounds, Path(folder))
        files = Path(folder) / "import"
        importing.write_files(files, min(arguments.size, importing.MOST))
        django.db.connection.close()
        # It writes: into an archive of its own where these are others'.
        own = databases(0) if given else contextlib.nullcontext((large, small, embedded))
        with own as (server, _, file):
            for name, url in (("PostgreSQL", server), ("SQLite", file)):
                taken = importing.cost(url, files)
                figures.add(f"import on {name}, ms of processor time a statement", taken, "<= 2")
    arguments.results.write_text(json.dumps(figures.rows, indent=1) + "\n", encoding="utf-8")
    for row in figures.rows:
        says = {True: "holds", False: "does not hold", None: "not measured"}[row["holds"]]
        print(f"{row['name']:<64} {row['value'] or '':>9} {row['target']:>8}  {says}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
