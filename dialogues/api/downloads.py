"""Files to download: their formats, and the answers that carry them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.http import FileResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils.translation import gettext as _

from dialogues import exporters
from dialogues.filters import Issue
from dialogues.filters.base import unknown_value
from dialogues.issues import given_once

FORMATS = {
    "csv": "text/csv; charset=utf-8; header=present",
    "ndjson": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TABLES = {name: FORMATS[name] for name in ("csv", "xlsx")}


def format_of(data: QueryDict, formats: Mapping[str, str]) -> tuple[str, list[Issue]]:
    """The format asked for (CSV by default), and what is wrong with it."""
    form = data.get("format", "csv")
    problems = [*given_once(data, ["format"])]
    if form not in formats:
        problems.append(Issue("format", "unknown_value", unknown_value(form, list(formats))))
    return form, problems


def too_many_rows(number: int) -> Iterator[Issue]:
    """Report more rows than one sheet can hold."""
    if number >= exporters.MOST_SHEET_ROWS:
        message = _("holds at most %(most)d rows in a sheet, and these are %(number)d: take csv.")
        values = {"most": exporters.MOST_SHEET_ROWS - 1, "number": number}
        yield Issue("format", "too_many_rows", message % values)


def a_table(name: str, form: str, header: list[str], rows: Iterable[list[Any]]) -> HttpResponseBase:
    """A table as a CSV file, streamed, or as a workbook."""
    if form == "xlsx":
        book = exporters.as_xlsx((name, header, rows))
        return FileResponse(
            book, as_attachment=True, filename=f"rtop-{name}.xlsx", content_type=FORMATS[form]
        )
    return a_file(name, form, exporters.as_csv(header, rows))


def a_file(name: str, form: str, pieces: Iterable[Any]) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        pieces,
        content_type=FORMATS[form],
        headers={"Content-Disposition": f'attachment; filename="rtop-{name}.{form}"'},
    )
