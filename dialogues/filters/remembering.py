"""What was counted before, kept in this process for as long as readers see the same records.

Nothing is computed here in a second way: what is kept is what was counted, under the digest of the
last revision that changed what readers see. That digest covers all before it, and revisions are
written in the transaction of the change itself, so rows and digest are never seen apart.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Any

from django.db import connection

from dialogues.models import state_for_readers

# Each is what one filter counts in one year: some hundred numbers, some thousand of a million rows.
MOST = 3000

_kept: OrderedDict[Hashable, Any] = OrderedDict()
_lock = Lock()


def version() -> str:
    """What stands for all that readers see now, asked before anything is counted. One query.

    "" inside a transaction, and without a query: what is written there may yet be undone, so
    everything is counted anew, and nothing is kept.
    """
    if connection.in_atomic_block:
        return ""
    return state_for_readers()


def remembered(
    version: str,
    what: Hashable,
    keys: Iterable[Any],
    count: Callable[[list[Any]], dict[Any, Any]],
    worth: Callable[[Any], bool] = lambda counted: True,
) -> dict[Any, Any]:
    """What `count` gives for each of these keys; it is asked for those that are not kept yet.

    Kept is what is `worth` it.

    What comes back is shared with other threads: look at it, and leave it as it is.
    """
    keys = list(keys)
    if not version:
        return count(keys)
    with _lock:
        found = {key: _kept[version, what, key] for key in keys if (version, what, key) in _kept}
    missing = [key for key in keys if key not in found]
    counted = count(missing) if missing else {}
    with _lock:
        for key, value in (found | counted).items():
            if key in found or worth(value):
                _kept.setdefault((version, what, key), value)
                _kept.move_to_end((version, what, key))
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found | counted


def forget() -> None:
    """Keeps nothing any longer: to measure what counting costs."""
    with _lock:
        _kept.clear()
