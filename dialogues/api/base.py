"""Base views of the API: read only, open to every site, with conditional answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve
from django.utils.cache import set_response_etag
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.views import APIView

from dialogues.filters import Issue
from dialogues.filters.base import nearest, unknown_value
from dialogues.publishing import unless_unchanged, version_for

from .problems import ROOT, RecordNotFound, raise_issues

CACHE = "public, max-age=60, must-revalidate"


class ReadOnlyView(APIView):
    """GET, HEAD and OPTIONS; caches and other sites' scripts are welcome."""

    http_method_names = ["get", "head", "options"]
    content_etag = True

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """The preflight request of CORS."""
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
            if self.content_etag and isinstance(response, SimpleTemplateResponse):
                # ConditionalGetMiddleware does it for GET only.
                response.add_post_render_callback(set_response_etag)
        return response

    @property
    def site(self) -> str:
        """Scheme and host, `https://archive.example`: put before every path."""
        return self.request.build_absolute_uri("/")[:-1]

    def refuse_parameters(self, request: HttpRequest | Request, *allowed: str) -> None:
        """Raise InvalidRequest for parameters that this address does not take."""
        problems = []
        for name, values in request.GET.lists():
            if name in allowed or not any(values):
                continue
            message = _("“%(name)s” is not known here: this address takes no parameters.")
            text = unknown_value(name, list(allowed)) if allowed else message % {"name": name[:80]}
            problems.append(Issue(name.replace("\x00", ""), "unknown_parameter", text))
        raise_issues(problems)


class RecordsView(ReadOnlyView):
    """An answer that follows from the archive's records alone: not built again while unchanged."""

    content_etag = False

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = unless_unchanged(super().dispatch)(request, *args, **kwargs)
        if response.status_code == 304:
            response["Cache-Control"] = CACHE
        return response

    @property
    def cache_version(self) -> str:
        """Version of the published data; a cache key for what is counted of the records."""
        return version_for(self.request).cache_key


class UnknownAddressView(ReadOnlyView):
    """404 for every other address under /api/v1/."""

    schema = None
    resources: Sequence[str] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse before the method is looked at: nothing is here for any of them."""
        near = nearest(kwargs["rest"].partition("/")[0], self.resources)
        raise RecordNotFound(field="path", near=near and f"{ROOT}{near}/")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Redirect an address that lacks only its last slash."""
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
