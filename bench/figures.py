"""The figures with their targets, and how each is measured."""

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from dialogues.filters.compare import VIEWS

from . import datasette, floors
from .asking import content, drain, get, memory_of
from .corpus import KEPT_YEAR, WORDS
from .measuring import medians, progress

SMALL, USUAL, LARGE = 300, 20_000, 100_000
API, STOCK = "/api/v1/statements/", "/stock/statements/"
EXPORT = f"{API}export/?format="
NEWEST = "&page_size=20&sort=-year"
YEAR = 2017
NAMES = dict(zip(("narrow", "medium", "broad"), WORDS, strict=True))
ALL = "none, uncached"
SEARCHES = (
    *(f"q={word}" for word in WORDS),
    "theme=sovereignty&group=grulac",
    "theme=sovereignty&stance=supports",
)
COMPARED = ("", "&group=grulac", "&stance=supports", "&theme=sovereignty")
# One public page of each kind, and a list and a record of the API.
PAGES = (
    *("/", "/dialogues/", "/dialogues/2011/", "/statements/", "/statements/RTOP-2011-S013/"),
    *("/positions/", "/positions/RTOP-2011-P094/", "/actors/", "/actors/czechia/", "/themes/"),
    *("/themes/sovereignty/", "/compare/", "/sources/", "/sources/icrtop-2011/", "/data/"),
    *("/methodology/", "/about/", API, f"{API}RTOP-2011-S013/"),
)
LATER = "not measured: comes with deploy/"

# In the order of the table. A figure that is not here cannot be added; what a run does not
# measure stays without a value.
TARGETS = {
    f"search page in HTML, all facets, {USUAL:,} / {SMALL}": "<= 5",
    f"search page in HTML, all facets, {LARGE:,} / {USUAL:,}": "<= 6",
    f"API list by cursor, {LARGE:,} / {SMALL}": "<= 1.3",
    **{f"Datasette / rows and facets in JSON, {name}": ">= 1.5" for name in (*NAMES, ALL)},
    **{f"stock Django / search with facets in JSON, {name}": ">= 10" for name in NAMES},
    "stock Django / API list of 50": ">= 1.5",
    "stock Django / CSV of a year": ">= 1.5",
    "API list of 50, uncached / raw SQL of the same records": "<= 6",
    "NDJSON of everything, share of COPY": ">= 0.1",
    "CSV of everything, share of COPY of its columns": ">= 0.2",
    "peak memory, export of everything / of a year": "<= 1.2",
    "nginx hit / nginx serving a file of the same bytes": ">= 0.8",
    "publication seen, in times of the validity": "<= 2",
    "304 of any public page / a view with one query": "<= 2",
    "/dialogues/2011/ / the home page, uncached": "<= 4",
    **{f"comparison, {view} / the home page, uncached": "<= 4" for view in VIEWS},
    **{f"comparison, {view} / its live GROUP BYs": "<= 0.6" for view in VIEWS},
    "import, ms of processor time a statement": "<= 3",
}
WITH_DEPLOY = tuple(name for name in TARGETS if name.startswith(("nginx", "publication")))


class Figures:
    """Measured values, by the names of the targets."""

    def __init__(self, rounds: int) -> None:
        self.rounds, self.few = rounds, min(rounds, 3)  # few: of what takes long
        self.values: dict[str, float | None] = dict.fromkeys(TARGETS)

    def add(self, name: str, value: float) -> None:
        if name not in TARGETS:
            raise KeyError(name)
        self.values[name] = round(value, 3)

    @property
    def results(self) -> list[dict[str, Any]]:
        """What `bench/results.json` has; null for what this run does not measure."""
        return [
            {"name": name, "value": value, "target": TARGETS[name], "holds": holds(name, value)}
            for name, value in self.values.items()
        ]

    def lines(self) -> Iterator[str]:
        """The table, a line each."""
        words = {True: "holds", False: "DOES NOT HOLD", None: "not measured at this size"}
        for row in self.results:
            says = LATER if row["name"] in WITH_DEPLOY else words[row["holds"]]
            value = "" if row["value"] is None else f"{row['value']:.2f}"
            yield f"{row['name']:<62} {value:>8} {row['target']:>8}  {says}"


def holds(name: str, value: float | None) -> bool | None:
    if value is None:
        return None
    sign, bound = TARGETS[name].split()
    return value <= float(bound) if sign == "<=" else value >= float(bound)


def agree(what: str, *answers: Any) -> None:
    """Whoever is compared must find the same. Raises RuntimeError."""
    if any(answer != answers[0] for answer in answers):
        raise RuntimeError(f"{what}: they do not find the same: {str(answers)[:2000]}")


def measure(figures: Figures, folder: Path) -> None:
    """Measure all figures that need no second archive and no other process."""
    beside_datasette(figures, folder)
    beside_stock_django(figures)
    beside_the_database(figures)
    pages(figures)
    comparisons(figures)


def times_of_growth(rounds: int) -> tuple[float, float]:
    """Seconds of a search page, the median of five, and of a page of the API's list by cursor."""
    searches = medians(
        rounds, *(partial(get, f"/statements/?{query}{NEWEST}") for query in SEARCHES)
    )
    following = content(f"{API}?page_size=50")["next"]
    (listed,) = medians(rounds, partial(get, following[following.index(API) :]))
    return median(searches), listed


def growth(figures: Figures, times: dict[int, tuple[float, float]]) -> None:
    """Compare archives of different sizes; `times` has the seconds of each size."""
    for name, place, large, small in (
        ("search page in HTML, all facets", 0, USUAL, SMALL),
        ("search page in HTML, all facets", 0, LARGE, USUAL),
        ("API list by cursor", 1, LARGE, SMALL),
    ):
        if {large, small} <= times.keys():
            ratio = times[large][place] / times[small][place]
            figures.add(f"{name}, {large:,} / {small:,}", ratio)


