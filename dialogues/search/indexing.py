"""What is searched of each statement and position, kept in step with the records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Model, Q, QuerySet

from dialogues import models as m
from dialogues.choices import State
from dialogues.models import Position, PositionText, Statement, StatementText
from dialogues.models.search import SEARCHED, packed, position_codes, statement_codes
from dialogues.models.shapes import parts_of

from . import signs
from .text import kept

BATCH = 2000
TEXTS = (StatementText, PositionText)
FIELDS = ("quoted", "named", "said", "signs", "codes", "state", "year", "serial", "ref")
# How a statement refers to what is searched with it.
NAMED_BY: dict[type[Model], str] = {
    m.Actor: "deliveries__actor",
    m.Dialogue: "dialogue",
    m.Instrument: "positions__instruments",
    m.Person: "speaker",
    m.Situation: "positions__situations",
    Statement: "pk",
    m.Theme: "positions__theme",
}


def statements_to_reindex(records: Iterable[Model]) -> QuerySet[Statement]:
    """The statements in whose terms or codes something of these records stands: `index` them."""
    keys: dict[str, list[int]] = {}
    for record in records:
        if type(record) in NAMED_BY:
            keys.setdefault(NAMED_BY[type(record)], []).append(record.pk)
    condition = Q(pk__in=[])
    for path, pks in keys.items():
        named = Statement.objects.filter(**{f"{path}__in": pks}).order_by().values("pk")
        condition |= Q(pk__in=named)
    return Statement.objects.filter(condition)


def index(statements: QuerySet[Statement]) -> None:
    """Writes the terms and codes of these statements and of their positions.

    Every write path calls it in its own transaction. A query, nine for each two thousand
    statements, and a write for each two hundred rows.
    """
    with transaction.atomic():
        for _ in _write(statements):
            pass


def rebuild(statements: QuerySet[Statement]) -> Iterator[int]:
    """As `index`, of SQLite's own index too; gives how many are done, now and then.

    Run it in a transaction, which keeps all of them from being changed until its end.

    PostgreSQL computes its index from the rows, and it cannot differ from them.
    """
    yield from _write(statements)
    if connection.vendor == "sqlite":
        for model in TEXTS:
            _tell_sqlite(model, "rebuild")


def _tell_sqlite(model: Any, what: str) -> None:
    """`rebuild`, or `integrity-check`, which raises DatabaseError where index and rows differ."""
    name = f"{model._meta.db_table}_index"
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{name}"("{name}", rank) VALUES (%s, 1)', [what])  # noqa: S608 - our own table


def _write(statements: QuerySet[Statement]) -> Iterator[int]:
    # Whoever changes the state of one of them meanwhile comes before, or after.
    list(statements.order_by("pk").select_for_update().values_list("pk"))
    done = 0
    for batch in _batches(statements):
        for model, rows in zip(TEXTS, texts_of(batch), strict=True):
            model._default_manager.bulk_create(
                rows,
                batch_size=200,
                update_conflicts=True,
                unique_fields=[model._meta.pk.name],
                update_fields=FIELDS,
            )
        done += len(batch)
        yield done


def differing(statements: QuerySet[Statement]) -> Iterator[str]:
    """The refs of statements and positions whose terms or codes are not what their records say."""
    for batch in _batches(statements):
        for model, rows in zip(TEXTS, texts_of(batch), strict=True):
            written = model._default_manager.in_bulk([row.pk for row in rows])
            for row in rows:
                other = written.get(row.pk)
                if other is None or any(getattr(row, f) != getattr(other, f) for f in FIELDS):
                    yield row.ref
    if connection.vendor == "sqlite":
        for model in TEXTS:
            try:
                with transaction.atomic():
                    _tell_sqlite(model, "integrity-check")
            except DatabaseError:
                yield f"the index of {model._meta.db_table}"


def missing() -> int:
    """How many statements and positions lack terms or signs: those of before search kept them."""
    lacking = Q(terms=None) | Q(terms__signs="")
    return sum(owner.objects.filter(lacking).count() for owner in (Statement, Position))


def _batches(statements: QuerySet[Statement]) -> Iterator[list[Statement]]:
    rows = SEARCHED.read(statements).iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield batch


def texts_of(statements: Iterable[Statement]) -> tuple[list[Any], list[Any]]:
    """The rows of terms and codes as the records have them, not saved."""
    found: tuple[list[StatementText], list[PositionText]] = ([], [])
    for statement in statements:
        who, quoted, named, said = _who(statement), [], [], [statement.summary, statement.note]
        shared, codes = statement_codes(statement), []
        for position in parts_of(statement, "positions"):
            own = [quotation.text for quotation in parts_of(position, "quotations")]
            what, point = _what(position), [position.summary, position.note]
            own_codes = position_codes(position)
            kept_of_it = (own, who + what, point)
            found[1].append(_row(position, statement, kept_of_it, shared + own_codes))
            codes += own_codes
            quoted += own
            # Several positions of one theme say it once.
            named += [text for text in what if text not in named]
            said += point
        found[0].append(_row(statement, statement, (quoted, who + named, said), shared + codes))
    return found


def _row(
    owner: Statement | Position,
    statement: Statement,
    texts: tuple[list[str], list[str], list[str]],
    codes: list[int],
) -> Any:
    """What is kept of a statement, or of a position of this statement."""
    model: Any = StatementText if owner is statement else PositionText
    dialogue = statement.dialogue
    quoted, named, said = map(kept, texts)
    values = {
        model._meta.pk.attname: owner.pk,
        "quoted": quoted,
        "named": named,
        "said": said,
        "signs": signs.kept(owner.pk, codes),
        "codes": packed(codes),
        "state": statement.state if statement.state != State.PUBLISHED else dialogue.state,
        "year": dialogue.year,
        "serial": owner.serial,
        "ref": owner.ref,
    }
    return model(**values)


def _who(statement: Statement) -> list[str]:
    """The names by which a reader may look for whose statement it is."""
    words = [statement.panel.title if statement.panel else ""]
    if statement.speaker:
        words += [statement.speaker.name, *statement.speaker.variants, statement.speaker_post]
    for delivery in statement.delivered:
        words += [delivery.actor.name, delivery.printed_name]
        words += [other.name for other in parts_of(delivery.actor, "names")]
    return words


def _what(position: Position) -> list[str]:
    """The names of what a position speaks of."""
    words = [position.theme.title, position.heading]
    for name in ("situations", "instruments"):
        for thing in parts_of(position, name):
            words += [thing.name, *thing.variants]
    return words
