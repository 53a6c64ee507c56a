"""Search rows, kept in step with the records they are made from."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy

from dialogues.choices import State
from dialogues.models import Position, PositionText, Statement, StatementText, actor

from . import parameters, text
from .parameters import PARAMETERS, Level

BATCH = 1000
ROW_MODELS = (StatementText, PositionText)
FIELDS = ("quoted", "named", "said", "values", "rules", "state", "year", "serial", "ref")
# Everything that a search row is made from, as paths from a statement: what is read for one, and
# what writes it anew when it changes.
READ_FROM = (
    "dialogue",
    "panel",
    "speaker",
    "deliveries__actor__names",
    "deliveries__actor__memberships__group",
    "positions__theme",
    "positions__quotations__source",
    "positions__situations",
    "positions__instruments",
)


class StaleIndex(Exception):
    """Search rows are missing, or were written by other code: no search is answered from them."""

    MESSAGE = gettext_lazy(
        "The search index is older than the program. It is being written anew: try again in a"
        " few minutes."
    )


@cache
def rules() -> str:
    """Digest of the code that decides what stands in a search row."""
    modules = (text, parameters, actor, sys.modules[__name__])
    source = "".join(map(inspect.getsource, modules))
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def is_stale() -> bool:
    """Whether a search row is missing or older than the code. Two queries, four at most."""
    return any(
        rows.objects.exclude(rules=rules()).exists() or owner.objects.filter(terms=None).exists()
        for owner, rows in ((Statement, StatementText), (Position, PositionText))
    )


@cache
def _paths_by_model() -> dict[type[Model], list[str]]:
    """The paths by which a statement's search row reads from each kind of record."""
    paths: dict[type[Model], list[str]] = {Statement: ["pk"]}
    for lookup in READ_FROM:
        model: Any = Statement
        names = lookup.split("__")
        for number, name in enumerate(names, start=1):
            model = model._meta.get_field(name).related_model
            path = "__".join(names[:number])
            if path not in paths.setdefault(model, []):
                paths[model].append(path)
    return paths


def statements_to_reindex(records: Iterable[Model]) -> QuerySet[Statement]:
    """Statements whose search rows are made from any of these records: `index` them."""
    keys: dict[str, list[int]] = {}
    for record in records:
        for path in _paths_by_model().get(type(record), []):
            keys.setdefault(path, []).append(record.pk)
    condition = Q(pk__in=[])
    for path, pks in keys.items():
        named = Statement.objects.filter(**{f"{path}__in": pks}).order_by().values("pk")
        condition |= Q(pk__in=named)
    return Statement.objects.filter(condition)


def index(statements: QuerySet[Statement]) -> None:
    """Write the search rows of these statements and of their positions.

    Every write path calls it in its own transaction. A query, some fourteen for each thousand
    statements, and a write for each two hundred rows.
    """
    with transaction.atomic():
        for _ in _write(statements):
            pass


def rebuild(statements: QuerySet[Statement]) -> Iterator[int]:
    """Write search rows, and SQLite's own index, anew; yields how many are done.

    Run it in a transaction, which keeps other writers waiting until its end. PostgreSQL computes
    its index from the rows, so it cannot differ from them.
    """
    yield from _write(statements)
    if connection.vendor == "sqlite":
        for model in ROW_MODELS:
            _tell_sqlite(model, "rebuild")


def _tell_sqlite(model: Any, command: str) -> None:
    """`rebuild`, or `integrity-check`, which raises DatabaseError where index and rows differ."""
    name = f"{model._meta.db_table}_index"
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{name}"("{name}", rank) VALUES (%s, 1)', [command])  # noqa: S608 - our own table


def _write(statements: QuerySet[Statement]) -> Iterator[int]:
    # Whoever changes the state of one of them meanwhile comes before, or after.
    list(statements.order_by("pk").select_for_update().values_list("pk"))
    done = 0
    for batch in _batches(statements):
        for model, rows in zip(ROW_MODELS, search_rows(batch), strict=True):
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
    """Refs of statements and positions whose search rows are not what their records say."""
    for batch in _batches(statements):
        for model, rows in zip(ROW_MODELS, search_rows(batch), strict=True):
            written = model._default_manager.in_bulk([row.pk for row in rows])
            for row in rows:
                other = written.get(row.pk)
                if other is None or any(getattr(row, f) != getattr(other, f) for f in FIELDS):
                    yield row.ref
    if connection.vendor == "sqlite":
        for model in ROW_MODELS:
            try:
                with transaction.atomic():
                    _tell_sqlite(model, "integrity-check")
            except DatabaseError:
                yield f"the index of {model._meta.db_table}"


