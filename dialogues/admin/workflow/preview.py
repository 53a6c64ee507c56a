"""Preview a draft or a proposed change exactly as readers would see it; nothing of it stays."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from dialogues import publishing
from dialogues.admin.base import change_url
from dialogues.choices import State
from dialogues.models import Publishable
from dialogues.publishing import InvalidStep


def can_preview(obj: Publishable) -> bool:
    """Whether a record has a public page, and a draft or change that readers do not see yet."""
    if not hasattr(obj, "get_absolute_url") or obj.state == State.WITHDRAWN:
        return False
    return bool(obj.proposal) or not obj.is_published


def preview(request: HttpRequest, obj: Any) -> HttpResponse:
    """The reader's own page, built while the record is public inside a savepoint, then undone."""
    if not can_preview(obj):
        words = _("There is nothing to preview: readers see it as it is, or it has no page.")
        messages.info(request, words)
        return HttpResponseRedirect(change_url(obj))
    try:
        with publishing.rolled_back():
            publishing.publish_for_preview(obj)
            response = _response_for_reader(request, obj.get_absolute_url())
    except InvalidStep as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(change_url(obj))
    response["X-Robots-Tag"] = "noindex"
    add_never_cache_headers(response)
    return response


def _response_for_reader(request: HttpRequest, address: str) -> HttpResponse:
    """The site's answer to somebody who has not signed in."""
    sent = {name: value for name, value in request.META.items() if name != "HTTP_COOKIE"}
    sent |= {"REQUEST_METHOD": "GET", "PATH_INFO": address, "QUERY_STRING": ""}
    anonymous = WSGIRequest(sent | {"wsgi.input": BytesIO()})
    view, args, kwargs = resolve(anonymous.path_info)
    response: HttpResponse = view(anonymous, *args, **kwargs)
    return response
