"""In which state readers find the archive, and by what code they find it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from dialogues.choices import SEEN_BY_READERS

from .publishing import Revision

LIBRARIES = ("django", "djangorestframework", "orjson")


def state_for_readers() -> str:
    """The digest of the last revision that changed what readers see; "" before the first.

    It covers all revisions before it. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(*_last_seen())
        row = cursor.fetchone()
    return row[0] if row else ""


@cache
def _last_seen() -> tuple[str, tuple[Any, ...]]:
    """The query for it: every answer asks, and to put it together takes longer than to ask."""
    seen = Revision.objects.filter(action__in=SEEN_BY_READERS).order_by("-number")
    return seen.values_list("digest")[:1].query.sql_with_params()


def code_digest() -> str:
    """A digest of all that answers are made by; while developing it may change at any time."""
    return _digest.__wrapped__() if settings.DEBUG else _digest()


@lru_cache
def _digest() -> str:
    """Of code, templates and pictures: a hundredth of a second."""
    digest = hashlib.sha256(repr([metadata.version(name) for name in LIBRARIES]).encode())
    for path in _files():
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    site: Any = settings
    folders = [Path(__file__).parents[1], *site.TEMPLATES[0]["DIRS"], *site.STATICFILES_DIRS]
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
