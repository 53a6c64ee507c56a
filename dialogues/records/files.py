"""Record files: their names, and how they are parsed and written."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .record_forms import SHARED

DATA = Path(__file__).resolve().parent / "data"
# A file larger than this is refused before it is parsed.
LARGEST_FILE = 64 * 1024 * 1024


@dataclass(frozen=True)
class FileFault:
    """A fault of a file: the path of the record and field in it, and the cause."""

    file: str
    path: str
    cause: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.path}" if self.path else self.file
        return f"{place}: {self.cause}"


@dataclass(frozen=True)
class RecordFile:
    """A parsed file: its content, and the name that faults give it."""

    name: str
    content: dict[str, Any]


def encode(content: dict[str, Any]) -> bytes:
    """The bytes of a record file: the same content always gives the same bytes."""
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def find(paths: list[Path]) -> Iterator[tuple[str, Path]]:
    """The record files among these files and in these folders: a short name and the path."""
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*.json")):
                yield file.relative_to(path).as_posix(), file
        else:
            yield path.name, path


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return result


def _no_constants(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _finite(word: str) -> float:
    if math.isinf(float(word)):
        raise ValueError(f"{word} is out of range")
    return float(word)


def read(paths: list[Path]) -> Iterator[RecordFile | FileFault]:
    """Parses the files one by one; a file that is no record file is a fault."""
    for name, path in find(paths):
        try:
            if path.stat().st_size > LARGEST_FILE:
                yield FileFault(name, "", f"is larger than {LARGEST_FILE >> 20} MiB")
                continue
            content = json.loads(
                path.read_text(encoding="utf-8"),
                object_pairs_hook=_no_duplicates,
                parse_constant=_no_constants,
                parse_float=_finite,
            )
        except OSError as error:
            yield FileFault(name, "", error.strerror or "cannot be read")
        except json.JSONDecodeError as error:
            place = f"line {error.lineno}, column {error.colno}"
            yield FileFault(name, place, f"is no JSON: {error.msg}")
        except UnicodeDecodeError as error:
            yield FileFault(name, f"byte {error.start}", "is not UTF-8")
        except RecursionError:
            yield FileFault(name, "", "is nested too deeply")
        except ValueError as error:
            yield FileFault(name, "", str(error))
        else:
            if not isinstance(content, dict) or not (
                "dialogue" in content or any(key in SHARED for key in content)
            ):
                known = ", ".join(["dialogue", *SHARED])
                yield FileFault(name, "", f"is no record file: it has none of {known}")
            else:
                yield RecordFile(name, content)
