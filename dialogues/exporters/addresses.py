"""The path of the page on which a reader finds a record, made from some of its columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from dialogues import models
from dialogues.models.publishing import address_of


@cache
def _positions() -> str:
    return reverse("dialogues:position_list")


def _page(name: str) -> Callable[[Any], str]:
    return lambda key: address_of(name, key)


def _named_by(parameter: str) -> Callable[[str], str]:
    """The positions that name an entry which has no page of its own."""
    return lambda slug: f"{_positions()}?{urlencode({parameter: slug})}"


def _in_dialogue(year: int, anchor: str) -> str:
    return f"{address_of('dialogues:dialogue', year)}#{anchor}"


def _in_source(slug: str, number: int | None) -> str:
    return address_of("dialogues:source", slug) + (f"#p{number}" if number is not None else "")


def _of_quotation(position: str | None, year: int, ref: str) -> str:
    page = address_of("dialogues:position", position) if position else None
    return f"{page}#{ref}" if page else _in_dialogue(year, ref)


# For each model the columns, and the path that they make.
PAGES: dict[Any, tuple[tuple[str, ...], Callable[..., str]]] = {
    models.Actor: (("slug",), _page("dialogues:actor")),
    models.Citation: (("source__slug", "passage__number"), _in_source),
    models.Dialogue: (("year",), _page("dialogues:dialogue")),
    models.Instrument: (("slug",), _named_by("instrument")),
    models.Panel: (("dialogue__year", "key"), _in_dialogue),
    models.Passage: (("source__slug", "number"), _in_source),
    models.Position: (("ref",), _page("dialogues:position")),
    models.Quotation: (("position__ref", "dialogue__year", "ref"), _of_quotation),
    models.Situation: (("slug",), _named_by("situation")),
    models.Source: (("slug",), _page("dialogues:source")),
    models.Statement: (("ref",), _page("dialogues:statement")),
    models.Tally: (("dialogue__year", "ref"), _in_dialogue),
    models.Theme: (("slug",), _page("dialogues:theme")),
}


def value_at(record: Any, path: str) -> Any:
    """The value of a column at a path from a record; None where a record on the way is missing."""
    for name in path.split("__"):
        record = getattr(record, name, None)
    return record
