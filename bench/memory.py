"""How much memory an answer takes: a process that asks one address, however long its answer.

    DATABASE_URL=… python -m bench.memory /api/v1/statements/export/?format=csv

prints the most that the process held at once, in kB.
"""

import os
import subprocess
import sys
from pathlib import Path

import django


def of_address(address: str) -> int:
    """The most memory that a process of its own held to answer this address, in kB."""
    command = [sys.executable, "-m", "bench.memory", address]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def most_held() -> int:
    """The most memory that this process ever held, in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(dict(line.split(":", 1) for line in lines)["VmHWM"].split()[0])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rtop.settings")
    django.setup()
    from .asking import drain

    drain(sys.argv[1])
    print(most_held())
