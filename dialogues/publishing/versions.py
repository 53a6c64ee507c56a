"""Conditional answers: 304 where the published data is as it was, for one query."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import condition

from dialogues.models.version import PublicVersion, public_version

View = Callable[..., HttpResponseBase]


def version_for(request: Any) -> PublicVersion:
    """The public version, asked once for a request and before anything else is read.

    What is read later may be newer than the answer's tag, and never older.
    """
    if not hasattr(request, "public_version"):
        request.public_version = public_version()
    version: PublicVersion = request.public_version
    return version


def _etag(request: HttpRequest, *args: Any, **kwargs: Any) -> str | None:
    safe = request.method in ("GET", "HEAD")
    return version_for(request).etag(request.build_absolute_uri()) if safe else None


def _last_modified(request: HttpRequest, *args: Any, **kwargs: Any) -> datetime | None:
    return version_for(request).changed if request.method in ("GET", "HEAD") else None


def unless_unchanged(view: View) -> View:
    """Django's `condition` for a view that follows from the published data and the code alone.

    It is the same for every reader: whoever has signed in sees no more.
    """
    conditional = condition(etag_func=_etag, last_modified_func=_last_modified)(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = conditional(request, *args, **kwargs)
        if response.status_code >= 300 and response.status_code != 304:
            # An error or a redirect is not kept.
            del response["ETag"], response["Last-Modified"]
        return response

    return answer
