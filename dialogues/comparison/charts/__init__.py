"""Charts of four views: the rows of a view in, a chart out, drawn as SVG or PNG.

Every number is counted by the view, and is in the data of the drawing beside its place.
"""

from .actors import actors_chart
from .drawing import draw_png, draw_svg
from .frame import Chart
from .panels import panels_chart
from .participation import participation_chart
from .themes import themes_chart
