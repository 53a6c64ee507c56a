"""The lock: requirements.txt and requirements-dev.txt, made from pyproject.toml.

    python -m tests.lock [--upgrade]    write both; pins stay as they are without --upgrade
    python -m tests.lock --check        do they still agree with pyproject.toml? (no network)

One resolution serves every supported Python, each file with its hash. The first line of each file
holds a digest of what pyproject.toml asked for; a change there that was not locked is seen by it.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNTIME, DEV = "requirements.txt", "requirements-dev.txt"


def digest() -> str:
    """Of everything in pyproject.toml that decides what is installed."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = asked["project"]
    decides = [project["requires-python"], project["dependencies"], asked["dependency-groups"]]
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def header() -> str:
    return f"# pyproject.toml sha256:{digest()}\n"


def pins(name: str) -> set[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return {line.split(" ")[0] for line in lines if line[:1].isalnum()}


def check() -> str | None:
    """What is wrong with the lock, or None."""
    for name in (RUNTIME, DEV):
        path = ROOT / name
        if not path.exists() or not path.read_text(encoding="utf-8").startswith(header()):
            return f"{name} is not what pyproject.toml asks for: run `make lock`"
    if alien := pins(RUNTIME) - pins(DEV):
        return f"{DEV} pins other versions than {RUNTIME}: {', '.join(sorted(alien))}"
    return None


def write(*, upgrade: bool) -> None:
    for name, also in ((RUNTIME, []), (DEV, ["--group=dev", f"--constraint={RUNTIME}"])):
        subprocess.run(
            [
                *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *also),
                *("--universal", "--python-version=3.11", "--generate-hashes"),
                # Without its extras a pin does not hold what asks for them (coverage[toml]): pip
                # would take the newest release there, and refuse it for want of a hash.
                "--no-strip-extras",
                # Where packages come from is the machine's business, not the lock's.
                *("--no-emit-index-url", "--no-emit-find-links"),
                *("--quiet", "--custom-compile-command=make lock", f"--output-file={name}"),
                *(["--upgrade"] if upgrade else []),
            ],
            cwd=ROOT,
            check=True,
        )
        path = ROOT / name
        path.write_text(header() + path.read_text(encoding="utf-8"), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.lock",
        description="Write or check the locked requirements.",
        epilog="Example: python -m tests.lock --upgrade",
    )
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="only say whether they are fresh")
    choice.add_argument("--upgrade", action="store_true", help="take the newest versions allowed")
    arguments = parser.parse_args()
    if not arguments.check:
        write(upgrade=arguments.upgrade)
    if problem := check():
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
