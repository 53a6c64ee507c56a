"""Rows as dictionaries, behind the gate: what the API's lists and the files are made of.

A plan names the columns and the related records that a row shows. One query reads the columns of
the rows and of the records that they name, and one more each kind of part for all rows at once;
parts are put into their rows by key. Of what is not public, a name is None and a part is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Any

from django.db.models import Case, F, QuerySet, When

from dialogues.public import gate_on, public, public_related

Row = dict[str, Any]
CHUNK = 500


@dataclass(frozen=True)
class ColumnValue:
    """A value that is made from columns."""

    of: Callable[..., Any]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class RowValue:
    """A value that is made from the finished row."""

    of: Callable[[Row], Any]


@dataclass(frozen=True)
class Through:
    """How parts are found where no relation of the record leads to them straight.

    `owner` is the lookup from the part to the record.
    """

    owner: str
    where: dict[str, Any]
    order: tuple[str, ...]


@dataclass(frozen=True)
class RowPlan:
    """What is shown of a record: under each name a column, a value, or related records.

    `path` is the relation that leads to the record; "" where it is the same record, some columns of
    which are shown as an object. `optional` objects are None where all of them is empty.
    """

    model: Any
    fields: Mapping[str, str | ColumnValue | RowValue | RowPlan]
    path: str = ""
    optional: bool = False
    through: Through | None = None

    def read(self, rows: QuerySet) -> list[Row]:
        """The rows, in their order."""
        reader = RowReader(self)
        return reader.rows(rows.values_list(*reader.columns))

    def read_keys(self, rows: QuerySet, keys: list[Any]) -> list[Row]:
        """The rows of these keys, in the order of the keys."""
        reader = RowReader(self)
        reader.rows(rows.filter(pk__in=keys).order_by().values_list(*reader.columns))
        return [reader.made[key] for key in keys if key in reader.made]

    def chunks(self, rows: QuerySet) -> Iterator[list[Row]]:
        """All rows, some hundred at a time: memory stays flat."""
        columns = RowReader(self).columns
        values = rows.values_list(*columns).iterator(chunk_size=CHUNK)
        while chunk := list(islice(values, CHUNK)):
            yield RowReader(self).rows(chunk)


def gated(model: Any, path: str, prefix: str = "") -> Any:
    """The column at a path from a record that came through the gate; NULL where not public."""
    relations, _, _ = path.rpartition("__")
    condition = gate_on(model, relations, prefix) if relations else None
    return Case(When(condition, then=F(prefix + path))) if condition else prefix + path


@dataclass
class RowReader:
    """Makes the dictionaries of one reading: one for each record, however many rows name it."""

    plan: RowPlan
    columns: list[Any] = field(default_factory=list)
    prefix: str = ""
    key: Any = "pk"

    def __post_init__(self) -> None:
        self.made: dict[Any, Row] = {}
        self.named: dict[str, RowReader] = {}
        self.parts: list[tuple[str, RowPlan]] = []
        self.row_values: list[tuple[str, RowValue]] = []
        self.key_place = self._place(self.key)
        self.steps = [(name, self._step(name, each)) for name, each in self.plan.fields.items()]

    def _place(self, column: Any) -> int:
        self.columns.append(column)
        return len(self.columns) - 1

    def _step(self, name: str, each: Any) -> Callable[[tuple], Any]:
        """How the value of a name is made from the columns of a row."""
        model, prefix = self.plan.model, self.prefix
        if isinstance(each, str):
            return itemgetter(self._place(gated(model, each, prefix)))
        if isinstance(each, ColumnValue):
            places = [self._place(gated(model, column, prefix)) for column in each.columns]
            return lambda values: each.of(*[values[place] for place in places])
        if isinstance(each, RowValue):
            self.row_values.append((name, each))
            return lambda values: None
        if each.through or not (each.path == "" or _is_one(model, each.path)):
            self.parts.append((name, each))
            return lambda values: []
        key = gated(model, f"{each.path}__pk", prefix) if each.path else self.key
        inner = f"{prefix}{each.path}__" if each.path else prefix
        self.named[name] = RowReader(each, self.columns, inner, key)
        return self.named[name].row

    def rows(self, rows: Iterable[tuple]) -> list[Row]:
        """The dictionaries of rows, with their parts."""
        made = [self.row(values) for values in rows]
        self.add_parts()
        return made

    def row(self, values: tuple) -> Any:
        """The dictionary of a record, its parts yet to come; None where there is none to see."""
        key = values[self.key_place]
        if key is None:
            return None
        known = self.made.get(key)
        if known is None:
            self.made[key] = known = {name: step(values) for name, step in self.steps}
        return known

    def add_parts(self) -> None:
        """One query for each kind of part."""
        for name, plan in self.parts:
            if self.made:
                self._add(name, plan)
        for name, reader in self.named.items():
            reader.add_parts()
            if reader.plan.optional:
                for row in self.made.values():
                    row[name] = row[name] if is_given(row[name]) else None
        for name, value in self.row_values:
            for row in self.made.values():
                row[name] = value.of(row)

    def _add(self, name: str, plan: RowPlan) -> None:
        through = plan.through
        if through:
            related, owner = public(plan.model).order_by(*through.order), through.owner
        else:
            relation = self.plan.model._meta.get_field(plan.path)
            related, owner = public_related(relation), relation.remote_field.name
        reader = RowReader(plan, [owner])
        where = through.where if through else {}
        parts = related.filter(**{f"{owner}__in": list(self.made)}, **where)
        for values in parts.values_list(*reader.columns):
            self.made[values[0]][name].append(reader.row(values))
        reader.add_parts()


def _is_one(model: Any, path: str) -> bool:
    """Whether a path of relations leads to one record at most, from any row."""
    first, _, rest = path.partition("__")
    relation = model._meta.get_field(first)
    to_one = relation.many_to_one or relation.one_to_one
    return to_one and (not rest or _is_one(relation.related_model, rest))


def is_given(row: Row | None) -> bool:
    """Whether anything of an object is not empty."""
    return row is not None and any(value not in ("", None, []) for value in row.values())