def _batches(statements: QuerySet[Statement]) -> Iterator[list[Statement]]:
    rows = statements.prefetch_related(*READ_FROM).iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        yield batch


def search_rows(statements: Iterable[Statement]) -> tuple[list[Any], list[Any]]:
    """The search rows of statements and of their positions as the records have them, not saved."""
    of_statements, of_positions = [], []
    for statement in statements:
        speaker = _speaker_names(statement)
        shared = [_line(Level.STATEMENT, statement)]
        shared += [_line(Level.DELIVERER, delivery) for delivery in _seen(statement.delivered)]
        quoted, named, said, lines = [], list(speaker), [statement.summary, statement.note], []
        for position in statement.positions.all():
            quotations = [quotation.text for quotation in _seen(position.quotations.all())]
            subjects = _subject_names(position)
            texts = [position.summary, position.note]
            line = _line(Level.POSITION, position)
            of_positions.append(
                _row(position, statement, (quotations, speaker + subjects, texts), [*shared, line])
            )
            if not _seen([position]):
                continue
            quoted += quotations
            # Several positions on one theme name it once.
            named += [name for name in subjects if name not in named]
            said += texts
            lines.append(line)
        of_statements.append(_row(statement, statement, (quoted, named, said), shared + lines))
    return of_statements, of_positions


def _line(level: Level, record: Any) -> str:
    """The values that a record has for the filters of its level: ` actor=brazil group=grulac `."""
    words = [
        f"{parameter.name}={value}"
        for parameter in PARAMETERS
        if parameter.level is level
        for value in sorted(map(str, parameter.values(record)))
    ]
    return f" {' '.join(words)} "


def _row(
    owner: Statement | Position,
    statement: Statement,
    texts: tuple[list[str], list[str], list[str]],
    lines: list[str],
) -> Any:
    """The search row of a statement, or of a position of this statement."""
    model: Any = StatementText if owner is statement else PositionText
    dialogue = statement.dialogue
    quoted, named, said = map(text.kept, texts)
    return model(
        pk=owner.pk,
        quoted=quoted,
        named=named,
        said=said,
        values="\n".join(lines),
        rules=rules(),
        state=_hidden_state(owner),
        year=dialogue.year,
        serial=owner.serial,
        ref=owner.ref,
    )


def _hidden_state(record: Any, seen_with: tuple[str, ...] = ()) -> str:
    """The first state that hides a record from readers, "published" where none does.

    As the gate asks; but not for the states of wholes that the record is `seen_with`.
    """
    for path in type(record)._default_manager.all().published_through:
        if not path.startswith(seen_with or "-"):
            state = record
            for name in path.split("__"):
                state = getattr(state, name)
            if state != State.PUBLISHED:
                return str(state)
    return State.PUBLISHED


def _seen(parts: Iterable[Any]) -> list[Any]:
    """The parts that readers see of a statement that they see."""
    wholes = ("statement__", "dialogue__")
    return [part for part in parts if _hidden_state(part, wholes) == State.PUBLISHED]


def _speaker_names(statement: Statement) -> list[str]:
    """The names by which a reader may look for a statement's speaker and deliverers."""
    names = [statement.panel.title if statement.panel else ""]
    if statement.speaker and statement.speaker.is_published:
        names += [statement.speaker.name, *statement.speaker.variants, statement.speaker_post]
    for delivery in _seen(statement.delivered):
        names += [delivery.actor.name, delivery.printed_name]
        names += [other.name for other in delivery.actor.names.all()]
    return names


def _subject_names(position: Position) -> list[str]:
    """The names of a position's theme, situations and instruments."""
    names = [position.theme.title if position.theme.is_published else "", position.heading]
    for entry in [*position.situations.all(), *position.instruments.all()]:
        if entry.is_published:
            names += [entry.name, *entry.variants]
    return names
