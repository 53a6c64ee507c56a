"""System check for out-of-date search rows, and their rebuild after every `migrate`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import DatabaseError, transaction

from dialogues.models import Statement

from .indexing import StaleIndex, is_stale, rebuild


@checks.register(checks.Tags.database)
def check_search_rows(
    databases: Sequence[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """A warning where search would refuse to answer; an error would stop `migrate`, the cure."""
    if not databases:
        return []
    try:
        stale = is_stale()
    except DatabaseError:
        return []  # Not migrated yet: Django says so itself.
    hint = "Run manage.py migrate, or manage.py rebuild_search."
    warning = checks.Warning(str(StaleIndex.MESSAGE), hint=hint, id="dialogues.W001")
    return [warning] if stale else []


def rebuild_if_stale(using: str = "default", **kwargs: Any) -> None:
    """Rebuild the search rows if the code that makes them has changed."""
    if is_stale():
        with transaction.atomic(using=using):
            for _ in rebuild(Statement.objects.order_by("pk")):
                pass