def rows_and_facets(query: str) -> Callable[[], Any]:
    """Ask the API for what a search page has: its rows, and the counts beside all choices."""
    return lambda: (get(f"{API}?{query}{NEWEST}"), get(f"{API}facets/?{query}"))


def counts(query: str) -> dict[str, Any]:
    """The number of statements that a search finds, in all and for each value of each facet."""
    answer = content(f"{API}facets/?{query}")
    facets = answer["facets"].items()
    return {"count": answer["count"]} | {
        name: {choice["value"]: choice["count"] for choice in choices} for name, choices in facets
    }


def beside_datasette(figures: Figures, folder: Path) -> None:
    """Compare a search's rows and facets, which both find alike."""
    progress("Datasette: its file")
    values = datasette.facet_values(counts(""))
    with closing(datasette.Peer(folder / "rows.db", values)) as peer:
        for name in (*NAMES, ALL):
            progress(f"Datasette: {name}")
            words = NAMES.get(name, "")
            query = f"q={words}" if words else ""
            agree(f"Datasette, {name}", counts(query), peer.counts(words))
            rounds = figures.rounds if words else figures.few
            asks = (partial(peer.ask, words), rows_and_facets(query))
            theirs, ours = medians(rounds, *asks, uncached=not words)
            figures.add(f"Datasette / rows and facets in JSON, {name}", theirs / ours)


def beside_stock_django(figures: Figures) -> None:
    """Compare searches, lists and CSV. Stock Django counts rows, the archive every facet too."""
    for name, words in NAMES.items():
        progress(f"stock Django: {name}")
        search = f"{STOCK}?search={words}&page_size=20"
        rows = (content(address)["results"] for address in (f"{API}?q={words}{NEWEST}", search))
        agree(f"stock Django, {name}", *([row["ref"] for row in page] for page in rows))
        agree(f"stock Django, {name}", counts(f"q={words}")["count"], content(search)["count"])
        theirs, ours = medians(figures.few, partial(get, search), rows_and_facets(f"q={words}"))
        figures.add(f"stock Django / search with facets in JSON, {name}", theirs / ours)
    progress("stock Django: list and CSV")
    lists = (f"{STOCK}?page_size=50", f"{API}?page_size=50")
    theirs, ours = medians(figures.rounds, *(partial(get, address) for address in lists))
    figures.add("stock Django / API list of 50", theirs / ours)
    files = (f"{STOCK}export/?dialogue__year={YEAR}", f"{EXPORT}csv&year={YEAR}")
    agree("rows of CSV", *(get(file).getvalue().count(b"\r\n") for file in files))
    theirs, ours = medians(figures.few, *(partial(drain, file) for file in files))
    figures.add("stock Django / CSV of a year", theirs / ours)


def beside_the_database(figures: Figures) -> None:
    """Compare a list with raw SQL, and exports with COPY."""
    progress("raw SQL and COPY")
    asks = (partial(get, f"{API}?page_size=50"), floors.newest_records(50))
    ours, floor = medians(figures.rounds, *asks, uncached=True)
    figures.add("API list of 50, uncached / raw SQL of the same records", ours / floor)
    tables, columns, ndjson, csv = medians(
        figures.few,
        partial(floors.copied, floors.TABLES),
        partial(floors.copied, floors.COLUMNS),
        partial(drain, f"{EXPORT}ndjson"),
        partial(drain, f"{EXPORT}csv"),
    )
    figures.add("NDJSON of everything, share of COPY", tables / ndjson)
    figures.add("CSV of everything, share of COPY of its columns", columns / csv)


def peak_memory(figures: Figures) -> None:
    """Compare the memory that exports take, each in a process of its own."""
    progress("memory of exports")
    everything, of_year = (memory_of(f"{EXPORT}ndjson{year}") for year in ("", f"&year={YEAR}"))
    figures.add("peak memory, export of everything / of a year", everything / of_year)


def pages(figures: Figures) -> None:
    """Compare pages that have not changed, and pages made anew, with the cheapest of their kind."""
    progress("304")
    tags = {page: get(page).headers["ETag"] for page in PAGES}
    one_query, *unchanged = medians(
        figures.few,
        partial(get, "/stock/one-query/"),
        *(partial(get, page, 304, **{"If-None-Match": tag}) for page, tag in tags.items()),
    )
    slowest = max(unchanged)
    print(f"304: the slowest is {PAGES[unchanged.index(slowest)]}")
    figures.add("304 of any public page / a view with one query", slowest / one_query)
    progress("pages that are made anew")
    compared = [f"/compare/?view={view}" for view in VIEWS]
    home, dialogue, *views = medians(
        figures.few,
        *(partial(get, page) for page in ("/", f"/dialogues/{KEPT_YEAR}/", *compared)),
        uncached=True,
    )
    figures.add("/dialogues/2011/ / the home page, uncached", dialogue / home)
    for view, taken in zip(VIEWS, views, strict=True):
        figures.add(f"comparison, {view} / the home page, uncached", taken / home)


def comparisons(figures: Figures) -> None:
    """Compare each view with its own counts asked live: the worst of four ways to filter it."""
    for view in VIEWS:
        progress(f"comparison: {view}")
        ratios = []
        for query in COMPARED:
            address = f"/compare/?view={view}{query}"
            asks = (partial(get, address), floors.live_counts(address))
            ours, live = medians(figures.few, *asks)
            ratios.append(ours / live)
        figures.add(f"comparison, {view} / its live GROUP BYs", max(ratios))
