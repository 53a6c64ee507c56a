"""In which state readers find the archive, so that what they have already is not built again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime

from dialogues.choices import SEEN_BY_READERS
from dialogues.filters import cache
from dialogues.models import Revision, code_digest
from dialogues.records.record_forms import FORMS

SALT = "dialogues.version"


@dataclass(frozen=True)
class PublicVersion:
    """When what readers see last changed (None: never published), and which state that made.

    What is counted of it is kept under `kept`; not at all, where that is "".
    """

    changed: datetime | None
    state: str
    kept: str

    def tag(self, address: str) -> str:
        """The ETag of what stands at an address: another after every change, of code too.

        Weak, since it is not made from the bytes; nobody can make one up.
        """
        what = f"{self.changed} {self.state} {code_digest()} {address}"
        return f'W/"{salted_hmac(SALT, what, algorithm="sha256").hexdigest()[:32]}"'


def version() -> PublicVersion:
    """One query; and a longer one of a state that this process has not met.

    What is not public yet changes nothing here. Dates alone would not do: of two changes, the one
    that began first may be seen last; revisions are numbered in the order in which they are seen.
    """
    state = cache.version()
    return cache.cached(state, "version", lambda: _read(state))


def _read(kept: str) -> PublicVersion:
    """One query: of indexes, but for shared lists, which are short."""
    revisions, actions = Revision._meta.db_table, ", ".join(f"'{a.value}'" for a in SEEN_BY_READERS)
    asked = [
        f'(SELECT digest FROM "{revisions}" WHERE action IN ({actions})'  # noqa: S608 - our own names
        " ORDER BY number DESC LIMIT 1)"
    ]
    asked += [
        f'(SELECT MAX({date}) FROM "{form.model._meta.db_table}")'  # noqa: S608
        for form in FORMS.values()
        for date in ("published_at", "withdrawn_at")
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}")
        state, *dates = cursor.fetchone()
    return PublicVersion(max(filter(None, map(_date, dates)), default=None), state or "", kept)


def last_published() -> datetime | None:
    """When what readers see last changed: the newest publication or withdrawal. One query."""
    return version().changed


def _date(date: Any) -> datetime | None:
    """SQLite gives dates as it keeps them: in text, without their zone."""
    found = parse_datetime(date) if isinstance(date, str) else date
    return found.replace(tzinfo=UTC) if found and not found.tzinfo else found
