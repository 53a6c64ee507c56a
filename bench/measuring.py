"""Processor time, and medians of it."""

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection

from dialogues.filters import cache


def processor_time() -> float:
    """Seconds of processor time spent by this process and by the server of its database.

    What else the machine does counts less than on a clock.
    """
    spent = time.process_time()
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        server = connection.connection.info.backend_pid
        spent += int(Path(f"/proc/{server}/schedstat").read_text().split()[0]) / 1e9
    return spent


def medians(rounds: int, *asks: Callable[[], Any], uncached: bool = False) -> list[float]:
    """The median seconds of each, all asked in turn in each round after one that warms them.

    `uncached`: what was counted is forgotten before each; templates and prepared code stay warm.
    """
    taken: list[list[float]] = [[] for _ in asks]
    for turn in range(rounds + 1):
        for ask, times in zip(asks, taken, strict=True):
            if uncached:
                cache.clear()
            before = processor_time()
            ask()
            if turn:
                times.append(processor_time() - before)
    return [median(times) for times in taken]


def progress(text: str) -> None:
    """Say on a terminal what is under way; nothing in a pipe."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r\033[K{text[:width]}", end="", file=sys.stderr, flush=True)
