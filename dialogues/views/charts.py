"""Pictures of the comparison, drawn by the server as SVG or PNG, each at its own address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues import comparison
from dialogues.comparison.charts import draw_png, draw_svg
from dialogues.comparison.marks import COLOURS
from dialogues.filters import CompareSelection, Issue
from dialogues.filters.base import unknown_value
from dialogues.filters.compare import VIEWS
from dialogues.issues import given_once
from dialogues.models import last_published

from .errors import bad_request

Years = list[comparison.ComparisonYear]
# For each view that has a picture: how its rows are counted, and how they are laid out.
CHARTS: dict[str, tuple[Callable[..., Any], Callable[..., comparison.Chart]]] = {
    "participation": (comparison.participation, comparison.participation_chart),
    "themes": (comparison.themes, comparison.themes_chart),
    "actors": (comparison.actors, comparison.actors_chart),
    "panels": (comparison.panels, comparison.panels_chart),
}


@require_safe
def chart(request: HttpRequest, form: str) -> HttpResponse:
    """The picture of a comparison, as `svg` or `png`. The queries of its view."""
    selection = CompareSelection(request.GET, extra=["scheme"], tracking=True)
    problems = [*selection.problems, *_problems(selection)]
    if problems:
        return bad_request(request, problems)
    years = comparison.comparison_years(selection)
    count, _lay_out = CHARTS[selection.view]
    changed = last_published()
    shown = _chart(selection, years, count(selection, years), changed and changed.date())
    scheme = selection.positions.data.get("scheme", "light")
    content: str | bytes
    if form == "svg":
        content, kind = draw_svg(shown, scheme), "image/svg+xml"
    else:
        content, kind = draw_png(shown, scheme), "image/png"
    name = f"{_file_name(selection)}{'-dark' if scheme == 'dark' else ''}.{form}"
    disposition = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(content, content_type=kind, headers=disposition)


def chart_links(selection: CompareSelection, years: Years, rows: Any) -> dict[str, Any]:
    """The addresses, size and alternative text of the picture of a view. Draws nothing."""
    shown = _chart(selection, years, rows, None)
    page = selection.page if selection.page > 1 else None
    query = selection.with_own(view=selection.view, pin=None, page=page)
    return {
        "svg": f"{reverse('dialogues:picture_svg')}?{query}",
        "png": f"{reverse('dialogues:picture_png')}?{query}",
        "alt": f"{shown.title}. {shown.description}",
        "width": shown.sheet.width,
        "height": shown.sheet.height,
    }


def _chart(
    selection: CompareSelection, years: Years, rows: Any, changed: date | None
) -> comparison.Chart:
    """The picture with its source below; the date is too short to change its size."""
    _count, lay_out = CHARTS[selection.view]
    shown = lay_out(selection, years, rows)
    source = _("RtoP Dialogue Archive. Records: CC BY 4.0.")
    if changed:
        source = _("RtoP Dialogue Archive, record of %(day)s. Records: CC BY 4.0.") % {
            "day": date_format(changed, "j F Y")
        }
    address = f"{reverse('dialogues:compare')}?{selection.with_own(pin=None)}"
    shown.sheet.foot += [source, address]
    return shown


def _problems(selection: CompareSelection) -> Iterator[Issue]:
    if selection.view in VIEWS and selection.view not in CHARTS:
        message = _("has no picture of “%(view)s”; it has one of: %(views)s.")
        values = {"view": selection.view, "views": ", ".join(CHARTS)}
        yield Issue("view", "unknown_value", message % values)
    data = selection.positions.data
    repeated = list(given_once(data, ["scheme"]))
    yield from repeated
    scheme = data.get("scheme", "light")
    if not repeated and scheme not in COLOURS:
        yield Issue("scheme", "unknown_value", unknown_value(scheme, list(COLOURS)))


def _file_name(selection: CompareSelection) -> str:
    """What a saved picture is called: rtop-2011-themes, rtop-2011-2013-themes."""
    few = [] if selection.beside_all or len(selection.others) > 3 else selection.others
    return "-".join(["rtop", *map(str, [selection.base, *few]), selection.view])
