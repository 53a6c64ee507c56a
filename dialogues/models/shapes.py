"""Rows read with all that they show: their columns, what they name, and what hangs on them.

The framework's `select_related` makes a record for every row that names it, and its
`prefetch_related` a queryset for every row and relation: of a list, most of what it costs. Here a
record that many rows name is made once, and its parts are put where `.all()` finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice
from operator import itemgetter
from typing import Any

from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.postgresql.psycopg_any import errors
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable

# SQLite takes some thirty thousand values in a query.
MOST_KEYS = 10_000


class Shape:
    """What is read of a record: some of its columns, the records it names, and its parts.

    A column that is left out is asked for when it is looked at, at the price of a query.
    """

    def __init__(self, model: Any, *columns: str, **named: Shape) -> None:
        self.model = model
        self.columns = (model._meta.pk.attname, *columns)
        self.named = named
        self.parts: tuple[Part, ...] = ()

    def with_parts(self, *parts: Part) -> Shape:
        """The same, and parts besides: a query for each, however many rows there are."""
        shape = Shape(self.model, *self.columns[1:], **self.named)
        shape.parts = (*self.parts, *parts)
        return shape

    def naming(self, **named: Shape) -> Shape:
        """The same, with these in place of what it names."""
        shape = Shape(self.model, *self.columns[1:], **self.named | named)
        shape.parts = self.parts
        return shape

    @cached_property
    def paths(self) -> list[str]:
        """The columns to ask for: its own, then those of what it names."""
        found = list(self.columns)
        for name, one in self.named.items():
            found += [f"{name}__{path}" for path in one.paths]
        return found

    @cached_property
    def lookups(self) -> list[str]:
        """The same for `prefetch_related`, where what is read will be changed."""
        found = []
        for name, shape in [*self.named.items(), *((one.name, one.shape) for one in self.parts)]:
            found += [name, *(f"{name}__{lookup}" for lookup in shape.lookups)]
        return found

    def read(self, rows: QuerySet) -> QuerySet:
        """The same rows, which come in this shape."""
        shaped = rows.all()
        shaped._iterable_class = self._iterable
        return shaped

    @cached_property
    def _iterable(self) -> type[Shaped]:
        return type("Shaped", (Shaped,), {"shape": self})


@dataclass(frozen=True)
class Part:
    """What hangs on a record, by the name of the relation; `rows` are those that may be seen."""

    name: str
    rows: Callable[[], QuerySet]
    shape: Shape

    def put(self, model: type[Model], owners: dict[Any, Any], using: str) -> None:
        """Reads the parts of records, which are given by their keys.

        One query, and those of the parts' own parts.
        """
        if not owners:
            return
        maker = Maker(self.shape, using, start=1)
        of: dict[Any, list[Any]] = {key: [] for key in owners}
        for row in _asked(self, model, using).rows([*of]):
            of[row[0]].append(maker.make(row))
        relation: Any = model._meta.get_field(self.name)
        to_owner = relation.remote_field.name
        for key, owner in owners.items():
            parts = of[key]
            vars(owner).setdefault("_prefetched_objects_cache", {})[self.name] = parts
            if relation.one_to_many:
                for part in parts:
                    part._state.fields_cache[to_owner] = owner
        maker.complete()


class Prepared(ServerBindingCursor):
    """A cursor whose statements PostgreSQL plans once for a connection.

    Once more, each time, where a migration has meanwhile changed what a statement gives.
    """

    def execute(self, query: Any, params: Any = None, **how: Any) -> Prepared:
        try:
            return super().execute(query, params, **how | {"prepare": True})  # type: ignore[misc]
        except errors.FeatureNotSupported:
            itself: Any = self
            inside_a_transaction = itself.connection.info.transaction_status != 0
            if inside_a_transaction:
                raise
            return super().execute(query, params, **how | {"prepare": False})  # type: ignore[misc]


class Asked:
    """The query for the parts of some records: all of it stays the same but for their keys.

    So its SQL is put together once, and PostgreSQL plans it once for a connection: either costs
    more than to send it and to read what comes.
    """

    KEY = -1  # stands where the keys go

    def __init__(self, rows: QuerySet, to_owner: str, paths: list[str], using: str) -> None:
        rows = rows.filter(**{f"{to_owner}__in": [self.KEY]}).values_list(to_owner, *paths)
        self.query, self.using = rows.query, using
        compiler = self.query.get_compiler(using)
        sql, params = compiler.as_sql()
        place = params.index(self.KEY)
        pieces = sql.split("%s")
        self.before, self.after = "%s".join(pieces[: place + 1]), "%s".join(pieces[place + 1 :])
        self.first, self.last = params[:place], params[place + 1 :]
        # PostgreSQL takes all keys as one value.
        self.at_once = compiler.connection.vendor == "postgresql"
        if self.at_once:
            self.before = f"{self.before.removesuffix('IN (')}= ANY("
        self.converters = compiler.get_converters([one[0] for one in compiler.select])

    def rows(self, keys: list[Any]) -> Iterable[Sequence]:
        # Each thread has a connection of its own.
        compiler = self.query.get_compiler(self.using)
        found: list[Sequence] = []
        with self._cursor(compiler.connection) as cursor:
            for start in range(0, len(keys), MOST_KEYS):
                some = keys[start : start + MOST_KEYS]
                given = [some] if self.at_once else some
                sql = self.before + ", ".join(["%s"] * len(given)) + self.after
                cursor.execute(sql, (*self.first, *given, *self.last))
                found += cursor.fetchall()
        return compiler.apply_converters(found, self.converters) if self.converters else found

    def _cursor(self, connection: Any) -> Any:
        if not self.at_once:
            return connection.cursor()
        connection.ensure_connection()
        cursor = Prepared(connection.connection)  # type: ignore[call-arg]
        return connection._prepare_cursor(cursor)


@cache
def _asked(part: Part, model: type[Model], using: str) -> Asked:
    relation: Any = model._meta.get_field(part.name)
    to_owner = relation.remote_field.name
    return Asked(part.rows(), to_owner, part.shape.paths, using)


def parts_of(record: Any, name: str) -> Iterable[Any]:
    """What hangs on a record: as it was read, else from the database. Quicker than `.all()`."""
    try:
        return record._prefetched_objects_cache[name]
    except (AttributeError, KeyError):
        return getattr(record, name).all()


def forget_parts(record: Any) -> None:
    """What hangs on a record is asked of the database again, and can be changed."""
    record.__dict__.pop("_prefetched_objects_cache", None)


class Maker:
    """Makes records of rows of a shape's columns: one record for each key."""

    def __init__(self, shape: Shape, using: str, start: int = 0) -> None:
        self.shape, self.using, self.key = shape, using, start
        self.made: dict[Any, Any] = {}
        names, places = [*shape.columns], [*range(start, start + len(shape.columns))]
        self.end = start + len(shape.columns)
        self.named: list[tuple[str, Maker]] = []
        for name, one in shape.named.items():
            maker = Maker(one, using, self.end)
            names.append(shape.model._meta.get_field(name).attname)
            places.append(maker.key)
            self.named.append((name, maker))
            self.end = maker.end
        self.names, self.values = names, itemgetter(*places)

    def make(self, row: Sequence) -> Any:
        """The record; None where the row has none."""
        key = row[self.key]
        if key is None:
            return None
        record = self.made.get(key)
        if record is None:
            self.made[key] = record = self._new(row)
        return record

    def _new(self, row: Sequence) -> Any:
        # As when a record is unpickled: `__init__` would look at every column of the table.
        model = self.shape.model
        record = model.__new__(model)
        record.__dict__ = dict(zip(self.names, self.values(row), strict=True))
        record._state = state = ModelState()
        state.adding, state.db = False, self.using
        state.fields_cache = {name: maker.make(row) for name, maker in self.named}
        return record

    def complete(self) -> None:
        """Reads the parts of all that was made."""
        for part in self.shape.parts:
            part.put(self.shape.model, self.made, self.using)
        for _name, maker in self.named:
            maker.complete()


class Shaped(ModelIterable):
    """How a queryset of `Shape.read` comes: in batches, so that memory stays flat."""

    shape: Shape

    def __iter__(self) -> Iterator[Model]:
        queryset = self.queryset
        added = list(queryset.query.annotation_select)
        asked = queryset.values_list(*self.shape.paths, *added)
        rows = iter(asked.iterator(self.chunk_size) if self.chunked_fetch else asked)
        width = self.chunk_size if self.chunked_fetch else None
        while batch := list(islice(rows, width)):
            yield from self._records(batch, added)

    def _records(self, batch: list[tuple], added: list[str]) -> Iterable[Model]:
        maker = Maker(self.shape, self.queryset.db)
        records = [maker.make(row) for row in batch]
        for number, name in enumerate(added, maker.end):
            for record, row in zip(records, batch, strict=True):
                setattr(record, name, row[number])
        maker.complete()
        return records
