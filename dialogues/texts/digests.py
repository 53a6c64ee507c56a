"""What is measured of a passage's text: its first and last words, their number, the digest."""

from __future__ import annotations

import hashlib

WORDS_SHOWN = 6
# What the columns hold: a text without spaces has one long word.
LONGEST_SHOWN = 200


def normalise(text: str) -> str:
    """The declared normalisation: every run of white space one space, the ends stripped.

    So the line breaks of a PDF make no difference, and every other character does.
    """
    return " ".join(text.split())


def digest(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of a normalised text, in hex."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()


def measures(text: str) -> dict:
    """What a record keeps of a passage: its first and last words, their number, the digest."""
    words = normalise(text).split(" ")
    return {
        "first_words": " ".join(words[:WORDS_SHOWN])[:LONGEST_SHOWN].rstrip(),
        "last_words": " ".join(words[-WORDS_SHOWN:])[-LONGEST_SHOWN:].lstrip(),
        "words": len(words),
        "sha256": digest(text),
    }
