"""Version of the published data: a cache key, an ETag, and the date of the last change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from dialogues.choices import SEEN_BY_READERS

from .publishing import Revision

SALT = "dialogues.version"
LIBRARIES = ("django", "djangorestframework", "orjson")


@dataclass(frozen=True)
class PublicVersion:
    """The last revision that changed what readers see; its digest covers all before it.

    Dates alone would not do: of two changes, the one that began first may be seen last. Revisions
    are numbered in the order in which they are seen.
    """

    digest: str = ""
    changed: datetime | None = None

    @property
    def cache_key(self) -> str:
        """ "" inside a transaction: what is written there may yet be undone."""
        return "" if connection.in_atomic_block else self.digest

    def etag(self, address: str) -> str:
        """The ETag of an answer that follows from the published data and the code alone.

        Weak, since it is not made from the bytes.
        """
        content = f"{self.digest} {code_digest()} {address}"
        return f'W/"{salted_hmac(SALT, content, algorithm="sha256").hexdigest()[:32]}"'


def public_version() -> PublicVersion:
    """One query. What is not public yet changes nothing here."""
    seen = Revision.objects.filter(action__in=SEEN_BY_READERS).order_by("-number")
    return PublicVersion(*(seen.values_list("digest", "at").first() or ()))


def last_published() -> datetime | None:
    """When what readers see last changed; None before the first publication. One query."""
    return public_version().changed


def code_digest() -> str:
    """A digest of code, templates and static files; while developing it may change at any time."""
    return _digest.__wrapped__() if settings.DEBUG else _digest()


@lru_cache
def _digest() -> str:
    """Some hundredths of a second."""
    digest = hashlib.sha256(repr([metadata.version(name) for name in LIBRARIES]).encode())
    site: Any = settings
    for folder in (Path(__file__).parents[1], *site.TEMPLATES[0]["DIRS"], *site.STATICFILES_DIRS):
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
