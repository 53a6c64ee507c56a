"""What the import of new statements takes: made-up ones in record files, by the real command.

    DATABASE_URL=… python -m bench.importing FOLDER

imports the files of a folder and prints the milliseconds of processor time that each statement
took, of the command and of the database's server. It writes into that archive.
"""

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from subprocess import PIPE
from typing import Any

import django

from .corpus import Maker

# Below all numbers that made-up archives have, and above those of the bundled records.
FIRST = -9_000
MOST = 2_000


def write_files(folder: Path, number: int) -> None:
    """So many new statements, in a file for each dialogue; each point cites a passage."""
    from django.db import transaction

    from dialogues.models import Passage, Statement
    from dialogues.records.files import DATA, encode, file_name
    from dialogues.records.record_forms import STATEMENT, records_of

    passage = Passage.objects.select_related("source").order_by("source__slug", "number")[0]
    cites = [f"{passage.source.slug}#p{passage.number}"]
    maker, by_year = Maker(), dict[int, list[dict[str, Any]]]()
    made: dict[Any, list] = {model: [] for model in maker.made}
    for place in range(FIRST, FIRST + number):
        maker.statement(place, made)
    with transaction.atomic():
        for model, rows in made.items():
            model._default_manager.bulk_create(rows)
        keys = [statement.pk for statement in made[Statement]]
        statements = Statement.objects.filter(pk__in=keys)
        for _statement, record in records_of(STATEMENT, statements):
            for one in (record, *record["positions"]):
                one["cites"] = cites
            by_year.setdefault(int(record["ref"].split("-")[1]), []).append(record)
        transaction.set_rollback(True)
    for year, records in by_year.items():
        name = file_name(year=year)
        dialogue = json.loads((DATA / name).read_text(encoding="utf-8"))["dialogue"]
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode({"dialogue": dialogue, "statements": records}))


def cost(url: str, folder: Path) -> float:
    """What `imported` says of the archive at this URL."""
    command = [sys.executable, "-m", "bench.importing", str(folder)]
    environment = os.environ | {"DATABASE_URL": url}
    return float(subprocess.run(command, env=environment, check=True, stdout=PIPE).stdout)


def imported(folder: Path) -> float:
    """Imports the files; the milliseconds that each statement took. Raises RuntimeError."""
    from django.core.management import call_command
    from django.db import connection

    from dialogues.models import Statement

    files = [json.loads(path.read_bytes()) for path in folder.rglob("*.json")]
    refs = [statement["ref"] for file in files for statement in file["statements"]]
    connection.ensure_connection()
    start = time.process_time() + _of_server(connection)
    call_command("import_records", str(folder), verbosity=0, stdout=io.StringIO())
    taken = time.process_time() + _of_server(connection) - start
    there = Statement.objects.filter(ref__in=refs, positions__citations__isnull=False).distinct()
    if there.count() != len(refs):
        raise RuntimeError(f"{there.count()} of {len(refs)} statements are in the archive")
    return taken / len(refs) * 1000


def _of_server(connection: Any) -> float:
    """The seconds of processor time that the server has spent on a connection."""
    if connection.vendor == "sqlite":
        return 0
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtop.settings")
    django.setup()
    print(imported(Path(sys.argv[1])))
