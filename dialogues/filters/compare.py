"""What the comparison takes: a base, the other years, a view, and the filters of positions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Dialogue, Position, Statement
from dialogues.querysets import READER

from .selection import Problem, unknown_value
from .sets import PositionSelection, StatementSelection, of_positions, years

BASE = 2011
VIEWS = {
    "facts": gettext_lazy("Facts"),
    "participation": gettext_lazy("Who took part"),
    "themes": gettext_lazy("Themes"),
    "actors": gettext_lazy("Actors"),
    "words": gettext_lazy("Words"),
    "panels": gettext_lazy("Panels"),
    "proposals": gettext_lazy("Asked for"),
}
ACTOR_SORTS = {
    "name": gettext_lazy("Name"),
    "group": gettext_lazy("Regional group"),
    "first": gettext_lazy("First named"),
}
# The orders of the views that have any; the first is the usual one.
SORTS = {
    "participation": ACTOR_SORTS,
    "actors": ACTOR_SORTS | {"change": gettext_lazy("Change of direction")},
}
MOST_PINS = 12
# The comparison's own parameters; the others are the filters of statements and positions.
SINGLE = ("base", "view", "sort", "page")
OWN = ("base", "with", "view", "sort", "pin", "page")
NOT_HERE = ("year", "year_min", "year_max")


class _Positions(PositionSelection):
    year = year_min = year_max = None  # type: ignore[assignment]
    orders = {}

    class Meta(PositionSelection.Meta):
        model = Position


class _Statements(StatementSelection):
    year = year_min = year_max = None  # type: ignore[assignment]
    orders = {}

    class Meta(StatementSelection.Meta):
        model = Statement


class CompareSelection:
    """A validated comparison: `base`, `others`, `view`, and the selected positions and statements.

    `extra` names further parameters that the caller reads itself. `problems` is empty when it
    holds.
    """

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        user: Any = READER,
        extra: Iterable[str] = (),
        tracking: bool = False,
    ) -> None:
        data = data if data is not None else QueryDict()
        self.data = data
        self.extra = tuple(extra)
        extra = (*OWN, *self.extra)
        self.positions = _Positions(data, user=user, extra=extra, tracking=tracking)
        self.statements = _Statements(data, user=user, extra=extra, tracking=tracking)
        self.user = user
        self.problems = [*self.positions.problems, *self._own_problems()]

    def _own_problems(self) -> Iterator[Problem]:
        given = self.positions.data
        for name in SINGLE:
            if len(given.getlist(name)) > 1:
                yield Problem(name, "repeated", _("is given once only."))
        yield from self._years_problems()
        if self.view not in VIEWS:
            yield Problem("view", "unknown_value", unknown_value(self.view, list(VIEWS)))
        elif "sort" in given and self.view not in SORTS:
            message = _("does not go with this view; it goes with: %(views)s.")
            yield Problem("sort", "unknown_value", message % {"views": ", ".join(SORTS)})
        elif "sort" in given and given["sort"] not in SORTS[self.view]:
            message = unknown_value(given["sort"], list(SORTS[self.view]))
            yield Problem("sort", "unknown_value", message)
        yield from self._pin_problems()
        page = given.get("page", "1")
        if not (page.isascii() and page.isdigit() and 0 < int(page[:5]) <= 9999):
            yield Problem("page", "out_of_range", _("must be a whole number from 1 to 9999."))

    def _years_problems(self) -> Iterator[Problem]:
        known = [value for value, _label in years()]
        given = self.positions.data
        # Without a base it is the usual one, which an archive may lack.
        named = {"base": given.getlist("base") or [str(BASE)], "with": given.getlist("with")}
        for name, values in named.items():
            for value in values:
                if value not in known:
                    yield Problem(name, "unknown_value", unknown_value(value, known))
        others = given.getlist("with")
        if len(set(others)) < len(others):
            yield Problem("with", "repeated", _("names the same year twice."))
        if str(given.get("base", BASE)) in others:
            yield Problem("with", "base", _("names the base year too: choose another."))

    def _pin_problems(self) -> Iterator[Problem]:
        pins = self.pins
        if len(pins) > MOST_PINS:
            message = _("takes at most %(most)d positions; take some out.") % {"most": MOST_PINS}
            yield Problem("pin", "too_many", message)
        elif len(set(pins)) < len(pins):
            yield Problem("pin", "repeated", _("names the same position twice."))
        elif pins and not any("\x00" in pin for pin in pins):
            found = Position.objects.visible_to(self.user).filter(ref__in=pins)
            for ref in sorted(set(pins) - set(found.values_list("ref", flat=True))):
                message = _("“%(ref)s” is no position here; it takes one such as %(example)s.")
                values = {"ref": ref[:40], "example": "RTOP-2011-P042"}
                yield Problem("pin", "unknown_value", message % values)

    @property
    def parameters(self) -> list[str]:
        return [*OWN, *(name for name in self.positions.parameters if name not in NOT_HERE)]

    @property
    def base(self) -> int:
        return int(self.positions.data.get("base", BASE))

    @property
    def view(self) -> str:
        return self.positions.data.get("view", "facts")

    @property
    def sort(self) -> str:
        return self.positions.data.get("sort") or next(iter(SORTS.get(self.view, [""])))

    @property
    def pins(self) -> list[str]:
        """The refs of the pinned positions, in the order in which they were pinned."""
        return [pin.upper() for pin in self.positions.data.getlist("pin")]

    @property
    def page(self) -> int:
        return int(self.positions.data.get("page", "1"))

    @property
    def beside_all(self) -> bool:
        """No other year is named, so all stand beside the base."""
        return "with" not in self.positions.data

    @cached_property
    def others(self) -> list[int]:
        """The years beside the base, in order; all others when none is named."""
        named = [int(year) for year in self.positions.data.getlist("with")]
        if not named:
            rest = Dialogue.objects.visible_to(self.user).exclude(year=self.base)
            named = list(rest.values_list("year", flat=True))
        return sorted(named)

    @property
    def years(self) -> list[int]:
        return [self.base, *self.others]

    @property
    def given(self) -> dict[str, Any]:
        """The filters that were given, with their cleaned values."""
        return self.positions.given

    @property
    def speaks_of_positions(self) -> bool:
        """A filter is given that only positions have."""
        return of_positions(self.given)

    def rows_of(self, year: int | None = None, **values: Any) -> str:
        """The query string of rows among those selected: of one year, or of all that are compared.

        `values` narrow it further.
        """
        own = dict.fromkeys((*OWN, *self.extra))
        chosen = self.years if year is None else year
        return self.positions.with_values(**own, year=chosen, **values)

    def actors_of(self, year: int | None = None, **values: Any) -> str:
        """The query string of the actors that hold or said what is selected, as `rows_of`."""
        # On the list of actors `q` is a name.
        said = {"q": None, "said": self.given.get("q")}
        return self.rows_of(year, **said, **values)

    def with_own(self, **values: Any) -> str:
        """The query string of this comparison with another base, other years, another view."""
        drop = dict.fromkeys(("page", *self.extra))
        return self.positions.with_values(**(drop | values))

    @property
    def filters(self) -> list[tuple[str, str, str, str]]:
        """The chosen filters, as `Selection.chosen`."""
        return self.positions.chosen
