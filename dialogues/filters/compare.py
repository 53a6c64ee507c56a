"""What the comparison takes: a base, the other years, a view, and the filters of positions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Dialogue, Position, Statement
from dialogues.querysets import READER

from .selection import Problem, unknown_value
from .sets import PositionSelection, StatementSelection, years

BASE = 2011
VIEWS = {
    "facts": gettext_lazy("Facts"),
    "participation": gettext_lazy("Who took part"),
    "themes": gettext_lazy("Themes"),
}
OWN = ("base", "with", "view")
NOT_HERE = ("year", "year_min", "year_max", "sort")


class _Positions(PositionSelection):
    year = year_min = year_max = None  # type: ignore[assignment]

    class Meta(PositionSelection.Meta):
        model = Position


class _Statements(StatementSelection):
    year = year_min = year_max = None  # type: ignore[assignment]

    class Meta(StatementSelection.Meta):
        model = Statement


class CompareSelection:
    """A validated comparison: `base`, `others`, `view`, and the selected positions and statements.

    `problems` is empty when it holds.
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
        extra = (*OWN, *extra)
        self.positions = _Positions(data, user=user, extra=extra, tracking=tracking)
        self.statements = _Statements(data, user=user, extra=extra, tracking=tracking)
        self.user = user
        self.problems = [
            *(p for p in self.positions.problems if p.field != "sort" or p.code != "unknown_value"),
            *self._own_problems(),
        ]

    def _own_problems(self) -> Iterable[Problem]:
        known = [value for value, _label in years()]
        given = self.positions.data
        for name in ("base", "view"):
            if len(given.getlist(name)) > 1:
                yield Problem(name, "repeated", _("is given once only."))
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
        if given.get("view", "facts") not in VIEWS:
            yield Problem("view", "unknown_value", unknown_value(given["view"], list(VIEWS)))
        if "sort" in given:
            yield Problem("sort", "unknown_parameter", unknown_value("sort", self.parameters))

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

    def rows_of(self, year: int, **values: Any) -> str:
        """The query string of one year's rows among those selected; `values` narrow it."""
        own = dict.fromkeys(OWN)
        return self.positions.with_values(**own, year=year, **values)

    def with_own(self, **values: Any) -> str:
        """The query string of this comparison with another base, other years, another view."""
        return self.positions.with_values(**values)

    @property
    def filters(self) -> list[tuple[str, str, str, str]]:
        """The chosen filters, as `Selection.chosen`."""
        return self.positions.chosen
