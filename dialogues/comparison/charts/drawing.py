"""Drawing: a Vega-Lite specification in, SVG or PNG out. No network; the last drawings are kept."""

from __future__ import annotations

import json
from functools import lru_cache
from html import escape
from math import sqrt

import vl_convert

from .frame import Chart

# PNG is drawn at twice the size, unless that would be more pixels than a screen can use.
PIXELS = 24_000_000


def draw_svg(picture: Chart, scheme: str) -> str:
    """An SVG with title and description, and without script and style."""
    spec = json.dumps(picture.sheet.spec(scheme), ensure_ascii=False, sort_keys=True)
    return _svg(spec, picture.title, picture.description)


def draw_png(picture: Chart, scheme: str) -> bytes:
    scale = min(2, sqrt(PIXELS / (picture.sheet.width * picture.sheet.height)))
    return _png(draw_svg(picture, scheme), scale)


@lru_cache(maxsize=32)
def _svg(spec: str, title: str, description: str) -> str:
    """The first drawing of a process starts an engine, which takes it seconds."""
    drawn = vl_convert.vegalite_to_svg(spec, vl_version="6.4", allowed_base_urls=[])
    head, start, rest = drawn.partition(">")
    words = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return f'{head} role="img"{start}{words}{rest}'


@lru_cache(maxsize=16)
def _png(svg: str, scale: float) -> bytes:
    return vl_convert.svg_to_png(svg, scale=scale)
