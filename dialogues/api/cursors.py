"""Cursor pagination: its parameters, and the envelope `{"next", "previous", "results"}`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from dialogues.filters import InvalidCursor, ListPage, Selection, page_of
from dialogues.issues import Issue, given_once, whole_number

from .problems import InvalidRequest, raise_issues

PARAMETERS = ("cursor", "page_size", "count")
DEFAULT_SIZE = 50
LARGEST_SIZE = 100
TEXT = {"type": "string"}


class CursorPagination:
    """Cursor pagination, for the views and for their schema."""

    def read(
        self, request: HttpRequest, selection: Selection, read: Callable[[list[int]], list[Any]]
    ) -> dict[str, Any]:
        """The envelope; `read` gives the results by key, in order. Raises InvalidRequest.

        Two queries, those of `read` and of the filters given, and one more for a count.
        """
        data = selection.data
        problems = [*selection.problems, *given_once(data, PARAMETERS)]
        size = whole_number(data.get("page_size", str(DEFAULT_SIZE)), LARGEST_SIZE) or 0
        if not size:
            message = _("must be a whole number from 1 to %(most)d.") % {"most": LARGEST_SIZE}
            problems.append(Issue("page_size", "out_of_range", message))
        if data.get("count", "") not in ("", "true", "false"):
            problems.append(Issue("count", "unknown_value", _("must be true or false.")))
        raise_issues(problems)
        try:
            page = page_of(selection.list_rows, selection.order, data.get("cursor", ""), size)
        except InvalidCursor as error:
            raise InvalidRequest([Issue("cursor", "invalid", str(error))]) from None
        count = {"count": selection.count()} if data.get("count") == "true" else {}
        return count | self._around(request, selection, page) | {"results": read(page.keys)}

    def _around(
        self, request: HttpRequest, selection: Selection, page: ListPage
    ) -> dict[str, str | None]:
        here = request.build_absolute_uri(request.path)

        def at(cursor: str) -> str | None:
            return f"{here}?{selection.with_values(cursor=cursor)}" if cursor else None

        return {"next": at(page.next), "previous": at(page.previous)}

    def get_schema_operation_parameters(self, view: Any) -> list[dict]:
        """The parameters, as drf-spectacular asks for them."""
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_SIZE, "default": DEFAULT_SIZE}
        count = "`true` adds `count`, the exact number of all selected rows."
        parameters: list[tuple[str, str, dict]] = [
            ("cursor", "The page that `next` or `previous` of another page names.", TEXT),
            ("page_size", "How many rows a page has.", size),
            ("count", count, TEXT | {"enum": ["true", "false"]}),
        ]
        return [
            {"name": name, "in": "query", "description": means, "schema": schema}
            for name, means, schema in parameters
        ]

    def get_paginated_response_schema(self, schema: dict) -> dict:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "count": {
                    "type": "integer",
                    "description": "Of all selected rows; only where `count=true` asks for it.",
                },
                "next": {**address, "description": "The page after this one."},
                "previous": {**address, "description": "The page before this one."},
                "results": schema,
            },
            "additionalProperties": False,
        }
