"""The API's description in OpenAPI 3.1: from the views, their selections and serializers."""

from __future__ import annotations

from functools import cache
from typing import Any

import uritemplate
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from dialogues.filters import VIEWS, PositionSelection, Selection
from dialogues.filters.base import (
    LONGEST_VALUE,
    MOST_VALUES,
    BooleanFilter,
    ChoicesFilter,
    TextFilter,
    YearFilter,
)
from dialogues.filters.compare import MOST_PINS, NOT_HERE, SORTS

from .problems import MEDIA_TYPE, ProblemSerializer

SORT = "Order of the rows; `-` reverses."
YEAR = {"type": "string", "pattern": "^[0-9]{4}$"}
COMPARE: dict[str, tuple[dict[str, Any], str]] = {
    "base": (YEAR, "Year that the others are compared with; 2011 when absent."),
    "with": (
        {"type": "array", "items": YEAR},
        "Year beside the base; all others when absent.",
    ),
    "view": (
        {"type": "string", "enum": list(VIEWS), "default": "facts"},
        "What is compared; `facts` when absent.",
    ),
    "sort": (
        {"type": "string", "enum": list(SORTS["actors"])},
        "Order of the actors, in the views `participation` and `actors`.",
    ),
    "pin": (
        {"type": "array", "items": {"type": "string"}, "maxItems": MOST_PINS},
        "Ref of a position to show beside the others, in the view `words`; at most twelve.",
    ),
    "page": (
        {"type": "integer", "minimum": 1, "default": 1},
        "Page of actors (`actors`, `words`), or of calls (`proposals`).",
    ),
}
ADDRESS = {
    "ref": "The reference, such as RTOP-2011-P042.",
    "slug": "The slug.",
    "year": "The year of the dialogue.",
    "key": "The segment’s key in its dialogue.",
    "source": "The source’s slug.",
    "number": "The passage’s number.",
}


def parameters_of(selection: type[Selection]) -> list[OpenApiParameter]:
    """The query parameters that a selection takes."""
    parameters = [_parameter(name, each) for name, each in selection.base_filters.items()]
    if selection.orders:
        sort = {"type": "string", "enum": list(selection.orders), "default": selection.default_sort}
        parameters.append(OpenApiParameter("sort", sort, description=SORT))
    return parameters


def _parameter(name: str, each: Any) -> OpenApiParameter:
    """The description of a filter: its type, its bounds, and its values unless they are slugs."""
    schema: dict[str, Any]
    if isinstance(each, ChoicesFilter):
        values: dict[str, Any] = {"type": "string"}
        if not callable(each.extra["choices"]):
            values["enum"] = [value for value, _label in each.extra["choices"]]
        schema = {"type": "array", "items": values, "maxItems": MOST_VALUES}
    elif isinstance(each, BooleanFilter):
        schema = {"type": "string", "enum": ["true", "false"]}
    elif isinstance(each, YearFilter):
        schema = {"type": "integer", "minimum": 2005, "maximum": 2100}
    else:
        assert isinstance(each, TextFilter)
        schema = {"type": "string", "maxLength": LONGEST_VALUE}
    return OpenApiParameter(name, schema, description=each.extra["help_text"])


def compare_parameters() -> list[OpenApiParameter]:
    """Those of the comparison, and the filters that it takes."""
    own = [
        OpenApiParameter(name, schema, description=means)
        for name, (schema, means) in COMPARE.items()
    ]
    known = PositionSelection.base_filters
    return own + [_parameter(name, known[name]) for name in known if name not in NOT_HERE]


PROBLEMS = {
    400: "A parameter is unknown, or its value is; `errors` names each with the nearest valid one.",
    404: "No such record, or none that is public.",
    410: "The record was withdrawn; `detail` says why.",
    "default": "Any other error.",
}


SUMMARIES = {
    "list": "List, page by page",
    "retrieve": "One record",
    "export": "All rows as a file",
    "facets": "How many rows each choice gives",
}


class ArchiveAutoSchema(AutoSchema):
    """How an operation is described; views say what they take and answer."""

    def get_tags(self) -> list[str]:
        return [self._tokenize_path()[0]] if self._tokenize_path() else ["index"]

    def get_operation_id(self) -> str:
        return f"{self.get_tags()[0]}_{getattr(self.view, 'action', 'retrieve')}"

    def get_summary(self) -> str | None:
        return SUMMARIES.get(getattr(self.view, "action", ""))

    def get_override_parameters(self) -> list[Any]:
        address = [
            OpenApiParameter(
                name,
                int if name in ("year", "number") else str,
                OpenApiParameter.PATH,
                description=ADDRESS[name],
            )
            for name in uritemplate.variables(self.path)
        ]
        query = getattr(self.view, "query_parameters", None)
        return [*address, *(query() if query else [])]

    def get_response_serializers(self) -> Any:
        answers = getattr(self.view, "answers", None)
        good = answers() if answers else {200: super().get_response_serializers()}
        of_one = "{" in self.path
        return good | {
            (code, MEDIA_TYPE): OpenApiResponse(ProblemSerializer, description=means)
            for code, means in PROBLEMS.items()
            if of_one or code not in (404, 410)
        }


@cache
def description() -> dict:
    """The whole description: made once, since nothing in it comes from the archive."""
    return SchemaGenerator().get_schema(request=None, public=True)
