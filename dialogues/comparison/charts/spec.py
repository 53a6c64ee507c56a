"""The layout of a chart in pixels, and its specification for Vega-Lite.

A page knows the size of a chart from its layout, before anything is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from textwrap import wrap
from typing import Any

from dialogues.comparison.marks import COLOURS, MarkShape

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
# The width of a character in pixels: of a title, at 12 px, at 11. A reader's own sans-serif may
# be wider than Liberation Sans: there is room for it.
BOLD, CHARACTER, SMALL = 9.2, 7.0, 6.2
MARGIN = 16
LINE = 16
LEAST_WIDTH = 600
LONGEST_LABEL = 400
# Above this number of rows the heads stand below them too.
FEW_ROWS = 40


@dataclass(frozen=True)
class LegendKey:
    """A mark and its meaning, in the legend."""

    word: str
    mark: MarkShape


@dataclass(frozen=True)
class ChartLane:
    """A column of a chart: its start, its width, and its head."""

    start: float
    width: float
    head: str
    caveat: tuple[str, ...] = ()

    @property
    def middle(self) -> float:
        return self.start + self.width / 2


@dataclass
class ChartSpec:
    """The bars, marks and words of each row and lane.

    Each is a dictionary with its row, its place in pixels, and the numbers that it stands for.
    """

    rows: list[str]
    lanes: list[ChartLane]
    keys: list[LegendKey]
    row_height: int
    title: str
    foot: list[str] = field(default_factory=list)
    bars: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    words: list[dict[str, Any]] = field(default_factory=list)

    # The layout, from the top: title, marks and their words, heads, rows, foot.

    @property
    def labels(self) -> float:
        """The width of the rows' names."""
        longest = max((len(row) for row in self.rows), default=0)
        return min(longest * CHARACTER, LONGEST_LABEL) + 12

    @property
    def body(self) -> float:
        """The width of the lanes."""
        lanes = max((lane.start + lane.width for lane in self.lanes), default=0)
        return max(lanes, LEAST_WIDTH - self.labels)

    @property
    def depth(self) -> int:
        """The height of the rows."""
        return max(len(self.rows), 1) * self.row_height

    @property
    def width(self) -> int:
        return ceil(self.labels + self.body) + 2 * MARGIN

    @property
    def height(self) -> int:
        return self._top + self.depth + self._bottom

    @property
    def _columns(self) -> int:
        """How many marks of the legend stand in a line."""
        for columns in range(len(self.keys), 1, -1):
            widths = (
                max(len(key.word) for key in self.keys[n::columns]) * CHARACTER + 40
                for n in range(columns)
            )
            if sum(widths) <= self.labels + self.body:
                return columns
        return 1

    @property
    def _titles(self) -> list[str]:
        return _wrapped([self.title], self.labels + self.body, BOLD)

    @property
    def _legend(self) -> int:
        return ceil(len(self.keys) / self._columns) * 20 + 6 if self.keys else 0

    @property
    def _heads(self) -> int:
        deepest = max((1 + len(lane.caveat) for lane in self.lanes if lane.head), default=0)
        return deepest * 13 + 8

    @property
    def _top(self) -> int:
        return MARGIN + len(self._titles) * 20 + 8 + self._legend + self._heads

    @property
    def _again(self) -> int:
        """The height of the heads below the rows."""
        return 18 if len(self.rows) > FEW_ROWS else 0

    @property
    def _foot(self) -> list[str]:
        return _wrapped(self.foot, self.labels + self.body, SMALL)

    @property
    def _bottom(self) -> int:
        return self._again + 18 + len(self._foot) * LINE + MARGIN

    def spec(self, scheme: str) -> dict[str, Any]:
        """The specification, in one of the schemes of COLOURS."""
        colours = COLOURS[scheme]
        left = -self.labels
        layers = [
            self._rules(colours),
            *([self._bars(colours)] if self.bars else []),
            *([self._marks(colours, left)] if self.keys else []),
            self._labels(colours),
            _texts(self._placed(self.words), 11, colours["ink"]),
            _texts(self._all_heads(), 12, colours["ink"], fontWeight="bold"),
            _texts(self._caveats(), 10, colours["muted"]),
            _texts(self._title(left), 15, colours["ink"], fontWeight="bold"),
            _texts(self._all_foot(left), 11, colours["muted"]),
        ]
        return {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "autosize": {"type": "none"},
            "background": colours["leaf"],
            "width": self.width - 2 * MARGIN - ceil(self.labels),
            "height": self.depth,
            "padding": {
                "left": MARGIN + ceil(self.labels),
                "right": MARGIN,
                "top": self._top,
                "bottom": self._bottom,
            },
            "config": {"aria": False, "font": FONT, "view": {"stroke": None}},
            "encoding": {
                "x": {
                    "field": "x",
                    "type": "quantitative",
                    "scale": {"domain": [0, self.body], "range": [0, self.body], "nice": False},
                    "axis": None,
                },
            },
            "layer": layers,
        }

    def _row(self) -> dict[str, Any]:
        scale = {"domain": self.rows, "padding": 0}
        return {"field": "row", "type": "nominal", "scale": scale, "axis": None}

    def _labels(self, colours: dict[str, str]) -> dict[str, Any]:
        names = [{"row": row, "x": -self.labels, "text": row} for row in self.rows]
        return _texts(self._placed(names), 12, colours["ink"], limit=self.labels - 8)

    def _rules(self, colours: dict[str, str]) -> dict[str, Any]:
        """A line below each row."""
        values = [{"row": row, "x": -self.labels, "to": self.body} for row in self.rows]
        return {
            "data": {"values": values},
            "mark": {"type": "rule", "color": colours["rule"], "yOffset": self.row_height / 2},
            "encoding": {"x2": {"field": "to"}, "y": self._row()},
        }

    def _bars(self, colours: dict[str, str]) -> dict[str, Any]:
        # A scale here would take the marks' legend.
        by_word = {key.word: colours[key.mark.colour] for key in self.keys}
        colour = {"field": "colour", "type": "nominal", "scale": None}
        return {
            "data": {"values": [bar | {"colour": by_word[bar["mark"]]} for bar in self.bars]},
            "mark": {
                "type": "rect",
                "height": self.row_height - 6,
                "fillOpacity": 0.26,
                "strokeWidth": 1,
            },
            "encoding": {
                "x2": {"field": "to"},
                "y": self._row(),
                "fill": colour,
                "stroke": colour,
            },
        }

    def _marks(self, colours: dict[str, str], left: float) -> dict[str, Any]:
        legend = {
            "orient": "none",
            "legendX": left,
            "legendY": -self._heads - self._legend,
            "direction": "horizontal",
            "columns": self._columns,
            "columnPadding": 26,
            "rowPadding": 6,
            "title": None,
            "labelFontSize": 12,
            "labelColor": colours["ink"],
            "labelLimit": 0,
            "symbolSize": 110,
            "symbolStrokeWidth": 0,
        }

        def by_word(values: list[str]) -> dict[str, Any]:
            scale = {"domain": [key.word for key in self.keys], "range": values}
            return {"field": "mark", "type": "nominal", "scale": scale, "legend": legend}

        return {
            "data": {"values": self.marks},
            "mark": {"type": "point", "filled": True, "opacity": 1, "size": 90, "strokeWidth": 0},
            "encoding": {
                "y": self._row(),
                "shape": by_word([key.mark.path for key in self.keys]),
                "color": by_word([colours[key.mark.colour] for key in self.keys]),
            },
        }

    def _placed(self, words: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Words of rows, with the height at which they stand."""
        place = {row: n for n, row in enumerate(self.rows)}
        return [word | {"y": (place[word["row"]] + 0.5) * self.row_height + 4} for word in words]

    def _all_heads(self) -> list[dict[str, Any]]:
        tops = [-self._heads + 12, *([self.depth + 15] if self._again else [])]
        return [
            {"x": lane.start, "y": top, "text": lane.head}
            for lane in self.lanes
            for top in tops
            if lane.head
        ]

    def _caveats(self) -> list[dict[str, Any]]:
        return [
            {"x": lane.start, "y": -self._heads + 12 + 13 * n, "text": line}
            for lane in self.lanes
            for n, line in enumerate(lane.caveat, start=1)
        ]

    def _title(self, left: float) -> list[dict[str, Any]]:
        top = -self._top + MARGIN + 14
        return [{"x": left, "y": top + 20 * n, "text": text} for n, text in enumerate(self._titles)]

    def _all_foot(self, left: float) -> list[dict[str, Any]]:
        top = self.depth + self._again + 30
        return [{"x": left, "y": top + LINE * n, "text": text} for n, text in enumerate(self._foot)]


def _texts(values: list[dict[str, Any]], size: int, colour: str, **mark: Any) -> dict[str, Any]:
    """Words, each from its place in pixels to the right."""
    return {
        "data": {"values": values},
        "mark": {
            "type": "text",
            "align": "left",
            "baseline": "alphabetic",
            "color": colour,
            "fontSize": size,
            **mark,
        },
        "encoding": {
            "y": {"field": "y", "type": "quantitative", "scale": None, "axis": None},
            "text": {"field": "text", "type": "nominal"},
        },
    }


def _wrapped(lines: list[str], width: float, character: float) -> list[str]:
    """Lines of text, broken where they would be wider than `width`."""
    most = max(20, int(width / character))
    return [part for line in lines for part in wrap(line, most, break_on_hyphens=False)]
