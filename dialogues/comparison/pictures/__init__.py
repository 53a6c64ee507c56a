"""Pictures of four views: the rows of a view in, a picture out, then SVG or PNG.

Every number is a view's own, and stands in the drawing's data beside its place.
"""

from .actors import actors_picture
from .drawing import draw_png, draw_svg
from .frame import Picture
from .panels import panels_picture
from .participation import participation_picture
from .themes import themes_picture

__all__ = [
    "Picture",
    "actors_picture",
    "draw_png",
    "draw_svg",
    "panels_picture",
    "participation_picture",
    "themes_picture",
]
