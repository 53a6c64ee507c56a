"""Selections of statements and positions: full-text search with the declared filters.

Both are selected, counted and ordered by their search rows, in which a filter's value is a word
of the full-text index. Filters of one level (deliverer, position) must hold of one and the same
deliverer or position: their values stand on one line of the row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from dialogues import search
from dialogues.issues import Issue
from dialogues.models import Position, Statement
from dialogues.search.parameters import BY_NAME, PARAMETERS, Level, Parameter, of_level

from .base import (
    LONGEST_VALUE,
    BooleanFilter,
    ChoicesFilter,
    Selection,
    TextFilter,
    YearFilter,
)
from .cache import cached

RELEVANCE = "relevance"
# The orders of records that belong to a dialogue: its year, and their number in it.
BY_YEAR: dict[str, tuple[str, ...]] = {
    "-year": ("-dialogue__year", "serial", "ref"),
    "year": ("dialogue__year", "serial", "ref"),
}
NEWEST_FIRST, OLDEST_FIRST = ("-year", "serial", "ref"), ("year", "serial", "ref")


def filter_of(parameter: Parameter) -> ChoicesFilter | BooleanFilter:
    """The django-filter filter of a declared parameter."""
    declared = (parameter.choices, parameter.label, parameter.means)
    if parameter.is_boolean:
        return BooleanFilter(*declared)
    return ChoicesFilter(*declared, **({"model": parameter.model} if parameter.model else {}))


def values_of(chosen: dict[str, Any], names: Iterable[str]) -> dict[str, list[str]]:
    """The chosen values of these filters, each as a list."""
    return {
        name: chosen[name] if isinstance(chosen[name], list) else [chosen[name]] for name in names
    }


def _require_current_index() -> bool:
    """True, which is cached; raises StaleIndex, which is not, so that a rebuild is seen at once."""
    if search.is_stale():
        raise search.StaleIndex
    return True


def condition_of(level: Level, chosen: dict[str, Any]) -> Q:
    """The chosen filters of a level as a condition on deliveries, or on tallies."""
    condition = Q()
    for name, values in values_of(chosen, of_level(level, chosen)).items():
        declared = BY_NAME[name].condition
        assert declared is not None, name
        condition &= declared(values)
    return condition


class YearFilters(Selection):
    """Filters by the year of the dialogue; `year_path` leads to it."""

    year_path: ClassVar[str] = "dialogue__year"

    year = filter_of(BY_NAME["year"])
    year_min = YearFilter(_("From year"), "The earliest year.")
    year_max = YearFilter(_("To year"), "The latest year.")

    def _invalid(self) -> Iterator[Issue]:
        yield from super()._invalid()
        first, last = (self._validated.cleaned_data.get(name) for name in ("year_min", "year_max"))
        if first and last and first > last:
            message = _("is before `year_min`: no year is in both.")
            yield Issue("year_max", "out_of_range", str(message))

    def by_year(self, queryset: QuerySet, chosen: dict[str, Any], path: str = "") -> QuerySet:
        path = path or self.year_path
        if "year" in chosen:
            queryset = queryset.filter(**{f"{path}__in": map(int, chosen["year"])})
        if "year_min" in chosen:
            queryset = queryset.filter(**{f"{path}__gte": int(chosen["year_min"])})
        if "year_max" in chosen:
            queryset = queryset.filter(**{f"{path}__lte": int(chosen["year_max"])})
        return queryset


class FullTextMixin(Selection):
    """A full-text query, whose errors are issues of its parameter."""

    q = TextFilter(
        _("Words"),
        "Words; “a phrase” in quotation marks; -not. Accents, apostrophes and case do not matter.",
    )
    # The parameter that is a query, where `q` is a name.
    words_parameter: ClassVar[str] = "q"

    def _malformed(self) -> Iterator[Issue]:
        yield from super()._malformed()
        words = self.data.get(self.words_parameter, "")
        try:
            search.parse(words if len(words) <= LONGEST_VALUE else "")
        except search.InvalidQuery as error:
            yield Issue(self.words_parameter, "invalid", f"{error}.")
        if self.data.get("sort") == RELEVANCE in self.orders and "q" not in self.data:
            message = _("“relevance” sorts what `q` finds: give words too.")
            yield Issue("sort", "needs_words", str(message))

    @cached_property
    def clauses(self) -> list[search.Clause]:
        """The clauses of `q`. One query, none where the synonyms are cached."""
        return self.clauses_of(self.data.get("q", ""))

    def clauses_of(self, words: str) -> list[search.Clause]:
        synonyms = cached(self.version, "synonyms", search.synonyms) if words else {}
        return search.clauses_of(words, synonyms)

    @property
    def sort(self) -> str:
        """The order asked for; without one, with words, the best match first."""
        if "q" in self.data and RELEVANCE in self.orders:
            return self.data.get("sort") or RELEVANCE
        return super().sort


# The filters of PARAMETERS, but for the year, which other lists have too.
_DECLARED = {p.name: filter_of(p) for p in PARAMETERS if p.name != "year"}
DeclaredFilters: Any = type("DeclaredFilters", (Selection,), {"__module__": __name__, **_DECLARED})


class StatementFilters(FullTextMixin, YearFilters, DeclaredFilters):
    """All that the search page takes: words, years and the declared filters."""

    @property
    def deliverer_condition(self) -> Q:
        """The condition on deliveries; of a joint statement, it holds of those asked for."""
        return Q() if self.problems else condition_of(Level.DELIVERER, self.given)

    def search_rows(self, model: Any, chosen: dict[str, Any]) -> QuerySet:
        """Search rows of statements or of positions (`model`) that fit these filters.

        Raises StaleIndex where they cannot be trusted: asked once for a version of the data.
        """
        if self.version:
            cached(self.version, "index", _require_current_index)
        rows = search.TEXTS[model].objects.visible_to(self.user)
        rows = self.by_year(rows, chosen, path="year")
        given = values_of(chosen, (p.name for p in PARAMETERS if p.name in chosen))
        clauses = [search.having(name, values) for name, values in given.items() if name != "year"]
        if "q" in chosen:
            own = chosen["q"] == self.data.get("q")
            clauses += self.clauses if own else self.clauses_of(chosen["q"])
        rows = search.matching(rows, clauses)
        for level in (Level.DELIVERER, Level.POSITION):
            names = of_level(level, chosen)
            if len(names) > 1:
                rows = search.on_one_line(rows, {name: given[name] for name in names})
        return rows


class SearchedSelection(StatementFilters):
    """A selection of records that have search rows of their own."""

    default_sort = "-year"

    @property
    def list_rows(self) -> QuerySet:
        rows = search.TEXTS[self._meta.model].objects.visible_to(self.user)
        if self.problems:
            return rows.none()
        rows = self.search_rows(self._meta.model, self.given)
        return search.with_relevance(rows, self.clauses) if self.sort == RELEVANCE else rows

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        if not chosen:
            return queryset
        return queryset.filter(pk__in=self.search_rows(self._meta.model, chosen).values("pk"))

    @property
    def in_order(self) -> QuerySet:
        if self.problems:
            return self.rows
        rows = self.rows
        if self.sort == RELEVANCE:
            rows = search.with_relevance(rows, self.clauses)
        return rows.order_by(*map(self._record_path, self.order))

    def _record_path(self, path: str) -> str:
        """A column of search rows as a path from the record."""
        sign, name = path[: path.startswith("-")], path.lstrip("-")
        own = f"{self._meta.model._meta.model_name}__"
        if name == RELEVANCE or name.startswith(own):
            return sign + name.removeprefix(own)
        return f"{sign}terms__{name}"


class StatementSelection(SearchedSelection):
    orders = {
        RELEVANCE: ("-relevance", *NEWEST_FIRST),
        "-year": NEWEST_FIRST,
        "year": OLDEST_FIRST,
    }

    class Meta:
        model = Statement
        fields: list[str] = []


class PositionSelection(SearchedSelection):
    orders = {
        RELEVANCE: ("-relevance", *NEWEST_FIRST),
        "-year": NEWEST_FIRST,
        "year": OLDEST_FIRST,
        "theme": ("position__theme__order", "position__theme__slug", *NEWEST_FIRST),
        "stance": ("position__stance", *NEWEST_FIRST),
    }

    class Meta:
        model = Position
        fields: list[str] = []
