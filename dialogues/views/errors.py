"""How pages say no: what they do not take, what is not there, what was withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.shortcuts import render
from django.utils.translation import gettext as _

from dialogues.filters import Issue, Selection
from dialogues.filters.base import IGNORED, address_now, unknown_value
from dialogues.models import Publishable, WithdrawnPart
from dialogues.querysets import READER

View = Callable[..., HttpResponseBase]
Record = TypeVar("Record", bound=Publishable)


def allow_query_params(*names: str) -> Callable[[View], View]:
    """The query parameters of a page without filters; any other is a 400 that names it.

    Empty ones count as absent, and what trackers add to links is passed over.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            problems = [
                Issue(name.replace("\x00", ""), "unknown_parameter", _not_taken(name, names))
                for name, values in request.GET.lists()
                if any(values) and name not in names and not name.startswith(IGNORED)
            ]
            if problems:
                return bad_request(request, problems)
            return view(request, *args, **kwargs)

        return checked

    return decorate


def _not_taken(name: str, names: tuple[str, ...]) -> str:
    if names:
        return unknown_value(name.replace("\x00", ""), list(names))
    return _("is not known here: this page takes no parameters.")


def bad_request(
    request: HttpRequest, problems: Iterable[Issue], selection: Selection | None = None
) -> HttpResponse:
    """400: each problem in a sentence, and the same page without what it cannot take.

    301 where all that is wrong is the slug of an entry that was merged.
    """
    problems = list(problems)
    address = address_now(request, problems)
    if address:
        return HttpResponsePermanentRedirect(address)
    rest = (selection.data if selection is not None else request.GET).copy()
    for problem in problems:
        kept = [value for value in rest.getlist(problem.field) if problem.value not in ("", value)]
        rest.setlist(problem.field, kept)
    rest.pop("cursor", None)
    context = {"problems": problems, "without": rest.urlencode(), "path": request.path}
    return render(request, "400.html", context, status=400)


def get_public_or_tombstone(rows: QuerySet[Record], **lookup: Any) -> Record:
    """The one record that readers may see, or its tombstone; else Http404.

    A missing record and an unpublished one are the same to a reader. Give a tombstone
    (`obj.is_published` is false) to `gone`. For the slug of an entry that was merged it is the one
    that it was merged into: give that to `moved` where its slug is another.
    """
    found = rows.visible_to(READER).filter(**lookup).first()  # type: ignore[attr-defined]
    if found is None and "slug" in lookup:
        found = rows.with_former_slug(lookup["slug"])  # type: ignore[attr-defined]
    if found is None:
        found = rows.model._default_manager.tombstones().filter(**lookup).first()
    if found is None:
        raise Http404
    return found


def moved_response(obj: Any) -> HttpResponse:
    """301: what stood here was merged into this."""
    return HttpResponsePermanentRedirect(obj.get_absolute_url())


def gone_response(request: HttpRequest, obj: Publishable | WithdrawnPart) -> HttpResponse:
    """410: what stood here was withdrawn, when and why."""
    return render(request, "410.html", {"record": obj}, status=410)
