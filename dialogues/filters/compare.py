"""The selection of a comparison: a base year, the other years, a view, and filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.choices import Stance
from dialogues.issues import Issue, given_once, whole_number
from dialogues.models import Actor, Delivery, Dialogue, Position, Statement, Theme
from dialogues.querysets import READER
from dialogues.search.parameters import Level, of_level

from .base import MOST_VALUES, unknown_value
from .cache import cached, version
from .statements import PositionSelection, StatementSelection

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
    "actors": ACTOR_SORTS | {"change": gettext_lazy("Other direction first")},
}
# The views with long lists, which are cut into pages.
PAGED = ("actors", "words", "proposals")
MOST_PINS = 12
# The comparison's own parameters; the others are the filters of statements and positions.
SINGLE = ("base", "view", "sort", "page")
OWN = ("base", "with", "view", "sort", "pin", "page")
NOT_HERE = ("year", "year_min", "year_max")


@lru_cache(maxsize=4096)
def pair(name: str, value: Any) -> str:
    """One parameter of a query string. Cached: a page has thousands, of some hundred values."""
    return urlencode({name: value})


class ComparePositions(PositionSelection):
    year = year_min = year_max = None  # type: ignore[assignment]
    orders = {}

    class Meta(PositionSelection.Meta):
        model = Position


class CompareStatements(StatementSelection):
    year = year_min = year_max = None  # type: ignore[assignment]
    orders = {}

    class Meta(StatementSelection.Meta):
        model = Statement


def _with_years_hint(problem: Issue) -> Issue:
    """For a filter by year, which is unknown here: say which parameters choose years."""
    if problem.code != "unknown_parameter" or problem.field not in NOT_HERE:
        return problem
    return replace(problem, message=f"{problem.message} {_('Years are chosen by base and with.')}")


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
        version: str | None = None,
    ) -> None:
        if version is not None:
            self.version = version
        data = data if data is not None else QueryDict()
        self.data = data
        self.extra = tuple(extra)
        extra = (*OWN, *self.extra)
        self.user = user
        shared: dict[str, Any] = {"user": user, "extra": extra, "tracking": tracking}
        self.positions = ComparePositions(data, **shared, version=self.version)
        self.statements = CompareStatements(data, **shared, version=self.version)
        # Parts of addresses, by the names of the filters that they leave out.
        self._beside: dict[tuple[str, ...], str] = {}
        self._computed: dict[str, Any] = {}
        self.problems = [*map(_with_years_hint, self.positions.problems), *self._own_problems()]

    @cached_property
    def version(self) -> str:
        """Version of the published data; "" for staff, who see more than readers."""
        return "" if getattr(self.user, "is_staff", False) else version()

    def kept(self, name: str, read: Callable[[], Any], filtered: bool = False) -> Any:
        """The value of `read()`, cached for the version of the data.

        No filter changes it, unless it is `filtered`: see `figures`.
        """
        return self._cached(name, self.only if filtered else (), read)

    def figures(
        self, name: str, count: Callable[[list[int]], Any], filtered: bool = True
    ) -> dict[int, Any]:
        """Counts by year for the years compared, cached for the version of the data.

        Of words, and of several filters, there are too many to cache.
        """
        only = self.only if filtered else ()
        return self._cached(name, only, lambda: count(self.years), *self.years)

    def _cached(self, name: str, only: Any, compute: Callable[[], Any], *years: int) -> Any:
        if name not in self._computed:
            version = "" if only is None else self.version
            self._computed[name] = cached(version, ("compare", name, only, years), compute)
        return self._computed[name]

    @cached_property
    def dialogues(self) -> dict[int, Dialogue]:
        """Every dialogue by its year, in order."""
        rows = Dialogue.objects.visible_to(self.user).order_by("year")
        return self.kept("dialogues", lambda: {dialogue.year: dialogue for dialogue in rows})

    @cached_property
    def themes(self) -> list[Theme]:
        """Every theme, in order."""
        return self.kept("themes", lambda: list(Theme.objects.visible_to(self.user)))

    @cached_property
    def actors(self) -> dict[int, Actor]:
        """Every actor by id, in the order of their names."""
        rows = Actor.objects.visible_to(self.user).order_by("name", "slug")
        return self.kept("actors", lambda: {actor.pk: actor for actor in rows})

    def _own_problems(self) -> Iterator[Issue]:
        given = self.positions.data
        yield from given_once(given, SINGLE)
        yield from self._years_problems()
        if self.view not in VIEWS:
            yield Issue("view", "unknown_value", unknown_value(self.view, list(VIEWS)))
        elif "sort" in given and self.view not in SORTS:
            message = _("does not go with this view; it goes with: %(views)s.")
            yield Issue("sort", "unknown_value", message % {"views": ", ".join(SORTS)})
        elif "sort" in given and given["sort"] not in SORTS[self.view]:
            message = unknown_value(given["sort"], list(SORTS[self.view]))
            yield Issue("sort", "unknown_value", message)
        yield from self._pin_problems()
        if not whole_number(given.get("page", "1"), 9999):
            yield Issue("page", "out_of_range", _("must be a whole number from 1 to 9999."))
        elif "page" in given and self.view not in PAGED:
            message = _("does not go with this view; it goes with: %(views)s.")
            yield Issue("page", "unknown_value", message % {"views": ", ".join(PAGED)})

    def _years_problems(self) -> Iterator[Issue]:
        known = [str(year) for year in sorted(self.dialogues, reverse=True)]
        given = self.positions.data
        # The default base may be missing from an archive.
        named = {"base": given.getlist("base") or [str(BASE)], "with": given.getlist("with")}
        for name, values in named.items():
            for value in values[:MOST_VALUES]:
                if value not in known:
                    yield Issue(name, "unknown_value", unknown_value(value, known), value)
        others = given.getlist("with")
        if len(set(others)) < len(others):
            twice = sorted({year for year in others if others.count(year) > 1})
            message = _("names the same year twice: %(years)s.") % {"years": ", ".join(twice)[:80]}
            yield Issue("with", "repeated", message)
        if self.base_given in others:
            message = _("names the base year too: choose another.")
            yield Issue("with", "base", message, str(self.base_given))

    def _pin_problems(self) -> Iterator[Issue]:
        pins = self.pins
        if len(pins) > MOST_PINS:
            message = _("takes at most %(most)d positions; take some out.") % {"most": MOST_PINS}
            yield Issue("pin", "too_many", message)
        elif len(set(pins)) < len(pins):
            yield Issue("pin", "repeated", _("names the same position twice."))
        elif pins and not any("\x00" in pin for pin in pins):
            found = self.visible_positions.filter(ref__in=pins)
            for ref in sorted(set(pins) - set(found.values_list("ref", flat=True))):
                message = _("“%(ref)s” is no position here; it takes one such as %(example)s.")
                values = {"ref": ref[:40], "example": "RTOP-2011-P042"}
                yield Issue("pin", "unknown_value", message % values)

    @property
    def parameters(self) -> list[str]:
        return [*OWN, *(name for name in self.positions.parameters if name not in NOT_HERE)]

    @property
    def base_given(self) -> str:
        return self.positions.data.get("base", str(BASE))

    @property
    def base(self) -> int:
        return int(self.base_given)

    @property
    def view(self) -> str:
        return self.positions.data.get("view", "facts")

    @property
    def sort(self) -> str:
        return self.positions.data.get("sort") or next(iter(SORTS.get(self.view, [""])))

    @cached_property
    def pins(self) -> list[str]:
        """The refs of the pinned positions, in the order in which they were pinned."""
        return [pin.upper() for pin in self.positions.data.getlist("pin")]

    @property
    def page(self) -> int:
        return int(self.positions.data.get("page", "1"))

    def beyond(self, pages: int) -> list[Issue]:
        """The issue of a page number beyond the last page, if it is."""
        if self.page <= pages:
            return []
        return [Issue("page", "out_of_range", _("is at most %(pages)d here.") % {"pages": pages})]

    @property
    def beside_all(self) -> bool:
        """Whether no other year is named, so that the base is compared with all."""
        return "with" not in self.positions.data

    @cached_property
    def others(self) -> list[int]:
        """The years compared with the base, in order; all others when none is named."""
        named = [int(year) for year in self.positions.data.getlist("with")]
        return sorted(named) or [year for year in self.dialogues if year != self.base]

    @cached_property
    def years(self) -> list[int]:
        return [self.base, *self.others]

    @cached_property
    def stances(self) -> dict[Stance, str]:
        """Labels of the stances, translated once for thousands of cells."""
        return {stance: str(stance.label) for stance in Stance}

    @cached_property
    def given(self) -> dict[str, Any]:
        """The filters that were given, with their cleaned values."""
        return self.positions.given

    @cached_property
    def only(self) -> tuple[tuple[str, str], ...] | None:
        """The given filters as a cache key; None for words or several values, too many to cache."""
        chosen = [
            (name, value) for name in self.given for value in self.positions.data.getlist(name)
        ]
        return tuple(chosen) if len(chosen) < 2 and "q" not in self.given else None

    @property
    def visible_positions(self) -> QuerySet[Position]:
        """Every position, chosen or not."""
        return Position.objects.visible_to(self.user).order_by()

    def positions_in(self, years: Iterable[int]) -> QuerySet[Position]:
        """The chosen positions of these years."""
        return self.positions.rows.filter(statement__dialogue__year__in=years).order_by()

    def deliveries_in(self, years: Iterable[int]) -> QuerySet[Delivery]:
        """The deliveries of the chosen positions of these years, a row for each pair."""
        chosen = self.positions_in(years)
        delivered = Delivery.objects.delivered().order_by()
        return delivered.filter(self.positions.deliverer_condition, statement__positions__in=chosen)

    @cached_property
    def speaks_of_positions(self) -> bool:
        """A filter is given that only positions have."""
        return bool(of_level(Level.POSITION, self.given))

    def rows_of(self, year: int | None = None, **values: Any) -> str:
        """The query string of the selected rows: of one year, or of all years compared.

        `values` narrow it further; None takes a filter out.
        """
        parts = [self._kept_beside(tuple(values))]
        parts += [pair("year", one) for one in (self.years if year is None else [year])]
        for name, value in values.items():
            several = value if isinstance(value, list) else [value]
            parts += [pair(name, one) for one in several if one is not None]
        return "&".join(parts if parts[0] else parts[1:])

    def _kept_beside(self, names: tuple[str, ...]) -> str:
        """The query string of the filters without these; a page asks for it thousands of times."""
        if names not in self._beside:
            drop = dict.fromkeys((*OWN, *self.extra, *names))
            self._beside[names] = self.positions.with_values(**drop)
        return self._beside[names]

    def actors_of(self, year: int | None = None, **values: Any) -> str:
        """The query string of the actors who hold the selected positions, as `rows_of`."""
        # On the list of actors `q` is a name.
        said = {"q": None, "said": self.given.get("q")}
        return self.rows_of(year, **said, **values)

    def with_own(self, **values: Any) -> str:
        """The query string of this comparison with another base, other years, another view."""
        drop = dict.fromkeys(("page", *self.extra))
        return self.positions.with_values(**(drop | values))

    def with_pin(self, ref: str) -> str:
        """The query string of this comparison with one more position pinned."""
        return "&".join(filter(None, (self._with_pins, pair("pin", ref))))

    @cached_property
    def _with_pins(self) -> str:
        return self.with_own(pin=self.pins or None)

    def unfiltered(self, **values: Any) -> str:
        """The query string of this comparison without its filters, with these values."""
        drop = dict.fromkeys(name for name in self.positions.data if name not in ("base", "with"))
        return self.positions.with_values(**(drop | values))

    @property
    def filters(self) -> list[tuple[str, str, str, str]]:
        """The chosen filters, as `Selection.chosen`."""
        return self.positions.chosen
