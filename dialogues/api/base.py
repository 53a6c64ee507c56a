"""What all addresses of the API share: reading only, for everybody, with words for faults."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve
from django.utils.cache import set_response_etag
from django.utils.http import http_date
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.views import APIView

from dialogues.filters import Problem
from dialogues.filters.selection import nearest, unknown_value
from dialogues.publishing import last_published

from .problems import ROOT, Missing, nothing_here, refuse

CACHE = "public, max-age=60, must-revalidate"


class ReadOnly(APIView):
    """GET, HEAD and OPTIONS; caches and other sites' scripts are welcome.

    `dated` answers carry when the archive last changed: one query each.
    """

    http_method_names = ["get", "head", "options"]
    dated = True

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """What a browser asks before a script of another site may read."""
        return HttpResponse(
            status=204,
            headers={
                "Allow": "GET, HEAD, OPTIONS",
                "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
                "Access-Control-Allow-Headers": "If-Modified-Since, If-None-Match",
                "Access-Control-Max-Age": "86400",
            },
        )

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == 200:
            response.headers.setdefault("Cache-Control", CACHE)
            changed = last_published() if self.dated else None
            if changed:
                response["Last-Modified"] = http_date(changed.timestamp())
            if response.streaming and changed:
                # What is streamed cannot be digested first: its age and address stand for it.
                what = f"{changed.isoformat()} {request.build_absolute_uri()}"
                response["ETag"] = f'W/"{hashlib.sha256(what.encode()).hexdigest()[:32]}"'
            elif isinstance(response, SimpleTemplateResponse):
                # ConditionalGetMiddleware does it for GET only.
                response.add_post_render_callback(set_response_etag)
        return response

    @property
    def site(self) -> str:
        """`https://archive.example`: what comes before every path."""
        return self.request.build_absolute_uri("/")[:-1]

    def refuse_parameters(self, request: HttpRequest | Request, *allowed: str) -> None:
        """Raises Refused for parameters that this address does not take."""
        problems = []
        for name, values in request.GET.lists():
            if name in allowed or not any(values):
                continue
            message = (
                unknown_value(name, list(allowed))
                if allowed
                else _("“%(name)s” is not known here: this address takes no parameters.")
                % {"name": name[:80]}
            )
            problems.append(Problem(name.replace("\x00", ""), "unknown_parameter", message))
        refuse(problems)


class Unknown(ReadOnly):
    """Every address under /api/v1/ that is none."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Before the method is looked at: nothing is here for any of them."""
        from .urls import RESOURCES

        near = nearest(kwargs["rest"].partition("/")[0], RESOURCES)
        if not near:
            nothing_here()
        message = _("The nearest is “%(near)s”.") % {"near": f"{ROOT}{near}/"}
        raise Missing(
            _("There is nothing at this address."), [Problem("path", "not_found", message)]
        )

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """An address that lacks only its last slash leads on."""
        if not request.path.endswith("/") and request.method in ("GET", "HEAD"):
            try:
                found = resolve(request.path_info + "/")
            except Resolver404:
                found = None
            if found and found.url_name != "api-unknown":
                query = request.META.get("QUERY_STRING", "")
                return HttpResponsePermanentRedirect(
                    f"{request.path}/" + (f"?{query}" if query else "")
                )
        return super().dispatch(request, *args, **kwargs)
