"""Pictures of four views: the rows of a view in, a picture out, then SVG or PNG.

Every number is a view's own, and stands in the drawing's data beside its place.
"""

from .actors import actors_chart
from .drawing import draw_png, draw_svg
from .frame import Chart
from .panels import panels_chart
from .participation import participation_chart
from .themes import themes_chart

__all__ = [
    "Chart",
    "actors_chart",
    "draw_png",
    "draw_svg",
    "panels_chart",
    "participation_chart",
    "themes_chart",
]
