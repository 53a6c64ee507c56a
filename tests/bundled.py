"""The bundled record files as plain data, read without the program."""

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "dialogues" / "records" / "data"
YEARS = range(2009, 2026)


@cache
def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def names() -> list[str]:
    """Every record file, as `actors.json` or `dialogues/2011.json`."""
    return sorted(path.relative_to(DATA).as_posix() for path in DATA.rglob("*.json"))


def content(name: str) -> Any:
    """The content of a record file; the caller's to change."""
    return copy.deepcopy(_read(name))


def year_file(year: int) -> Any:
    return content(f"dialogues/{year}.json")


def shared(name: str) -> list[dict[str, Any]]:
    """A shared list: `shared("actors")`."""
    return content(f"{name}.json")[name]


def write(folder: Path, **changed: Any) -> Path:
    """A folder of record files: `write(tmp_path, **{"dialogues/2011": {...}, "themes": {...}})`."""
    for name, value in changed.items():
        path = folder / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value, ensure_ascii=False, indent=2), encoding="utf-8")
    return folder
