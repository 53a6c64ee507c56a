"""Tokenizing: a text's words, folded and stemmed here for both databases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from snowballstemmer.english_stemmer import EnglishStemmer

# Letters that Unicode does not decompose into a plain letter and a mark.
LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"}
)
APOSTROPHES = re.compile(r"['’‘ʼ`´]")
NOT_A_WORD = re.compile(r"[\W_]+")
HYPHENED = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)+")
HYPHEN = re.compile(r"[-‐‑]")
# Longer strings are no words; PostgreSQL refuses lexemes of two thousand bytes.
LONGEST_TERM = 64

# British and American spelling. Both become one, so it does not matter that "wise" does too.
SPELLINGS = [
    (re.compile(r"(?<=[a-z]{3})is(e[drs]?|ers|ing|ations?|ational)$"), r"iz\1"),
    (re.compile(r"lys(e[drs]?|ers|ing)$"), r"lyz\1"),
    (re.compile(r"^(behavi|col|endeav|fav|harb|hon|hum|lab|neighb|rig|rum|vig)our"), r"\1or"),
    (re.compile(r"^(cent|fib|lit|met|theat)re(s?)$"), r"\1er\2"),
    (re.compile(r"^(defen|licen|offen|preten)c(es?)$"), r"\1s\2"),
    (re.compile(r"^practis(e[ds]?|ing)$"), r"practic\1"),
    (re.compile(r"^programme(s?)$"), r"program\1"),
    (re.compile(r"^(acknowledg|judg)ement(s?)$"), r"\1ment\2"),
    (re.compile(r"^(cancel|channel|enrol|fulfil|label|model|signal|travel)l"), r"\1"),
]
# Words that the stemmer takes for forms of another, which in this field is another matter:
# a responsibility is no response, and what is national is not of the United Nations.
APART = re.compile(
    r"(responsibilit|responsib|accountab|authorit(?=y|ies)|informal|national|universit)"
)


def fold(text: str) -> str:
    """Plain lowercase letters, words separated by single spaces.

    Accents and apostrophes go ("Côte d’Ivoire" is "cote divoire"), other marks part words.
    """
    if text.isascii():
        return NOT_A_WORD.sub(" ", text.lower().replace("'", "").replace("`", "")).strip()
    # The acute accent alone is typed for an apostrophe; Unicode takes it for a space and a mark.
    apart = unicodedata.normalize("NFKD", text.replace("´", "’"))
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return NOT_A_WORD.sub(" ", APOSTROPHES.sub("", plain.casefold().translate(LETTERS))).strip()


@lru_cache(maxsize=50_000)
def term(word: str) -> str:
    """Stem of a folded word: "preventive" and "prevents" are "prevent"."""
    if not (word.isascii() and word.isalpha()):
        return word[:LONGEST_TERM]
    for pattern, spelling in SPELLINGS:
        word = pattern.sub(spelling, word)
    if found := APART.match(word):
        return found[1]
    return EnglishStemmer().stemWord(word[:LONGEST_TERM])


@lru_cache(maxsize=5_000)
def terms(text: str) -> tuple[str, ...]:
    """Terms of a text, in order. Cached: names recur with every statement."""
    return tuple(map(term, fold(text).split()))


def joined(text: str) -> list[str]:
    """Terms of hyphenated words written without the hyphen: "subregion" for "sub-regional"."""
    if not HYPHEN.search(text):
        return []
    found = (fold(HYPHEN.sub("", word)) for word in HYPHENED.findall(text))
    return [term(word) for word in found if word and " " not in word]


@lru_cache(maxsize=5_000)
def _said(text: str) -> tuple[str, list[str]]:
    return " ".join(terms(text)), joined(text)


def kept(texts: Iterable[str]) -> str:
    """Each text's terms between spaces; a double space keeps phrases from crossing texts."""
    said = [_said(text) for text in texts if text]
    parts = [part for part, _ in said] + [word for _, words in said for word in words]
    return "".join(f" {part} " for part in parts if part)
