"""The counts beside each choice of a list of statements or positions.

Each is the number of rows that the list has when that value alone is chosen in its facet and every
other filter stays. The rows that fit those others are found once, by the selection itself, and all
facets that ask for the same ones are counted over them in one query.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from dialogues.models import (
    Actor,
    Delivery,
    Dialogue,
    Instrument,
    Membership,
    Panel,
    Position,
    Quotation,
    Situation,
    Theme,
)
from dialogues.querysets import READER

from .remembering import remembered
from .sets import (
    OF_POSITION,
    OF_WHO,
    PositionSelection,
    Said,
    StatementSelection,
    position_condition,
    who_condition,
)

FACETS = (
    *("year", "actor", "kind", "group", "theme", "stance", "pillar"),
    *("situation", "instrument", "panel", "form", "joint", "quoted"),
)
# The pairs of a value and a row that has it, each once; {parts} are the positions or deliveries
# of the rows, narrowed by what is chosen of them.
PAIRS = {
    "year": "SELECT {dialogue}.year AS value, hit FROM hits"
    " JOIN {dialogue} ON {dialogue}.id = dialogue",
    "panel": "SELECT {panel}.kind AS value, hit FROM hits JOIN {panel} ON {panel}.id = panel",
    "form": "SELECT form AS value, hit FROM hits",
    "joint": "SELECT CASE WHEN COUNT(actor) > 1 THEN 'true' ELSE 'false' END AS value, hit"
    " FROM hits LEFT JOIN {parts} USING (hit) GROUP BY hit",
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
# Where a value is a key, whose slug it stands for.
SLUGS = {
    "actor": Actor,
    "group": Actor,
    "theme": Theme,
    "situation": Situation,
    "instrument": Instrument,
}
TABLES = {
    str(model._meta.model_name): f'"{model._meta.db_table}"'
    for model in (Dialogue, Membership, Panel, Quotation)
} | {
    "situations": f'"{Position.situations.through._meta.db_table}"',
    "instruments": f'"{Position.instruments.through._meta.db_table}"',
}
POINT = ("pk", "statement", "theme", "stance", "pillar_1", "pillar_2", "pillar_3")

# Fewer rows are counted as quickly as looked up.
KEPT_FROM = 5_000

Sql = tuple[str, tuple[Any, ...]]
Counted = tuple[int, dict[str, dict[str, int]]]


@dataclass(frozen=True)
class FacetValue:
    """A choice, and how many rows there would be with it alone in its facet."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class Counts:
    """How many rows are selected, and for each facet its values."""

    rows: int
    facets: dict[str, list[FacetValue]]


def counts_of(selection: Said, state: str = "") -> Counts:
    """For each facet the values that have rows or are chosen, most rows first.

    One query, one more for each facet in which something is chosen, at most, and those of the
    lists of choices. `state` names the state in which readers find the archive, where the counts
    of many rows may be kept for it.
    """
    rows, counted = _kept(selection, state)
    found = {}
    for name in FACETS:
        counts, chosen = counted.get(name, {}), selection.data.getlist(name)
        field: Any = selection.form.fields[name]
        values = [
            FacetValue(key, str(label), counts.get(key, 0), key in chosen)
            for key, label in ((str(key), label) for key, label in field.choices)
            if counts.get(key) or key in chosen
        ]
        found[name] = sorted(values, key=lambda value: -value.count)
    return Counts(rows, found)


def _kept(selection: Said, state: str) -> Counted:
    """As `_counted`, and the same again without a query.

    Words are without number, and are counted each time; what is only chosen comes again.
    """
    if not state or selection.problems or "q" in selection.data or selection.user is not READER:
        return _counted(selection)
    chosen = type(selection).__name__, str(sorted(selection.given.items()))
    many = remembered(
        state,
        "facets",
        [chosen],
        lambda keys: dict.fromkeys(keys, _counted(selection)),
        worth=lambda counted: counted[0] >= KEPT_FROM,
    )
    return many[chosen]


def _counted(selection: Said) -> Counted:
    """The number of rows, and rows by the values of each facet."""
    if selection.problems:
        return 0, {}
    rows, counted = 0, {name: dict[str, int]() for name in FACETS}
    for kept, names in _bases(selection).items():
        whole = kept == frozenset(selection.given)
        sql, values = _question(selection, kept, names, whole)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            for name, value, number in cursor.fetchall():
                if name == "rows":
                    rows = number
                else:
                    before = counted[name].get(value, 0)
                    counted[name][value] = before + number
    return rows, counted


def _bases(selection: Said) -> dict[frozenset[str], list[str]]:
    """Facets by the filters that choose the rows they are counted over."""
    given = frozenset(selection.given)
    bases: dict[frozenset[str], list[str]] = {given: []}
    for name in FACETS:
        apart = {name}
        if name in OF_WHO:
            # What is chosen of who must hold of one and the same deliverer: of those counted.
            apart |= set(OF_WHO)
        elif name in OF_POSITION and isinstance(selection, StatementSelection):
            apart |= set(OF_POSITION)
        bases.setdefault(given - apart, []).append(name)
    return bases


def _question(selection: Said, kept: frozenset[str], names: list[str], whole: bool) -> Sql:
    """One query: the rows that fit the filters `kept`, and those rows by each facet's values."""
    given = selection.given
    to = selection.statement_path
    rows = selection.select(selection.queryset, {name: given[name] for name in kept})
    sql, values = _sql(rows, "pk", f"{to}pk", f"{to}dialogue", f"{to}panel", f"{to}form")
    tables = [f"hits(hit, statement, dialogue, panel, form) AS MATERIALIZED ({sql})"]
    questions = ["SELECT 'rows', '', COUNT(*) FROM hits"] if whole else []
    parts_of: dict[tuple[bool, frozenset[str]], str] = {}
    for name in names:
        of = name in OF_WHO or name == "joint", frozenset(given) - kept - {name}
        if (of[0] or name in OF_POSITION) and of not in parts_of:
            parts_of[of] = f"parts_{len(parts_of)}"
            table, more = _parts(selection, parts_of[of], of[0], {key: given[key] for key in of[1]})
            tables.append(table)
            values += more
        questions.append(_by_value(name, parts_of.get(of, "")))
    return f"WITH {', '.join(tables)} {' UNION ALL '.join(questions)}", values


def _parts(selection: Said, name: str, of_who: bool, narrowed: dict[str, Any]) -> Sql:
    """The deliveries, or the positions, of the rows: those that fit what is chosen of them."""
    mine = theirs = "statement"
    if of_who:
        deliveries = Delivery.objects.delivered().filter(who_condition(narrowed))
        sql, values = _sql(deliveries, "statement", "actor", "actor__kind")
        columns, shown = "statement, actor, kind", "hit, dialogue, actor, kind"
    else:
        points = Position.objects.filter(position_condition(narrowed))
        sql, values = _sql(points, *POINT)
        columns = "point, statement, theme, stance, pillar_1, pillar_2, pillar_3"
        shown = f"hit, {columns.replace('statement, ', '')}"
        if isinstance(selection, PositionSelection):
            mine, theirs = "hit", "point"
    return (
        f"all_{name}({columns}) AS NOT MATERIALIZED ({sql}), {name} AS MATERIALIZED (SELECT {shown}"  # noqa: S608 - our own names
        # SQLite takes CROSS JOIN for an order: from the rows to their parts.
        f" FROM hits CROSS JOIN all_{name} WHERE all_{name}.{theirs} = hits.{mine})",
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
