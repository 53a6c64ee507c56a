"""Values computed from the published data, cached for as long as that stays the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.cache import caches

from dialogues.models.version import public_version


def version() -> str:
    """Version of the published data; a cache key for anything read after it. One query.

    "" inside a transaction: what is written there may yet be undone, so nothing is cached.
    """
    return public_version().cache_key


def cached(version: str, name: object, compute: Callable[[], Any]) -> Any:
    """The value of `compute()`, from this process's cache where it is there.

    Entries belong to one `version` of the published data and are never used for another; with
    "" as version nothing is cached. `name` is whatever tells values apart, by its repr.
    """
    if not version:
        return compute()
    key = hashlib.sha256(repr((version, name)).encode()).hexdigest()
    return caches["published"].get_or_set(key, compute)


def clear() -> None:
    """Empty the cache: to measure what computing costs."""
    caches["published"].clear()
