"""The API's index, its OpenAPI schema and documentation page, and suggestions."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from dialogues.filters import suggestions
from dialogues.filters.base import LONGEST_VALUE, unknown_value
from dialogues.issues import Issue, given_once

from . import lists
from .addresses import LISTS
from .base import ReadOnlyView
from .openapi import description
from .problems import raise_issues

FORMATS = {"json": OpenApiJsonRenderer2, "yaml": OpenApiYamlRenderer2}


class IndexView(ReadOnlyView):
    """The lists that there are."""

    def answers(self) -> dict:
        return {200: {"type": "object", "additionalProperties": {"type": "string"}}}

    def get(self, request: Request) -> Response:
        self.refuse_parameters(request)
        names = [*LISTS.values(), "compare", "suggestions", "schema", "docs"]
        return Response({name: self.site + reverse(f"dialogues:api-{name}") for name in names})


class SuggestionsView(ReadOnlyView):
    """Entries of the lists in whose names the words of `q` begin a word: eight at most."""

    def query_parameters(self) -> list[OpenApiParameter]:
        schema = {"type": "string", "maxLength": LONGEST_VALUE}
        return [OpenApiParameter("q", schema, description="Words, or their beginnings.")]

    def answers(self) -> dict:
        return {200: lists.SuggestionsSerializer}

    def get(self, request: Request) -> Response:
        """Four queries."""
        self.refuse_parameters(request, "q")
        words = request.GET.get("q", "")
        problems = [*given_once(request.GET, ["q"])]
        if len(words) > LONGEST_VALUE:
            message = _("is longer than %(most)d characters.") % {"most": LONGEST_VALUE}
            problems.append(Issue("q", "too_long", message))
        if "\x00" in words:
            problems.append(Issue("q", "null_character", _("has a null character.")))
        raise_issues(problems)
        page = self.site + reverse("dialogues:statement_list")
        results = [
            vars(entry) | {"page": f"{page}?{urlencode({entry.parameter: entry.value})}"}
            for entry in suggestions(words)
        ]
        return Response(lists.SuggestionsSerializer({"results": results}).data)


class SchemaView(ReadOnlyView):
    """This API in OpenAPI 3.1, as JSON or YAML: `format`, or the Accept header, says which."""

    renderer_classes = (
        OpenApiJsonRenderer2,
        OpenApiJsonRenderer,
        OpenApiYamlRenderer2,
        OpenApiYamlRenderer,
    )

    def query_parameters(self) -> list[OpenApiParameter]:
        return [OpenApiParameter("format", enum=list(FORMATS), description="JSON when absent.")]

    def answers(self) -> dict:
        return {(200, "application/json", "application/yaml"): OpenApiTypes.OBJECT}

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        renderer = FORMATS.get(request.GET.get("format", ""))
        if renderer:
            return renderer(), renderer.media_type
        return super().perform_content_negotiation(request, force)

    def get(self, request: Request) -> Response:
        self.refuse_parameters(request, "format")
        form = request.GET.get("format", "json")
        problems = [*given_once(request.GET, ["format"])]
        if form not in ("", *FORMATS):
            problems.append(Issue("format", "unknown_value", unknown_value(form, list(FORMATS))))
        raise_issues(problems)
        return Response(description())


class DocsView(ReadOnlyView):
    """A page that shows the description and tries it; every script is served from here."""

    schema = None
    renderer_classes = (TemplateHTMLRenderer,)

    def get(self, request: Request) -> Response:
        self.refuse_parameters(request)
        return Response(template_name="dialogues/api_docs.html")
