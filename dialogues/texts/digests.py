"""Digest and measures of a passage's text, which a record keeps in place of the text."""

from __future__ import annotations

import hashlib

WORDS_SHOWN = 6
# The length of the columns: a text without spaces is one long word.
LONGEST_SHOWN = 200


def normalise(text: str) -> str:
    """The declared normalisation: each run of white space becomes one space, the ends are stripped.

    So the line breaks of a PDF make no difference; every other character does.
    """
    return " ".join(text.split())


def digest(text: str) -> str:
    """SHA-256 of the UTF-8 bytes of a normalised text, in hex."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()


def measures(text: str) -> dict:
    """The fields of a passage's record: its first and last words, their number, the digest."""
    words = normalise(text).split(" ")
    return {
        "first_words": " ".join(words[:WORDS_SHOWN])[:LONGEST_SHOWN].rstrip(),
        "last_words": " ".join(words[-WORDS_SHOWN:])[-LONGEST_SHOWN:].lstrip(),
        "words": len(words),
        "sha256": digest(text),
    }
