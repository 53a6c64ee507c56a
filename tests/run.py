"""The whole suite, on SQLite and then on a PostgreSQL of its own: `make test`.

Arguments go to pytest, in both runs. What could not be run is named last, with its reason; where
RTOP_NOTHING_SKIPPED is 1 (in CI), that is a failure.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from xml.etree import ElementTree

from tests.postgres import Unavailable, postgres

# One more than there are processors: now and then each waits for its database or its browser.
WORKERS = str(min((os.cpu_count() or 2) + 1, 9))


def run_pytest(name: str, databases: dict[str, str], report: Path, *arguments: str) -> int:
    """One run of pytest, its output passed through; gives its exit status."""
    print(f"\n=== {name} ===", flush=True)
    # The second run need not compile the tests again.
    apart = ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
    environment = {key: value for key, value in os.environ.items() if key not in apart}
    command = [sys.executable, "-m", "pytest", "-n", WORKERS, "--dist=worksteal", "--durations=5"]
    command += [f"--junitxml={report}", *arguments, *sys.argv[1:]]
    return subprocess.run(command, env=environment | databases).returncode


def outcomes(report: Path) -> tuple[Counter[str], dict[str, set[str]]]:
    """How many tests of a run passed, failed and were skipped; and the skipped by reason."""
    counts, skipped_for = Counter[str](), defaultdict[str, set[str]](set)
    if report.exists():
        for case in ElementTree.parse(report).getroot().iter("testcase"):  # noqa: S314 (our own)
            skipped = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                counts["failed"] += 1
            elif skipped is None or skipped.get("type") == "pytest.xfail":
                counts["passed"] += 1
            else:
                counts["skipped"] += 1
                name = f"{case.get('classname')}::{case.get('name')}"
                skipped_for[skipped.get("message") or "no reason given"].add(name)
    return counts, skipped_for


def main() -> int:
    # Told to stop, we stop the server too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    counts, not_run = Counter[str](), defaultdict[str, set[str]](set)
    with tempfile.TemporaryDirectory() as folder:
        reports = [Path(folder, "sqlite.xml"), Path(folder, "postgresql.xml")]
        status = run_pytest("SQLite", {}, reports[0])
        try:
            with postgres() as url:
                # The browser sees the same pages whatever is under them: once is enough.
                status |= run_pytest(
                    "PostgreSQL", {"DATABASE_URL": url}, reports[1], "-m", "not browser"
                )
        except Unavailable as problem:
            not_run[str(problem)].add("everything on PostgreSQL")
        for report in reports:
            found, skipped_for = outcomes(report)
            counts += found
            for reason, names in skipped_for.items():
                not_run[reason] |= names

    if not_run:
        for reason, names in not_run.items():
            print(f"\nNot run, because {reason}:", *sorted(names), sep="\n  ")
        if os.environ.get("RTOP_NOTHING_SKIPPED") == "1":
            print("\nNothing may be left out here (RTOP_NOTHING_SKIPPED=1).")
            status = status or 1
    print(
        f"\ntotal: {counts['passed']} passed, {counts['failed']} failed,"
        f" {counts['skipped']} skipped",
        flush=True,
    )
    return status


if __name__ == "__main__":
    sys.exit(main())
