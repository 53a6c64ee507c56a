"""What was counted before, kept for as long as readers see the same records.

Nothing is computed here in a second way: what is kept is what was counted, under the digest of the
last revision that changed what readers see. That digest covers all before it, and revisions are
written in the transaction of the change itself, so rows and digest are never seen apart.

It is kept in this process. What took long to count is lent to the other processes too, and to the
next start, by the cache that settings call `figures`: of one state of the archive only, and under
the digest of the code that counted it.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Any

from django.core.cache import caches
from django.db import DatabaseError, connection

from dialogues.models import code_digest, state_for_readers

# Each is what one filter counts in one year: some hundred numbers, some thousand of a million rows.
MOST = 3000
# Counting that takes so many seconds is worth the writing; of a small archive nothing does.
SLOW = 0.1

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


def cached(
    version: str,
    what: Hashable,
    keys: Iterable[Any],
    count: Callable[[list[Any]], dict[Any, Any]],
    worth: Callable[[Any], bool] = lambda counted: True,
    lent: bool = False,
) -> dict[Any, Any]:
    """What `count` gives for each of these keys; it is asked for those that are not kept yet.

    Kept is what is `worth` it; in other processes too when it may be `lent`, for one query more
    where this process has not all of it.

    What comes back is shared with other threads: look at it, and leave it as it is.
    """
    keys = list(keys)
    if not version:
        return count(keys)
    with _lock:
        found = {key: _kept[version, what, key] for key in keys if (version, what, key) in _kept}
    known = set(found)
    missing = [key for key in keys if key not in found]
    if missing and lent:
        found |= _borrowed(version, what, missing)
        missing = [key for key in missing if key not in found]
    if missing:
        began = time.monotonic()
        counted = count(missing)
        if lent and time.monotonic() - began > SLOW:
            _lend(version, what, counted)
        found |= counted
    with _lock:
        for key, value in found.items():
            if key in known or worth(value):
                _kept.setdefault((version, what, key), value)
                _kept.move_to_end((version, what, key))
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found


def _name(version: str, what: Hashable, key: Any) -> str:
    """Under what the processes share it: another for another state, or for other code."""
    said = repr((code_digest(), version, what, key))
    return hashlib.sha256(said.encode()).hexdigest()


def _borrowed(version: str, what: Hashable, keys: list[Any]) -> dict[Any, Any]:
    """What other processes have counted of this. One query."""
    names = {_name(version, what, key): key for key in keys}
    return {names[name]: value for name, value in caches["figures"].get_many(names).items()}


def _lend(version: str, what: Hashable, counted: dict[Any, Any]) -> None:
    """Shares what was counted; what was counted of a state before this one goes."""
    shared = caches["figures"]
    # Where it cannot be written, as on a replica, every process counts for itself.
    with contextlib.suppress(DatabaseError):
        if shared.get("state") != version:
            shared.clear()
            shared.set("state", version)
        shared.set_many({_name(version, what, key): value for key, value in counted.items()})


def clear() -> None:
    """Keeps nothing any longer, here or elsewhere: to measure what counting costs."""
    with _lock:
        _kept.clear()
    caches["figures"].clear()
