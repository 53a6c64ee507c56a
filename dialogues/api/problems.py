"""Errors as `application/problem+json` (RFC 9457), and the headers of every API answer."""

from __future__ import annotations

import http
import json
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rest_framework import serializers
from rest_framework.exceptions import APIException, MethodNotAllowed, NotAcceptable

from dialogues.filters import Issue
from dialogues.filters.base import address_now
from dialogues.search import StaleIndex

MEDIA_TYPE = "application/problem+json"
ROOT = "/api/v1/"


class InvalidRequest(APIException):
    """A request that cannot be answered as it stands: 400, with every problem at once."""

    status_code = 400

    def __init__(self, problems: list[Issue]) -> None:
        number = len(problems)
        super().__init__(
            ngettext(
                "The request has a problem; it is named below.",
                "The request has %(number)d problems; each is named below.",
                number,
            )
            % {"number": number}
        )
        self.problems = problems


class RecordNotFound(APIException):
    """No such record, or none that readers may see: 404, the same for both."""

    status_code = 404
    default_detail = gettext_lazy("There is nothing at this address.")

    def __init__(self, detail: str | None = None, field: str = "", near: str | None = None) -> None:
        """`near` is the nearest value that this field of the address might have."""
        super().__init__(detail)
        message = _("The nearest is “%(near)s”.") % {"near": near}
        self.problems = [Issue(field, "not_found", message)] if near else []


class RecordGone(APIException):
    """A record that was public and was withdrawn: 410, with the reason."""

    status_code = 410

    def __init__(self, reason: str) -> None:
        super().__init__(_("This record was withdrawn: %(reason)s") % {"reason": reason})


def raise_issues(problems: list[Issue]) -> None:
    """Raise InvalidRequest when there are any."""
    if problems:
        raise InvalidRequest(problems)


class ProblemErrorSerializer(serializers.Serializer):
    field = serializers.CharField(help_text="The parameter, or the part of the address.")
    code = serializers.CharField(help_text="A word for programs: unknown_value, repeated …")
    message = serializers.CharField(help_text="What is wrong, and what is allowed.")


class ProblemSerializer(serializers.Serializer):
    """What every error answers."""

    type = serializers.CharField(help_text="Always about:blank: the status says the kind.")
    title = serializers.CharField(help_text="The status in words.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What went wrong, in a sentence.")
    request_id = serializers.CharField(help_text="The same as in the header X-Request-ID.")
    errors = ProblemErrorSerializer(many=True)  # type: ignore[assignment]


def problem_response(
    request: HttpRequest, status: int, detail: str, problems: Iterable[Issue] = ()
) -> HttpResponse:
    content = {
        "type": "about:blank",
        "title": http.HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": getattr(request, "request_id", ""),
        "errors": [
            {"field": problem.field, "code": problem.code, "message": problem.message}
            for problem in problems
        ],
    }
    text = json.dumps(content, ensure_ascii=False)
    return HttpResponse(
        text, status=status, content_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"}
    )


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """The answer to an exception of an API view; what nobody expected is Django's to log.

    301 where all that is wrong is the slug of an entry that was merged.
    """
    request = context["request"]
    if isinstance(error, Http404):
        error = RecordNotFound()
    elif isinstance(error, PermissionDenied):
        error = APIException(_("This is not open to you."))
        error.status_code = 403
    elif isinstance(error, SuspiciousOperation):
        error = APIException(_("The request is malformed."))
        error.status_code = 400
    if not isinstance(error, APIException):
        return None
    problems = getattr(error, "problems", [])
    address = address_now(request, problems)
    if address:
        return HttpResponsePermanentRedirect(address)
    response = problem_response(request, error.status_code, _sentence(error), problems)
    if isinstance(error, MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def _sentence(error: APIException) -> str:
    if isinstance(error, MethodNotAllowed):
        return _("This API is read only: GET, HEAD and OPTIONS are answered.")
    if isinstance(error, NotAcceptable):
        return _("The answer cannot be given in a format that the Accept header takes.")
    return str(error.detail)


class RequestMiddleware:
    """Numbers every request, and sees that all errors of the API are problems.

    Outermost: what other middleware refuses, and what failed unexpectedly, passes here too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.path_info.startswith(ROOT):
            response = self._of_the_api(request, response)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """503 where search rows are older than the code: never a wrong number."""
        if not isinstance(error, StaleIndex):
            return None
        if request.path_info.startswith(ROOT):
            response = problem_response(request, 503, str(StaleIndex.MESSAGE))
        else:
            response = render(request, "503.html", {"message": StaleIndex.MESSAGE}, status=503)
            response["Cache-Control"] = "no-store"
        response["Retry-After"] = "60"
        return response

    def _of_the_api(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        status = response.status_code
        known = response.get("Content-Type", "") == MEDIA_TYPE
        # While developing, Django's own page with the traceback says more.
        if status >= 400 and not known and not (settings.DEBUG and status == 500):
            ours = _("Something failed on our side; the fault is recorded.")
            detail = ours if status >= 500 else _("The request is malformed.")
            response = problem_response(request, status, detail)
        # Public and read only, so any site's script may read it; also from a 304.
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = (
            "Content-Disposition, ETag, Last-Modified, X-Request-ID"
        )
        return response
