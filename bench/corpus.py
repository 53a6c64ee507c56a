"""A made-up archive of any size, the same each time, imported as an operator imports record files.

    DATABASE_URL=… python -m bench.corpus 20000

fills an empty database with the bundled records and, beside them, with so many made-up statements
that there are 20,000 in all, and prints how many milliseconds of processor time the import of each
took. Each made-up statement is a bundled one in another year, delivered by other actors, with its
words in another order: it has every field of a record, as often filled as in reality. None is
added to 2011: the page of a dialogue shows one meeting whole, and no meeting heard thousands.
"""

import copy
import io
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import django

# Words that only made-up statements have, and the share of all statements that have them.
WORDS = {"walrus": 0.005, "oyster": 0.03, "carpenter": 0.14}
KEPT_YEAR = 2011
FIRST_NUMBER = 1_000  # of a ref, above those of the bundled records
BATCH = 2_500
TEXTS = ("summary", "note", "text")


def made_up(size: int, data: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Made-up statements that fill an archive up to this size: the year and the record of each."""
    files = [json.loads(path.read_text()) for path in sorted(data.glob("dialogues/*.json"))]
    actors = [actor["slug"] for actor in json.loads((data / "actors.json").read_text())["actors"]]
    patterns = [statement for file in files for statement in file["statements"]]
    panels = {
        file["dialogue"]["year"]: [panel["key"] for panel in file["dialogue"]["panels"]]
        for file in files
        if file["statements"] and file["dialogue"]["year"] != KEPT_YEAR
    }
    number = size - len(patterns)
    draw, numbers_of = random.Random(KEPT_YEAR), {year: count(FIRST_NUMBER) for year in panels}
    for place in range(number):
        year = draw.choice(list(panels))
        numbers = numbers_of[year]
        statement = copy.deepcopy(draw.choice(patterns))
        _shuffle(statement, draw)
        statement["ref"] = f"RTOP-{year}-S{next(numbers)}"
        statement["panel"] = draw.choice(panels[year])
        deliverers = draw.sample(actors, len(statement["deliveries"]))
        # Who speaks on behalf of others stays who it is: it may be one of those drawn.
        if not any(delivery["on_behalf_of"] for delivery in statement["deliveries"]):
            for delivery, actor in zip(statement["deliveries"], deliverers, strict=True):
                delivery["actor"] = actor
        for position in statement["positions"]:
            position["ref"] = f"RTOP-{year}-P{next(numbers)}"
            for quotation in position["quotations"]:
                quotation["ref"] = f"RTOP-{year}-Q{next(numbers)}"
        for word, share in WORDS.items():
            # Spread evenly, and in the same share of an archive of any size.
            having = round(size * share)
            if (place + 1) * having // number > place * having // number:
                statement["summary"] = f"{statement['summary']} {word}".strip()
        yield year, statement


def _shuffle(record: Any, draw: random.Random) -> None:
    """Puts the words of each text in another order."""
    for name, value in record.items():
        if name in TEXTS:
            words = value.split(" ")
            draw.shuffle(words)
            record[name] = " ".join(words)
        elif isinstance(value, list):
            for part in value:
                if isinstance(part, dict):
                    _shuffle(part, draw)


def write_files(size: int, folder: Path) -> list[Path]:
    """Record files of the made-up statements; a folder for each batch, to be imported in order."""
    from dialogues.records.files import DATA, encode

    batches: dict[int, dict[int, list[dict[str, Any]]]] = {}
    for place, (year, statement) in enumerate(made_up(size, DATA)):
        batches.setdefault(place // BATCH, {}).setdefault(year, []).append(statement)
    for batch, by_year in batches.items():
        for year, statements in by_year.items():
            dialogue = json.loads((DATA / f"dialogues/{year}.json").read_text())["dialogue"]
            path = folder / f"{batch:04}/dialogues/{year}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encode({"dialogue": dialogue, "statements": statements}))
    return sorted(folder.iterdir())


def make(size: int) -> float:
    """Fill an empty database; gives the milliseconds that importing a statement took."""
    from django.core.management import call_command
    from django.db import connection

    from dialogues.models import Statement
    from dialogues.records.files import DATA

    from .measuring import processor_time, progress

    call_command("migrate", verbosity=0)
    load = partial(call_command, "import_records", publish=True, verbosity=0, stdout=io.StringIO())
    load(str(DATA))
    bundled, spent = Statement.objects.count(), 0.0
    with tempfile.TemporaryDirectory() as name:
        folders = write_files(size, Path(name))
        for place, folder in enumerate(folders):
            progress(f"{bundled + place * BATCH} of {size} statements")
            before = processor_time()
            load(str(folder))
            spent += processor_time() - before
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return spent * 1000 / (size - bundled)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtop.settings")
    django.setup()
    print(make(int(sys.argv[1])))
