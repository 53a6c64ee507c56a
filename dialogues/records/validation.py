"""Records against the schema of their form: what does not fit it, each fault with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError as SchemaError

from .difference import KEYS
from .files import FileFault, RecordFile
from .fitting import Fits, fitting
from .record_forms import SHARED, RecordForm
from .schema import file_schema, record_schema

# Each file names at most so many faults of its form: the rest follow from the first.
MOST_FAULTS = 200


def _matches(validator: Any, pattern: str, value: Any, schema: Any) -> Iterator[SchemaError]:
    # Python's $ passes over a line break at the end; JSON Schema's does not.
    if isinstance(value, str) and not re.search(pattern.replace("$", r"\Z"), value):
        yield SchemaError(f"{value!r} does not match {pattern!r}")


# JSON Schema takes 43.0 for a whole number; the archive would write it as 43.
_Validator = validators.extend(
    Draft202012Validator,
    {"pattern": _matches},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


@cache
def _checks_of_file(name: str) -> tuple[Fits, Any]:
    return _checks(file_schema({name: None}))


@cache
def _checks_of(name: str) -> tuple[Fits, Any]:
    return _checks({"$defs": record_schema()["$defs"], "$ref": f"#/$defs/{name}"})


def _checks(schema: dict[str, Any]) -> tuple[Fits, Any]:
    """Whether something fits, quickly; and what says why not."""
    validator = _Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return fitting(schema, schema["$defs"]), validator


def form_faults(record_file: RecordFile) -> Iterator[FileFault]:
    content = record_file.content
    fits, validator = _checks_of_file(next(n for n in ("dialogue", *SHARED) if n in content))
    if fits(content):
        return
    for count, error in enumerate(validator.iter_errors(content)):
        if count >= MOST_FAULTS:
            yield FileFault(record_file.name, "", f"more than {MOST_FAULTS} faults of form")
            return
        yield FileFault(record_file.name, _path(error, content), _cause(error))


def _path(error: SchemaError, content: Any) -> str:
    """`statements[RTOP-2011-S017].positions[0].stance`: items by what identifies them."""
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


def unfit(form: RecordForm, record: dict[str, Any]) -> Iterator[tuple[str, SchemaError]]:
    """What does not fit the form in one record: the path in it, and the fault itself."""
    fits, validator = _checks_of(form.name)
    for error in () if fits(record) else validator.iter_errors(record):
        yield _path(error, record), error
