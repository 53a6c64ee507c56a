"""The JSON Schema of record files, made from the forms, and the validation against it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import fastjsonschema
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError as SchemaError

from .difference import KEYS
from .fields import Field, object_schema
from .files import FileFault, RecordFile
from .record_forms import DIALOGUE, FORMS, SHARED, STATEMENT, NestedRecords, RecordForm

# At most so many faults of one file are named: the rest mostly follow from the first.
MOST_FAULTS = 200
FORMATS = Draft202012Validator.FORMAT_CHECKER


def _definitions(form: RecordForm) -> dict[str, Any]:
    definitions = {form.name: form.schema()}
    for part in form.fields:
        if isinstance(part, NestedRecords):
            definitions |= _definitions(part.form)
    return definitions


def record_schema() -> dict[str, Any]:
    """The schema of one record file: a dialogue with its statements, or a shared list."""
    definitions: dict[str, Any] = {}
    for form in FORMS.values():
        definitions |= _definitions(form)
    dialogue = Field("dialogue", json={"$ref": f"#/$defs/{DIALOGUE.name}"})
    files: list[tuple[Field, ...]] = [(dialogue, NestedRecords("statements", form=STATEMENT))]
    files += [(NestedRecords(name, form=form),) for name, form in SHARED.items()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A record file of the RtoP Dialogue Archive",
        "oneOf": [object_schema(fields) for fields in files],
        "$defs": definitions,
    }


def file_schema(content: dict[str, Any]) -> dict[str, Any]:
    """The schema of a file with this content, so that a fault names no other kind of file."""
    schema = record_schema()
    for candidate in schema.pop("oneOf"):
        if next(iter(candidate["properties"])) in content:
            return {**schema, **candidate}
    raise KeyError("no record file")


def _matches(validator: Any, pattern: str, value: Any, schema: Any) -> Iterator[SchemaError]:
    # Python's $ also matches before a line break at the end; JSON Schema's does not.
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield SchemaError(f"{value!r} does not match {pattern!r}")


# JSON Schema takes 43.0 for a whole number; the archive would write it as 43.
_ExplainingValidator = validators.extend(
    Draft202012Validator,
    {"pattern": _matches},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


class SchemaValidator:
    """Validates against one schema: fastjsonschema says yes or no, jsonschema explains a no."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._explaining = _ExplainingValidator(schema, format_checker=FORMATS)
        # In draft 4, too, 43.0 is no whole number; all else that the forms use means the same.
        self._validate = fastjsonschema.compile(
            {**schema, "$schema": "http://json-schema.org/draft-04/schema#"},
            formats={"date": lambda value: FORMATS.conforms(value, "date")},
            use_default=False,
            detailed_exceptions=False,
        )

    def is_valid(self, value: Any) -> bool:
        try:
            self._validate(value)
        except fastjsonschema.JsonSchemaValueException:
            return False
        return True

    def errors(self, value: Any) -> Iterator[SchemaError]:
        return iter(()) if self.is_valid(value) else self._explaining.iter_errors(value)


@cache
def file_validator(name: str) -> SchemaValidator:
    """The validator of a dialogue's file, or of the file of a shared list."""
    return SchemaValidator(file_schema({name: None}))


@cache
def record_validator(name: str) -> SchemaValidator:
    """The validator of one record of the form with this name."""
    return SchemaValidator({"$defs": record_schema()["$defs"], "$ref": f"#/$defs/{name}"})


def file_faults(record_file: RecordFile) -> Iterator[FileFault]:
    """The faults of a file against its schema, each with its place."""
    content = record_file.content
    name = next(name for name in ("dialogue", *SHARED) if name in content)
    for count, error in enumerate(file_validator(name).errors(content)):
        if count >= MOST_FAULTS:
            yield FileFault(record_file.name, "", f"more than {MOST_FAULTS} faults of form")
            return
        yield FileFault(record_file.name, _path(error, content), _cause(error))


def record_errors(form: RecordForm, record: dict[str, Any]) -> Iterator[tuple[str, SchemaError]]:
    """The errors of one record against its form's schema, each with its path in the record."""
    for error in record_validator(form.name).errors(record):
        yield _path(error, record), error


def _path(error: SchemaError, content: Any) -> str:
    """`statements[RTOP-2011-S017].positions[0].stance`: items by their keys, if they have one."""
    path, here = "", content
    for step in error.absolute_path:
        here = here[step]
        if isinstance(step, int):
            keys = [here[name] for name in KEYS if here.get(name)] if isinstance(here, dict) else []
            key = keys[0] if keys else None
            path += f"[{key if isinstance(key, str) else step}]"
        else:
            path += f".{step}" if path else str(step)
    return path


def _cause(error: SchemaError) -> str:
    allowed = error.schema.get("enum") if isinstance(error.schema, dict) else None
    if allowed:
        return f"{error.instance!r} is none of {', '.join(repr(value) for value in allowed)}"
    return error.message if len(error.message) <= 300 else f"{error.message[:299]}…"
