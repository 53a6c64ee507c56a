"""Samples of the rows: where a word stands in very many, some are counted for all."""

from __future__ import annotations

from itertools import takewhile

# A sign that no text has a term with; the number says which sample.
SIGN = "‡"
# Of 2 to the power of this many rows one is in the smallest sample.
SMALLEST = 10


def marks(pk: int) -> str:
    """The terms that say in which samples a row is: in that of every 2nd, every 4th, 8th row…

    A row of a smaller sample is in all larger ones. Nothing but the key decides, and neighbours
    fall apart.
    """
    scattered = (pk * 0x9E3779B1 & 0xFFFFFFFF) >> 16
    levels = takewhile(lambda level: not scattered % (1 << level), range(1, SMALLEST + 1))
    return "".join(f" {mark(level)} " for level in levels)


def mark(level: int) -> str:
    """The term of the rows of which one in 2 to the power of `level` is in the sample."""
    return f"{SIGN}{level}"
