"""The difference between two records, field by field; when two records are equal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

# The keys that identify an item of a list, so that one inserted at the top does not change all.
KEYS = ("ref", "slug", "key", "number")


def canonical(record: Any) -> bytes:
    """The bytes over which digests are taken: keys sorted, no spaces."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def equal_records(first: Any, second: Any) -> bool:
    """Whether two values are the same JSON. Python takes 1, 1.0 and True for equal."""
    return first == second and canonical(first) == canonical(second)


@dataclass(frozen=True)
class FieldChange:
    """A changed field: its path in the record, its value before and after (None: absent)."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.path}: {_short(self.before)} → {_short(self.after)}"


def _short(value: Any) -> str:
    if value is None:
        return "nothing"
    text = repr(value) if not isinstance(value, str) else f"“{value}”"
    return text if len(text) <= 160 else f"{text[:159]}…"


def _key(items: list) -> str:
    for key in KEYS:
        values = [item.get(key) for item in items]
        if values and len({str(v) for v in values if isinstance(v, (str, int))}) == len(items):
            return key
    return ""


def difference(before: Any, after: Any, path: str = "") -> Iterator[FieldChange]:
    """The changed fields from one record to another, in the order of the record.

    None between records with the same canonical bytes, at least one between any others.
    """
    if equal_records(before, after):
        return
    changes = list(_inside(before, after, path))
    # Nothing inside differs where a key is null in one and absent in the other.
    yield from changes or [FieldChange(path, before, after)]


def _inside(before: Any, after: Any, path: str) -> Iterator[FieldChange]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            inner = f"{path}.{name}" if path else name
            yield from difference(before.get(name), after.get(name), inner)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _list_difference(before, after, path)


def _list_difference(before: list, after: list, path: str) -> Iterator[FieldChange]:
    if not all(isinstance(item, dict) for item in [*before, *after]):
        return
    keys = {_key(items) for items in (before, after) if items}
    key = keys.pop() if len(keys) == 1 else ""
    if key:
        old = {item[key]: item for item in before}
        new = {item[key]: item for item in after}
        for name in [*old, *(name for name in new if name not in old)]:
            yield from difference(old.get(name), new.get(name), f"{path}[{name}]")
        if list(old) != list(new) and set(old) == set(new):
            yield FieldChange(f"{path} (order)", list(old), list(new))
        return
    for index, (old_item, new_item) in enumerate(zip_longest(before, after)):
        yield from difference(old_item, new_item, f"{path}[{index}]")
