"""Marks of stances and silences: a glyph on pages, a path in pictures.

Shape and word suffice without colour.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dialogues.choices import Silence, Stance
from dialogues.filters import CompareSelection


@dataclass(frozen=True)
class MarkShape:
    """A shape: as a glyph in text, and as an SVG path, filled, in the square from -1 to 1.

    `colour` is a name in COLOURS.
    """

    glyph: str
    path: str
    colour: str


def _dot(x: float, radius: float) -> str:
    arc = f"A{radius},{radius} 0 1 1 "
    return f"M{x - radius:g},0{arc}{x + radius:g},0{arc}{x - radius:g},0Z"


# A hole runs against the outline around it.
STANCE_MARKS = {
    Stance.SUPPORTS: MarkShape("▲", "M0,-1L1,.8L-1,.8Z", "supports"),
    Stance.WELCOMES: MarkShape(
        "△",
        "M0,-1L1,.8L-1,.8ZM0,-.38L-.5,.52L.5,.52Z",
        "welcomes",
    ),
    Stance.CALLS_FOR: MarkShape("►", "M-.8,-1L1,0L-.8,1Z", "calls-for"),
    Stance.NOTES: MarkShape(
        "□",
        "M-.85,-.85L.85,-.85L.85,.85L-.85,.85ZM-.55,-.55L-.55,.55L.55,.55L.55,-.55Z",
        "notes",
    ),
    Stance.CONCERNED: MarkShape("◆", "M0,-1L1,0L0,1L-1,0Z", "concerned"),
    Stance.MIXED: MarkShape(
        "◐",
        "M0,-.95A.95,.95 0 0 1 0,.95A.95,.95 0 0 1 0,-.95ZM0,.68A.68,.68 0 0 0 0,-.68Z",
        "mixed",
    ),
    Stance.OPPOSES: MarkShape("▼", "M0,1L-1,-.8L1,-.8Z", "opposes"),
}
SILENCE_MARKS = {
    Silence.NONE_HELD: MarkShape(
        "×",
        "M-.7,-.9L0,-.2L.7,-.9L.9,-.7L.2,0L.9,.7L.7,.9L0,.2L-.7,.9L-.9,.7L-.2,0L-.9,-.7Z",
        "muted",
    ),
    Silence.NOT_CODED: MarkShape(
        "…", _dot(-0.75, 0.22) + _dot(0, 0.22) + _dot(0.75, 0.22), "muted"
    ),
    Silence.NOT_NAMED: MarkShape("·", _dot(0, 0.3), "muted"),
    Silence.NOTHING_ON_THEME: MarkShape("–", "M-.9,-.16L.9,-.16L.9,.16L-.9,.16Z", "muted"),
}

# The colours of static/css/tokens.css, in both schemes.
COLOURS = {
    "light": {
        "leaf": "#fffdf9",
        "ink": "#201d19",
        "muted": "#5f584d",
        "rule": "#ddd5c5",
        "link": "#1c4e70",
        "supports": "#466b5b",
        "welcomes": "#19434b",
        "calls-for": "#006fb1",
        "notes": "#493b2c",
        "concerned": "#775600",
        "mixed": "#705f82",
        "opposes": "#ac4e3c",
    },
    "dark": {
        "leaf": "#202223",
        "ink": "#e5e1d8",
        "muted": "#aea89c",
        "rule": "#393b3d",
        "link": "#9cc5e3",
        "supports": "#75a193",
        "welcomes": "#86dde0",
        "calls-for": "#6fa3e8",
        "notes": "#ded0bb",
        "concerned": "#e8b565",
        "mixed": "#9e87b6",
        "opposes": "#dd725d",
    },
}


def silence_labels(selection: CompareSelection) -> dict[Silence, str]:
    """The silences of a view's empty cells, each with its label."""
    labels = {silence: str(silence.label) for silence in Silence}
    if "group" in selection.given:
        # It may have spoken in a year, and on the theme, before it joined or after it left.
        words = _("Named, nothing that fits or not of the group then")
        labels[Silence.NOTHING_ON_THEME] = words
    elif list(selection.given) != ["theme"]:
        labels[Silence.NOTHING_ON_THEME] = _("Named, nothing that fits")
    if selection.view not in ("actors", "words") and not selection.given:
        del labels[Silence.NOTHING_ON_THEME]
    return labels
