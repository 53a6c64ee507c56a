"""The counts beside each choice of a list of statements or positions.

Each is the number of rows that the list has when that value alone is chosen in its facet and every
other filter stays. The rows that fit those others are found by the selection itself, once for all
facets that ask for the same ones. Each row has the codes of its values beside its terms: those are
added up. Only what must hold of one and the same position or deliverer, of which something else is
chosen, is counted over positions and deliveries.

Where very many rows fit, a sample of them is counted for all, and the counts say so.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from dialogues import search
from dialogues.models import Delivery, Dialogue, Membership, Position, Quotation
from dialogues.models.search import unpacked
from dialogues.querysets import READER

from .base import Issue
from .cache import cached
from .coded import FACETS, OF_WHO, SLUGS, beside, codes_of
from .statements import (
    TO_STATEMENT,
    IndexedSelection,
    load_choices,
    position_condition,
    who_condition,
)

# The pairs of a value and a row that has it, each once; {parts} are the positions or deliveries
# of the rows, narrowed by what is chosen of them.
PAIRS = {
    "actor": "SELECT DISTINCT actor AS value, hit FROM {parts}",
    "kind": "SELECT DISTINCT kind AS value, hit FROM {parts}",
    "group": "SELECT DISTINCT group_id AS value, hit FROM {parts}"
    " JOIN {dialogue} ON {dialogue}.id = dialogue"
    " JOIN {membership} ON {membership}.actor_id = actor"
    " AND (date_from IS NULL OR date_from <= first_day)"
    " AND (date_to IS NULL OR date_to > first_day)",
    "theme": "SELECT DISTINCT theme AS value, hit FROM {parts}",
    "stance": "SELECT DISTINCT stance AS value, hit FROM {parts}",
    "pillar": "SELECT '1' AS value, hit FROM {parts} WHERE pillar_1"
    " UNION SELECT '2', hit FROM {parts} WHERE pillar_2"
    " UNION SELECT '3', hit FROM {parts} WHERE pillar_3",
    "situation": "SELECT DISTINCT situation_id AS value, hit FROM {parts}"
    " JOIN {situations} ON position_id = point",
    "instrument": "SELECT DISTINCT instrument_id AS value, hit FROM {parts}"
    " JOIN {instruments} ON position_id = point",
    "quoted": "SELECT DISTINCT CASE WHEN position_id IS NULL THEN 'false' ELSE 'true' END AS value,"
    " hit FROM {parts} LEFT JOIN {quotation} ON position_id = point",
}
TABLES = {
    str(model._meta.model_name): f'"{model._meta.db_table}"'
    for model in (Dialogue, Membership, Quotation)
} | {
    "situations": f'"{Position.situations.through._meta.db_table}"',
    "instruments": f'"{Position.instruments.through._meta.db_table}"',
}
POINT = ("pk", "statement", "theme", "stance", "pillar_1", "pillar_2", "pillar_3")

# Fewer rows are counted as quickly as looked up.
KEPT_FROM = 5_000
# A sample has so many rows at least, and fewer than twice as many: of so few all are counted.
SAMPLE = 12_000
# The sample that tells about how many rows there are.
PROBE = 6
# What the number of rows is called among what is estimated.
ROWS = "rows"

Sql = tuple[str, tuple[Any, ...]]


@dataclass
class FacetValue:
    """A choice, and how many rows there would be with it alone in its facet.

    Not frozen, which would take thrice as long to make: an answer has hundreds.
    """

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class FacetCounts:
    """How many rows are selected, and for each facet its values.

    `estimated` names the facets of which the counts are estimates, and ROWS where that of rows is.
    """

    rows: int
    facets: dict[str, list[FacetValue]]
    estimated: frozenset[str] = frozenset()

    @property
    def exact(self) -> bool:
        return not self.estimated


def exact_of(data: QueryDict) -> tuple[bool, list[Issue]]:
    """Whether `exact=1` asks for exact counts, and what is wrong with it."""
    values = data.getlist("exact")
    problems = []
    if len(values) > 1:
        problems.append(Issue("exact", "repeated", _("is given once only.")))
    elif values and values[0] not in ("0", "1"):
        problems.append(Issue("exact", "unknown_value", _("must be 0 or 1.")))
    return values == ["1"], problems


def facet_counts(selection: IndexedSelection, exact: bool = False) -> FacetCounts:
    """For each facet the values that have rows or are chosen, most rows first.

    One query, another where something is chosen of who or of what was said, and one for each facet
    in which something is chosen; twice as many where there may be very many rows. And some twelve
    for the lists of choices and the number of all rows, none where they are kept. Counts of many
    rows without words are kept for the selection’s state, too.
    """
    choices_of = _choices(selection)
    counted = _kept(selection, exact)
    found = {}
    for name, choices in choices_of.items():
        counts, chosen = counted.of.get(name, {}), selection.data.getlist(name)
        if name in counted.estimated and len(chosen) == 1:
            # With it alone the rows are those that there are now.
            counts = counts | {chosen[0]: counted.rows}
        values = [
            FacetValue(key, label, counts.get(key, 0), key in chosen)
            for key, label in choices
            if counts.get(key) or key in chosen
        ]
        found[name] = sorted(values, key=lambda value: -value.count)
    return FacetCounts(counted.rows, found, counted.estimated)


def _choices(selection: IndexedSelection) -> dict[str, list[tuple[str, str]]]:
    """For each facet its values with their labels."""

    def read(kinds: list[Any]) -> dict[Any, Any]:
        load_choices(selection)
        each = ((name, selection.form.fields[name].choices) for name in FACETS)
        found = {name: [(str(k), str(label)) for k, label in one if k != ""] for name, one in each}
        return dict.fromkeys(kinds, found)

    kind = type(selection)
    return cached(selection.state, "facets' choices", [kind], read)[kind]


@dataclass
class _FacetCounts:
    """How many rows there are, and how many of what, and which of these are estimates."""

    rows: int
    of: dict[Any, Any]
    estimated: frozenset[str] = frozenset()


def _kept(selection: IndexedSelection, exact: bool) -> _FacetCounts:
    """As `_counted`, and the same again without a query.

    Words are without number, and are counted each time; what is only chosen comes again.
    """
    if selection.problems:
        return _FacetCounts(0, {})
    words = "q" in selection.data
    state = selection.state if not words and selection.user is READER else ""
    few = _are_few(selection)
    exact = exact or few
    # Apart, so that an address gives the same whatever was asked before.
    key = type(selection).__name__, str(sorted(selection.given.items())), exact
    return cached(
        state,
        "facets",
        [key],
        lambda keys: dict.fromkeys(keys, _counted(selection, state, exact)),
        worth=_worth_keeping,
        # Of everything they take longest, and everybody asks for them.
        lent=not selection.given and not few,
    )[key]


def _worth_keeping(counted: _FacetCounts) -> bool:
    return counted.rows >= KEPT_FROM


def _counted(selection: IndexedSelection, state: str, exact: bool) -> _FacetCounts:
    """The number of rows, and rows by the values of each facet."""
    given = selection.given
    bases: dict[frozenset[str], list[str]] = {frozenset(given): []}
    for name in FACETS:
        bases.setdefault(frozenset(given) - {name}, []).append(name)
    codes, found = _codes(selection), _FacetCounts(0, {})
    for kept, names in bases.items():
        chosen = {name: given[name] for name in sorted(kept)}
        # Of everything the counts are exact: they are asked most, and are kept.
        all_of_them = exact or not chosen
        rows = _CountedRows(selection.hits(chosen), all_of_them)
        others = {name: beside(name, given, selection.of_statements) for name in names}
        alone = [name for name in names if not others[name]]
        whole = [ROWS] if len(kept) == len(given) else []
        if alone or whole:
            # What one filter leaves out, another selection has whole.
            key = type(selection).__name__, str(chosen), all_of_them
            tally = cached(state, "codes", [key], rows.by_code, worth=_worth_keeping)[key]
            found.estimated |= {*alone, *whole} if tally.estimated else set()
            found.rows = tally.rows if whole else found.rows
            for name in alone:
                each = codes[name].items()
                found.of[name] = {value: tally.of.get(one, 0) for value, one in each}
        if len(alone) < len(names):
            parts = {name: other for name, other in others.items() if other}
            found.of |= _by_parts(selection, rows, parts)
            found.estimated |= set() if rows.exact else set(parts)
    return found


def _are_few(selection: IndexedSelection) -> bool:
    """Whether all rows are fewer than are ever estimated. One query, none where it is kept."""
    texts: Any = search.TEXTS[selection._meta.model]

    def number(models: list[Any]) -> dict[Any, int]:
        return {model: model.objects.visible_to(READER).count() for model in models}

    return cached(selection.state, "all", [texts], number)[texts] < 2 * SAMPLE


class _CountedRows:
    """The rows to count: all that fit, or a sample of them where they are very many."""

    def __init__(self, hits: QuerySet, all_of_them: bool) -> None:
        self.hits, self.all_of_them = hits, all_of_them

    @cached_property
    def level(self) -> int:
        """Which sample it is; 0, all. One query, unless all are asked for."""
        if self.all_of_them:
            return 0
        about = search.sampled(self.hits, PROBE).count() << PROBE
        return min(max(0, (about // SAMPLE).bit_length() - 1), search.SMALLEST)

    @property
    def exact(self) -> bool:
        return not self.level

    @property
    def counted(self) -> QuerySet:
        return search.sampled(self.hits, self.level)

    def of_all(self, number: int) -> int:
        """How many rows of all these so many stand for: of a sample, to two digits."""
        if self.exact:
            return number
        number <<= self.level
        unit = 10 ** max(0, len(str(number)) - 2)
        return round(number / unit) * unit

    def by_code(self, keys: list[Any]) -> dict[Any, _FacetCounts]:
        """The number of rows, and how many have each code: for what they are kept under.

        One query, and that of `level`.
        """
        sql, values = _sql(self.counted, "codes")
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                joined = f"SELECT COUNT(*), string_agg(codes, '') FROM ({sql}) AS hits(codes)"  # noqa: S608 - our own query
                cursor.execute(joined, values)
                number, codes = cursor.fetchone()
            else:
                cursor.execute(sql, values)
                each = [row[0] for row in cursor.fetchall()]
                number, codes = len(each), b"".join(filter(None, each))
        counts = Counter(unpacked(codes or b""))
        by_code = {one: self.of_all(many) for one, many in counts.items()}
        estimated = frozenset() if self.exact else frozenset({ROWS})
        return dict.fromkeys(keys, _FacetCounts(self.of_all(number), by_code, estimated))


def _codes(selection: IndexedSelection) -> dict[str, dict[str, int]]:
    """For each facet its values with their codes. Five queries, none where they are kept."""

    def read(kinds: list[Any]) -> dict[Any, Any]:
        choices = _choices(selection).items()
        found = {
            name: codes_of(name, [value for value, _label in values], selection.state)
            for name, values in choices
        }
        return dict.fromkeys(kinds, found)

    kind = type(selection)
    return cached(selection.state, "facets' codes", [kind], read)[kind]


def _by_parts(
    selection: IndexedSelection, rows: _CountedRows, facets: dict[str, frozenset[str]]
) -> dict[str, dict[str, int]]:
    """Rows by the values of those of their deliveries, or positions, that fit what else is chosen.

    One query, and that of `level`.
    """
    given, to = selection.given, TO_STATEMENT[rows.hits.model]
    sql, values = _sql(rows.counted, "pk", f"{to}pk", f"{to}dialogue")
    tables = [f"hits(hit, statement, dialogue) AS MATERIALIZED ({sql})"]
    parts_of: dict[tuple[bool, frozenset[str]], str] = {}
    questions = []
    for name, others in facets.items():
        of = name in OF_WHO, others
        if of not in parts_of:
            parts_of[of] = f"parts_{len(parts_of)}"
            table, more = _parts(parts_of[of], of[0], {key: given[key] for key in others})
            tables.append(table)
            values += more
        questions.append(_by_value(name, parts_of[of]))
    found: dict[str, dict[str, int]] = {name: {} for name in facets}
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(tables)} {' UNION ALL '.join(questions)}", values)
        for name, value, number in cursor.fetchall():
            found[name][value] = rows.of_all(number)
    return found


def _parts(name: str, of_who: bool, narrowed: dict[str, Any]) -> Sql:
    """The deliveries, or the positions, of the rows: those that fit what is chosen of them."""
    if of_who:
        deliveries = Delivery.objects.delivered().filter(who_condition(narrowed))
        sql, values = _sql(deliveries, "statement", "actor", "actor__kind")
        columns, shown = "statement, actor, kind", "hit, dialogue, actor, kind"
    else:
        points = Position.objects.filter(position_condition(narrowed))
        sql, values = _sql(points, *POINT)
        columns = "point, statement, theme, stance, pillar_1, pillar_2, pillar_3"
        shown = f"hit, {columns.replace('statement, ', '')}"
    return (
        f"all_{name}({columns}) AS NOT MATERIALIZED ({sql}), {name} AS MATERIALIZED (SELECT {shown}"  # noqa: S608 - our own names
        # SQLite takes CROSS JOIN for an order: from the rows to their parts.
        f" FROM hits CROSS JOIN all_{name} WHERE all_{name}.statement = hits.statement)",
        values,
    )


def _sql(rows: QuerySet, *columns: str) -> Sql:
    return rows.order_by().values_list(*columns).query.sql_with_params()


def _by_value(name: str, parts: str) -> str:
    pairs = PAIRS[name].format(parts=parts, **TABLES)
    counted = f"SELECT value, COUNT(*) AS number FROM ({pairs}) AS pairs GROUP BY value"  # noqa: S608
    if name in SLUGS:
        listed = f'"{SLUGS[name]._meta.db_table}"'
        return (
            f"SELECT '{name}', slug, number FROM ({counted}) AS counted"  # noqa: S608
            f" JOIN {listed} ON {listed}.id = counted.value"
        )
    return f"SELECT '{name}', CAST(value AS varchar), number FROM ({counted}) AS counted"  # noqa: S608
