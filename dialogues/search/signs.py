"""Terms that no text has: by which values a row is found, and in which samples it is.

Where a word stands in very many rows, those of a sample are counted for all.
"""

from __future__ import annotations

from collections.abc import Iterable

# Signs that part words: no term of a text begins with them.
VALUE, SAMPLE = "§", "¶"
# Of 2 to the power of this many rows one is in the smallest sample.
SMALLEST = 10


def of_value(code: int) -> str:
    """The term of the rows that have a value, by its code."""
    return f"{VALUE}{code:x}"


def of_sample(level: int) -> str:
    """The term of the rows of which one in 2 to the power of `level` is in the sample."""
    return f"{SAMPLE}{level}"


def samples(pk: int) -> Iterable[int]:
    """The levels of the samples that a row is in: that of every 2nd, every 4th, 8th row …

    A row of a smaller sample is in all larger ones. Nothing but the key decides, and neighbours
    fall apart.
    """
    scattered = (pk * 0x9E3779B1 & 0xFFFFFFFF) >> 16
    for level in range(1, SMALLEST + 1):
        if scattered % (1 << level):
            return
        yield level


def kept(pk: int, codes: Iterable[int]) -> str:
    """The terms of all values and samples of a row, each between spaces."""
    terms = [*map(of_value, sorted(set(codes))), *map(of_sample, samples(pk))]
    return "".join(f" {term} " for term in terms)
