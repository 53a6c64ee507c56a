"""A draft or a proposed change exactly as readers would see it; nothing of it stays."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _

from dialogues import publishing
from dialogues.choices import State
from dialogues.models import Publishable
from dialogues.publishing import InvalidStep


def can_preview(obj: Publishable) -> bool:
    """Whether it has a page of its own, and something on it that readers do not see yet."""
    if not hasattr(obj, "get_absolute_url") or obj.state == State.WITHDRAWN:
        return False
    return bool(obj.proposal) or not obj.is_published


def preview(request: HttpRequest, obj: Any) -> HttpResponse:
    """The reader's own page, made while the text is in place; then all of it is undone."""
    if not can_preview(obj):
        words = _("There is nothing to preview: readers see it as it is, or it has no page.")
        messages.info(request, words)
        return HttpResponseRedirect(
            reverse(f"admin:dialogues_{obj._meta.model_name}_change", args=[obj.pk])
        )
    proposal = publishing.proposal_of(obj)
    try:
        with publishing.rolled_back():
            publishing.make_public(obj, proposal.record if proposal else None)
            response = _as_reader(request, obj.get_absolute_url())
    except InvalidStep as refused:
        messages.error(request, str(refused))
        return HttpResponseRedirect(
            reverse(f"admin:dialogues_{obj._meta.model_name}_change", args=[obj.pk])
        )
    response["X-Robots-Tag"] = "noindex"
    add_never_cache_headers(response)
    return response


def _as_reader(request: HttpRequest, address: str) -> HttpResponse:
    """What the site answers to somebody who has not signed in."""
    sent = {name: value for name, value in request.META.items() if name != "HTTP_COOKIE"}
    sent |= {"REQUEST_METHOD": "GET", "PATH_INFO": address, "QUERY_STRING": ""}
    asked = WSGIRequest(sent | {"wsgi.input": BytesIO()})
    view, arguments, named = resolve(asked.path_info)
    response: HttpResponse = view(asked, *arguments, **named)
    return response
