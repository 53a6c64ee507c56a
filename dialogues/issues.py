"""Errors in input: one form for all doors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Issue:
    """An error in one field of an input, in words that say what is allowed.

    `value` is the wrong one of several; `now` its present name, where it was merged.
    """

    field: str
    code: str
    message: str
    value: str = ""
    now: str = ""
