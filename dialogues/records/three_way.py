"""Three-way merge of two records that were made from the same one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .difference import KEYS, equal_records


@dataclass(frozen=True)
class MergeChoice:
    """A field in which two records differ, and the steps to it. None: the field is absent."""

    steps: tuple[Any, ...]
    base: Any
    mine: Any
    theirs: Any

    @property
    def path(self) -> str:
        """The path as `difference` writes it: `positions[RTOP-2011-P001].stance`."""
        path = ""
        for step in self.steps:
            if isinstance(step, tuple):
                path += f"[{step[1]}]"
            else:
                path += f".{step}" if path else step
        return path

    @property
    def only_mine(self) -> bool:
        """Whether the other person has not changed it."""
        return equal_records(self.theirs, self.base)


def choices(base: Any, mine: Any, theirs: Any, steps: tuple = ()) -> Iterator[MergeChoice]:
    """The fields in which mine and theirs differ. A list whose items have no key is one field."""
    if equal_records(mine, theirs):
        return
    if isinstance(mine, dict) and isinstance(theirs, dict):
        base = base if isinstance(base, dict) else {}
        for name in [*theirs, *(name for name in mine if name not in theirs)]:
            yield from choices(base.get(name), mine.get(name), theirs.get(name), (*steps, name))
        return
    key = _key(mine, theirs)
    if not key:
        yield MergeChoice(steps, base, mine, theirs)
        return
    base_items = {item[key]: item for item in base} if _key(base) == key else {}
    my_items = {item[key]: item for item in mine}
    their_items = {item[key]: item for item in theirs}
    for name in [*their_items, *(name for name in my_items if name not in their_items)]:
        step = (*steps, (key, name))
        yield from choices(base_items.get(name), my_items.get(name), their_items.get(name), step)


def merged(theirs: dict[str, Any], taken: list[MergeChoice]) -> dict[str, Any]:
    """Their record with my value for each of the choices."""
    result = copy.deepcopy(theirs)
    for choice in taken:
        _put(result, choice.steps, choice.mine)
    return result


def _put(into: Any, steps: tuple, value: Any) -> None:
    step, *rest = steps
    if isinstance(step, tuple):
        key, name = step
        place = next((n for n, item in enumerate(into) if item[key] == name), None)
        if place is None:
            into.append(value)
        elif rest:
            _put(into[place], tuple(rest), value)
        elif value is None:
            into.pop(place)
        else:
            into[place] = value
    elif rest:
        _put(into[step], tuple(rest), value)
    else:
        into[step] = value


def _key(*lists: Any) -> str:
    """The key that identifies the items of all these lists; "" without one."""
    for key in KEYS:
        if all(
            isinstance(items, list)
            and all(isinstance(item, dict) and item.get(key) for item in items)
            and len({item[key] for item in items}) == len(items)
            for items in lists
        ) and any(lists):
            return key
    return ""
