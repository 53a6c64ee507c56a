"""Addresses asked in this process, as the server would ask.

    DATABASE_URL=… python -m bench.asking ADDRESS

asks one in a process of its own and prints the most memory that this held at once, in kB.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import django
from django.test import Client

client = Client(SERVER_NAME="127.0.0.1")


def get(address: str, status: int = 200, **headers: str) -> Any:
    """The answer of an address. Raises RuntimeError where it has another status."""
    answer = client.get(address, headers=headers)
    if answer.status_code != status:
        raise RuntimeError(f"{address}: {answer.status_code} {answer.getvalue()[:300]!r}")
    return answer


def content(address: str) -> Any:
    """The JSON that an address answers."""
    return json.loads(get(address).getvalue())


def drain(address: str) -> None:
    """Take an answer piece by piece and keep nothing of it."""
    for _ in get(address):
        pass


def memory_of(address: str) -> int:
    """The most memory that a process of its own held to answer this address, in kB."""
    command = [sys.executable, "-m", "bench.asking", address]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def most_held() -> int:
    """The most memory that this process ever held, in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(dict(line.split(":", 1) for line in lines)["VmHWM"].split()[0])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtop.settings")
    django.setup()
    drain(sys.argv[1])
    print(most_held())
