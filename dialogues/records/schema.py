"""The JSON Schema of record files, made from the forms."""

from __future__ import annotations

from typing import Any

from .fields import Field, ObjectField
from .record_forms import DIALOGUE, FORMS, SHARED, STATEMENT, NestedRecords, RecordForm


def _definitions(form: RecordForm, into: dict[str, Any]) -> None:
    into.setdefault(form.name, form.schema())
    for part in _parts(form.fields):
        assert part.form is not None
        if part.form.name not in into:
            _definitions(part.form, into)


def _parts(fields: tuple[Field, ...]) -> list[NestedRecords]:
    found = []
    for part in fields:
        if isinstance(part, NestedRecords):
            found.append(part)
        elif isinstance(part, ObjectField):
            found.extend(_parts(part.fields))
    return found


def _list_of(form: RecordForm) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{form.name}"}}


def record_schema() -> dict[str, Any]:
    """The schema of one record file: a dialogue with its statements, or a shared list."""
    definitions: dict[str, Any] = {}
    for form in FORMS.values():
        _definitions(form, definitions)
    dialogue_file = {
        "type": "object",
        "properties": {
            "dialogue": {"$ref": f"#/$defs/{DIALOGUE.name}"},
            "statements": _list_of(STATEMENT),
        },
        "required": ["dialogue", "statements"],
        "additionalProperties": False,
    }
    shared_files = [
        {
            "type": "object",
            "properties": {name: _list_of(form)},
            "required": [name],
            "additionalProperties": False,
        }
        for name, form in SHARED.items()
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A record file of the RtoP Dialogue Archive",
        "oneOf": [dialogue_file, *shared_files],
        "$defs": definitions,
    }


def file_schema(content: dict[str, Any]) -> dict[str, Any]:
    """The schema of this very file, so that a fault speaks of it and not of all the others."""
    schema = record_schema()
    for candidate in schema.pop("oneOf"):
        if next(iter(candidate["properties"])) in content:
            return {**schema, **candidate}
    raise KeyError("no record file")
