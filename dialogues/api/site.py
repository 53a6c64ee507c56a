"""The API about itself: what there is, its description, and pages to try it on."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
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

from dialogues.filters import Problem
from dialogues.filters.selection import unknown_value

from .base import ReadOnly
from .links import LISTS
from .paging import given_once
from .problems import refuse
from .schema import description

FORMATS = {"json": OpenApiJsonRenderer2, "yaml": OpenApiYamlRenderer2}


class Index(ReadOnly):
    """The lists that there are."""

    dated = False

    def answers(self) -> dict:
        return {200: {"type": "object", "additionalProperties": {"type": "string"}}}

    def get(self, request: Request) -> Response:
        self.refuse_parameters(request)
        names = [*LISTS.values(), "compare", "schema", "docs"]
        return Response({name: self.site + reverse(f"dialogues:api-{name}") for name in names})


class Description(ReadOnly):
    """This API in OpenAPI 3.1, as JSON or YAML: `format`, or the Accept header, says which."""

    dated = False
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
            problems.append(Problem("format", "unknown_value", unknown_value(form, list(FORMATS))))
        refuse(problems)
        return Response(description())


class Docs(ReadOnly):
    """A page that shows the description and tries it; every script is served from here."""

    dated = False
    schema = None
    renderer_classes = (TemplateHTMLRenderer,)

    def get(self, request: Request) -> Response:
        self.refuse_parameters(request)
        return Response(template_name="dialogues/api_docs.html")
