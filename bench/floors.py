"""The floors: what the database itself takes for the same records, asked without the archive."""

from collections.abc import Callable
from typing import Any

import orjson
from django.db import connection

from dialogues.filters import cache
from dialogues.models import Citation, Delivery, Position, Statement

from .asking import get

# What a line of NDJSON is made of.
PARTS: tuple[Any, ...] = (Delivery, Delivery.on_behalf_of.through, Position, Citation)
TABLES = [f"SELECT * FROM {model._meta.db_table}" for model in (Statement, *PARTS)]
# A row of CSV: the statement's own columns, whichever there are, and a cell for each of its parts'.
COLUMNS = [
    """
    SELECT s.*, d.year, p.key, o.slug, o.name, w.*,
        (SELECT string_agg(x.ref, ' | ' ORDER BY x."order")
         FROM dialogues_position x WHERE x.statement_id = s.id),
        (SELECT string_agg(concat(u.slug, '#p' || g.number), ' | ' ORDER BY c."order")
         FROM dialogues_citation c JOIN dialogues_source u ON u.id = c.source_id
         LEFT JOIN dialogues_passage g ON g.id = c.passage_id
         WHERE c.statement_id = s.id AND u.state = 'published')
    FROM dialogues_statement s JOIN dialogues_dialogue d ON d.id = s.dialogue_id
    LEFT JOIN dialogues_panel p ON p.id = s.panel_id
    LEFT JOIN dialogues_person o ON o.id = s.speaker_id
    LEFT JOIN LATERAL (
        SELECT string_agg(a.slug, ' | ' ORDER BY y."order") FILTER (WHERE y.mode = 'delivered'),
            string_agg(a.name, ' | ' ORDER BY y."order") FILTER (WHERE y.mode = 'delivered'),
            string_agg(a.kind, ' | ' ORDER BY y."order") FILTER (WHERE y.mode = 'delivered'),
            string_agg(a.slug, ' | ' ORDER BY y."order") FILTER (WHERE y.mode = 'joined'),
            string_agg(y.on_behalf_wording, ' | ' ORDER BY y."order"),
            string_agg(y.on_behalf_number::text, ' | ' ORDER BY y."order"),
            string_agg((
                SELECT string_agg(b.slug, ' | ' ORDER BY b.name)
                FROM dialogues_delivery_on_behalf_of z JOIN dialogues_actor b ON b.id = z.actor_id
                WHERE z.delivery_id = y.id AND b.state = 'published'
            ), ' | ' ORDER BY y."order")
        FROM dialogues_delivery y JOIN dialogues_actor a ON a.id = y.actor_id
        WHERE y.statement_id = s.id AND a.state = 'published'
    ) w ON true
    WHERE s.state = 'published' AND d.state = 'published' ORDER BY d.year DESC, s.serial, s.ref
    """
]
COUNTING = ("GROUP BY", "SELECT DISTINCT", "ROW_NUMBER()")


def copied(selects: list[str]) -> int:
    """Take these rows by COPY, in CSV; gives how many bytes they have."""
    connection.ensure_connection()
    number = 0
    for rows in selects:
        copy = f"COPY ({rows}) TO STDOUT (FORMAT csv)"
        with connection.connection.cursor().copy(copy) as pieces:
            number += sum(len(piece) for piece in pieces)
    return number


def asked(questions: list[tuple[str, Any]]) -> list[list[Any]]:
    """The rows of these SQL queries, by the database's driver alone."""
    connection.ensure_connection()
    return [connection.connection.execute(*question).fetchall() for question in questions]


def newest_records(number: int) -> Callable[[], bytes]:
    """The newest statements with all that the API's list shows of each: raw SQL and orjson."""
    newest = Statement.objects.published().order_by("-dialogue__year", "serial", "ref")
    keys = list(newest.values_list("pk", flat=True)[:number])
    links = ("dialogue__year", "dialogue__title", "panel__key", "panel__kind", "panel__title")
    actor = ("actor__slug", "actor__kind", "actor__name")
    theme = ("theme__slug", "theme__title")
    cite = ("source__slug", "source__title", "passage__number", "passage__section")
    spoken_for = Delivery.on_behalf_of.through.objects.filter(delivery__statement__in=keys)
    selects: list[Any] = [
        newest.filter(pk__in=keys).values(
            *_columns(Statement), *links, "speaker__slug", "speaker__name"
        ),
        Delivery.objects.filter(statement__in=keys).values(*_columns(Delivery), *actor),
        spoken_for.values("delivery_id", *actor),
        Position.objects.filter(statement__in=keys).values(*_columns(Position), *theme),
        Citation.objects.filter(statement__in=keys).values("statement_id", *cite),
    ]
    questions = [rows.query.sql_with_params() for rows in selects]
    return lambda: orjson.dumps(asked(questions), default=str)


def _columns(model: Any) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def live_counts(address: str) -> Callable[[], Any]:
    """The counting queries that a page asks when nothing was counted before, asked raw."""
    questions: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if any(word in sql for word in COUNTING):
            questions.append((sql, params))
        return execute(sql, params, many, context)

    cache.clear()
    with connection.execute_wrapper(note):
        get(address)
    return lambda: asked(questions)
