"""Pages that are not built again for who has them already."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response

from dialogues.publishing import version

View = Callable[..., HttpResponseBase]


def unchanged_since_publication(view: View) -> View:
    """A page that follows from what readers see of the archive: one query where it did not change.

    It is the same for all: whoever has signed in sees no more on it.
    """

    @wraps(view)
    def known(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Before anything is read: what is read may be newer than its tag, and never older.
        tag = version().tag(request.build_absolute_uri())
        same = get_conditional_response(request, etag=tag)
        unchanged = same is not None and same.status_code == 304
        answer = same if same and unchanged else view(request, *args, **kwargs)
        if unchanged or answer.status_code == 200:
            answer["ETag"] = tag
        return answer

    return known
