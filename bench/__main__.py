"""The benchmarks: figures are ratios to a floor or a peer that was measured in the same run.

    python -m bench --size 20000

makes archives of 300 and of 20,000 statements in a PostgreSQL of its own, asks the archive and its
peers for the same, in turn and round after round, and compares the medians of processor time, the
database's with it. It prints a table and writes bench/results.json.

All is warm: each address was asked once before, so that lists of choices and counts of everything
are kept, as they are between two publications. Where a figure says uncached, what was counted is
forgotten before each asking.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import django
import psycopg
from django.db import connection
from django.test import override_settings

from tests.postgres import postgres

SIZES = (300, 20_000)
RESULTS = Path(__file__).with_name("results.json")
# A connection's own process does all of its work, so that its processor time can be read.
SERVER = partial(postgres, shared_buffers="1GB", max_parallel_workers_per_gather="0")


def make(server: str, size: int) -> tuple[str, float]:
    """Make an archive of this size; gives its URL and the milliseconds of importing a statement."""
    name = f"bench_{size}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = f"{server.rpartition('/')[0]}/{name}"
    made = subprocess.run(
        [sys.executable, "-m", "bench.corpus", str(size)],
        env=os.environ | {"DATABASE_URL": url},
        check=True,
        stdout=subprocess.PIPE,
    )
    return url, float(made.stdout)


def measured(urls: dict[int, str], rounds: int, folder: Path) -> Any:
    """Measure the archives at these URLs, by size: growth from all, the rest from the largest."""
    os.environ |= {"DATABASE_URL": urls[max(urls)], "DJANGO_SETTINGS_MODULE": "rtop.settings"}
    django.setup()
    from . import figures
    from .measuring import progress

    found = figures.Figures(rounds)
    with override_settings(ROOT_URLCONF="bench.stock"):
        times = {}
        for size, url in sorted(urls.items()):
            progress(f"growth: {size} statements")
            connection.close()
            connection.settings_dict["NAME"] = url.rpartition("/")[2]
            times[size] = figures.times_of_growth(rounds)
        figures.growth(found, times)
        figures.measure(found, folder)
    figures.peak_memory(found)
    connection.close()
    progress("")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure the archive against its own database, its peers, and itself.",
        epilog="Example: python -m bench --size 20000",
    )
    parser.add_argument("--size", type=int, default=20_000, help="how many statements, from 300")
    parser.add_argument("--rounds", type=int, default=5, help="of which the median is taken")
    parser.add_argument("--results", type=Path, default=RESULTS, help="the file to write")
    arguments = parser.parse_args()
    if arguments.size < min(SIZES) or arguments.rounds < 1:
        parser.error(f"--size takes {min(SIZES)} or more, --rounds 1 or more")
    began = time.monotonic()
    with SERVER() as server, tempfile.TemporaryDirectory() as folder:
        sizes = sorted({arguments.size, *(size for size in SIZES if size < arguments.size)})
        made = {size: make(server, size) for size in sizes}
        urls = {size: url for size, (url, _) in made.items()}
        figures = measured(urls, arguments.rounds, Path(folder))
        figures.add("import, ms of processor time a statement", made[arguments.size][1])
    for line in figures.lines():
        print(line)
    print(f"{arguments.size} statements, {time.monotonic() - began:.0f} s")
    arguments.results.write_text(json.dumps(figures.results, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
