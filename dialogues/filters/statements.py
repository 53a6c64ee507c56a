"""The selections: which parameters each list takes, and which rows they choose.

What speaks of a position must hold of one and the same position, and what speaks of who of one
and the same deliverer: each is one EXISTS.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from dialogues import search
from dialogues.choices import ActorKind, PanelKind, Pillar, Stance, StatementForm
from dialogues.models import (
    Actor,
    Delivery,
    Dialogue,
    Instrument,
    Membership,
    Position,
    PositionText,
    Quotation,
    Situation,
    Source,
    Statement,
    StatementText,
    Tally,
    Theme,
)
from dialogues.models.search import SearchText
from dialogues.querysets import READER

from .base import (
    LONGEST_VALUE,
    BooleanFilter,
    ChoicesFilter,
    Issue,
    Selection,
    TextFilter,
    YearFilter,
    kept_list,
)
from .cache import cached
from .coded import FACETS, OF_POSITION, OF_WHO, beside, codes_of

RELEVANCE = "relevance"
# The orders of what belongs to a dialogue: its year, and its number in that.
BY_YEAR: dict[str, tuple[str, ...]] = {
    "-year": ("-dialogue__year", "serial", "ref"),
    "year": ("dialogue__year", "serial", "ref"),
}


def years() -> list[tuple[str, str]]:
    found = Dialogue.objects.visible_to(READER).order_by("-year").values_list("year", flat=True)
    return [(str(year), str(year)) for year in found]


def actors() -> list[tuple[str, str]]:
    return list(Actor.objects.visible_to(READER).order_by("name").values_list("slug", "name"))


def groups() -> list[tuple[str, str]]:
    """Groups and organizations that states are recorded as members of."""
    members = Membership.objects.filter(group=OuterRef("pk"))
    found = Actor.objects.visible_to(READER).filter(Exists(members))
    return list(found.order_by("name").values_list("slug", "name"))


def themes() -> list[tuple[str, str]]:
    return list(Theme.objects.visible_to(READER).values_list("slug", "title"))


def situations() -> list[tuple[str, str]]:
    return list(Situation.objects.visible_to(READER).values_list("slug", "name"))


def instruments() -> list[tuple[str, str]]:
    return list(Instrument.objects.visible_to(READER).values_list("slug", "name"))


def sources() -> list[tuple[str, str]]:
    return list(Source.objects.visible_to(READER).values_list("slug", "title"))


# What they give is the same for all as long as readers see the same.
LISTS = (years, actors, groups, themes, situations, instruments, sources)


def load_choices(selection: Selection) -> None:
    """Reads each list of choices once; otherwise each use of one asks the database.

    At most seven queries; one where the lists are kept from before.
    """
    for field in selection.form.fields.values():
        if isinstance(field, forms.MultipleChoiceField):
            choices: Any = field.choices
            read = getattr(choices, "func", None)
            if read in LISTS:
                field.choices = kept_list(read, selection.state)
            elif read:
                field.choices = list(choices)


class YearFilters(Selection):
    """Selections of what belongs to a dialogue; `year_path` leads to its year."""

    year_path: ClassVar[str] = "dialogue__year"

    year = ChoicesFilter(years, _("Year"))
    year_min = YearFilter(_("From year"))
    year_max = YearFilter(_("To year"))

    def _refused(self) -> Iterator[Issue]:
        yield from super()._refused()
        first, last = (self._checked.cleaned_data.get(name) for name in ("year_min", "year_max"))
        if first and last and first > last:
            message = _("is before `year_min`: no year is in both.")
            yield Issue("year_max", "out_of_range", str(message))

    def by_year(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        path = "year" if issubclass(queryset.model, SearchText) else self.year_path
        if "year" in chosen:
            queryset = queryset.filter(**{f"{path}__in": map(int, chosen["year"])})
        if "year_min" in chosen:
            queryset = queryset.filter(**{f"{path}__gte": int(chosen["year_min"])})
        if "year_max" in chosen:
            queryset = queryset.filter(**{f"{path}__lte": int(chosen["year_max"])})
        return queryset


class FullTextMixin(Selection):
    """Selections that take words. A query that cannot be asked is a problem of `q`."""

    q = TextFilter()
    # Which parameter is a query, and not a name.
    words_parameter: ClassVar[str] = "q"

    def _malformed(self) -> Iterator[Issue]:
        yield from super()._malformed()
        words = self.data.get(self.words_parameter, "")
        try:
            search.parse(words if len(words) <= LONGEST_VALUE else "")
        except search.InvalidQuery as refused:
            yield Issue(self.words_parameter, "invalid", f"{refused}.")
        if self.data.get("sort") == RELEVANCE in self.orders and "q" not in self.data:
            message = _("“relevance” sorts what `q` finds: give words too.")
            yield Issue("sort", "needs_words", str(message))

    @cached_property
    def clauses(self) -> list[search.Clause]:
        """What `q` asks. Two queries at most, however often it is used."""
        words = self.data.get("q", "")
        return search.clauses_of(words, self._synonyms) if words else []

    @property
    def _synonyms(self) -> search.Synonyms:
        def read(keys: list[Any]) -> dict[Any, Any]:
            return dict.fromkeys(keys, search.synonyms())

        return cached(self.state, "synonyms", [None], read)[None]

    @property
    def sort(self) -> str:
        """The order asked for; without one the best first where there are words."""
        if "q" in self.data and RELEVANCE in self.orders:
            return self.data.get("sort") or RELEVANCE
        return super().sort

    def answering(self, queryset: QuerySet, words: str) -> QuerySet:
        """Statements or positions that answer a query: this selection's own, or another's."""
        own = words == self.data.get("q")
        return search.matching(queryset, self.clauses if own else words)

    @property
    def sorted_rows(self) -> QuerySet:
        if self.sort != RELEVANCE or self.problems:
            return self.rows
        return search.with_relevance(self.rows, self.clauses)


class PositionFilters(Selection):
    """The parameters that speak of a position."""

    theme = ChoicesFilter(themes, _("Theme"), model=Theme)
    stance = ChoicesFilter(Stance.choices, _("Stance"))
    pillar = ChoicesFilter([(str(p.value), p.label) for p in Pillar], _("Pillar"))
    situation = ChoicesFilter(situations, _("Situation"), model=Situation)
    instrument = ChoicesFilter(instruments, _("Instrument"), model=Instrument)


def position_condition(
    chosen: dict[str, Any], model: type[Position] | type[Tally] = Position, path: str = ""
) -> Q:
    """The condition on one row of positions (or of tallies, which speak of the same).

    `path` leads from where it is asked to that row.
    """
    condition = Q()
    if "theme" in chosen:
        condition &= Q(**{f"{path}theme__slug__in": chosen["theme"]})
    if "stance" in chosen:
        condition &= Q(**{f"{path}stance__in": chosen["stance"]})
    if "pillar" in chosen:
        condition &= Q(
            *[(f"{path}pillar_{number}", True) for number in chosen["pillar"]], _connector=Q.OR
        )
    owner, key = model._meta.model_name or "", OuterRef(f"{path}pk")
    for name in ("situation", "instrument"):
        if name in chosen:
            through = getattr(model, f"{name}s").through.objects
            condition &= Q(
                Exists(through.filter(**{owner: key, f"{name}__slug__in": chosen[name]}))
            )
    if "quoted" in chosen:
        quoted = Q(Exists(Quotation.objects.filter(position=key)))
        condition &= quoted if chosen["quoted"] == "true" else ~quoted
    return condition


def who_condition(chosen: dict[str, Any]) -> Q:
    """The condition on one delivery: by one who is all that was chosen."""
    condition = Q()
    if "actor" in chosen:
        condition &= Q(actor__slug__in=chosen["actor"])
    if "kind" in chosen:
        condition &= Q(actor__kind__in=chosen["kind"])
    if "group" in chosen:
        members = Membership.objects.on(OuterRef("statement__dialogue__first_day"))
        condition &= Q(
            Exists(members.filter(actor=OuterRef("actor"), group__slug__in=chosen["group"]))
        )
    return condition


def _any(chosen: dict[str, Any], names: tuple[str, ...]) -> bool:
    return any(name in chosen for name in names)


def of_positions(chosen: dict[str, Any]) -> bool:
    """Whether anything is chosen that only a position has."""
    return _any(chosen, OF_POSITION)


# From the rows of each model to their statement.
TO_STATEMENT: dict[Any, str] = {
    Statement: "",
    StatementText: "statement__",
    Position: "statement__",
    PositionText: "position__statement__",
    Quotation: "statement__",
}


class StatementFilters(FullTextMixin, YearFilters, PositionFilters):
    """What the search page takes: the parameters of statements and of positions alike."""

    actor = ChoicesFilter(actors, _("Actor"), model=Actor)
    kind = ChoicesFilter(ActorKind.choices, _("Kind of actor"))
    group = ChoicesFilter(groups, _("Group, as of the dialogue"), model=Actor)
    panel = ChoicesFilter(PanelKind.choices, _("Segment"))
    form = ChoicesFilter(StatementForm.choices, _("Form"))
    joint = BooleanFilter(_("Joint statement"))
    quoted = BooleanFilter(_("With a quotation"))

    @property
    def who(self) -> Q:
        """The condition on deliveries: of a joint statement, those that were asked for."""
        return Q() if self.problems else who_condition(self.given)

    def by_statement(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        """The conditions on the statement and on who delivered it."""
        to = TO_STATEMENT[queryset.model]
        if "panel" in chosen:
            queryset = queryset.filter(**{f"{to}panel__kind__in": chosen["panel"]})
        if "form" in chosen:
            queryset = queryset.filter(**{f"{to}form__in": chosen["form"]})
        if _any(chosen, OF_WHO):
            deliveries = Delivery.objects.delivered().filter(statement=OuterRef(f"{to}pk"))
            queryset = queryset.filter(Exists(deliveries.filter(who_condition(chosen))))
        if "joint" in chosen:
            several = (
                Delivery.objects.delivered()
                .order_by()
                .values("statement")
                .annotate(number=Count("pk"))
                .filter(number__gt=1)
                .values("statement")
            )
            joint = Q(**{f"{to}pk__in": several})
            queryset = queryset.filter(
                joint if chosen["joint"] == "true" else ~joint, **{f"{to}pk__isnull": False}
            )
        return self.by_year(queryset, chosen)


class IndexedSelection(StatementFilters):
    """Statements or positions: of each search keeps a row, which finds, orders and counts it."""

    default_sort = "-year"

    @property
    def of_statements(self) -> bool:
        return self._meta.model is Statement

    def hits(self, chosen: dict[str, Any]) -> QuerySet:
        """What search keeps of the rows that fit.

        What a row’s codes can say is asked of the index, with the words; the rest of its records.
        """
        clauses, rest = [], {}
        for name, value in chosen.items():
            if codes := self._codes(name, chosen):
                clauses.append(search.having(codes))
            elif name == "q":
                clauses += self.clauses
            else:
                rest[name] = value
        texts: Any = search.TEXTS[self._meta.model]
        return search.matching(self.select(texts.objects.visible_to(self.user), rest), clauses)

    def _codes(self, name: str, chosen: dict[str, Any]) -> list[int]:
        """The codes of which a row that fits has one; none where codes do not say it."""
        # A year is a column of its own, with an index in which rows are in order.
        if name not in FACETS or name == "year" or beside(name, chosen, self.of_statements):
            return []
        if name not in self._known:
            values = self.data.getlist(name)
            self._known[name] = list(codes_of(name, values, self.state).values())
        return self._known[name]

    @cached_property
    def _known(self) -> dict[str, list[int]]:
        """The codes of what is chosen, by filter: counts ask for them again and again."""
        return {}

    @property
    def number(self) -> int:
        return 0 if self.problems else self.hits(self.given).count()

    @property
    def found(self) -> QuerySet | None:
        if self.problems:
            return None
        hits = self.hits(self.given)
        return search.with_relevance(hits, self.clauses) if self.sort == RELEVANCE else hits

    @property
    def listed_rows(self) -> QuerySet:
        """All that are visible: what `found` finds is not looked for again."""
        return self.queryset


class StatementSelection(IndexedSelection):
    orders = {
        RELEVANCE: ("-relevance", "-dialogue__year", "serial", "ref"),
        **BY_YEAR,
    }

    class Meta:
        model = Statement
        fields: list[str] = []

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        queryset = self.by_statement(queryset, chosen)
        if of_positions(chosen):
            key = OuterRef(f"{TO_STATEMENT[queryset.model]}pk")
            positions = Position.objects.filter(statement=key)
            queryset = queryset.filter(Exists(positions.filter(position_condition(chosen))))
        return self.answering(queryset, chosen["q"]) if "q" in chosen else queryset


class PositionSelection(IndexedSelection):
    year_path = "statement__dialogue__year"
    orders = {
        RELEVANCE: ("-relevance", "-statement__dialogue__year", "serial", "ref"),
        "-year": ("-statement__dialogue__year", "serial", "ref"),
        "year": ("statement__dialogue__year", "serial", "ref"),
        "theme": ("theme__order", "theme__slug", "-statement__dialogue__year", "serial", "ref"),
        "stance": ("stance", "-statement__dialogue__year", "serial", "ref"),
    }

    class Meta:
        model = Position
        fields: list[str] = []

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        to_position = "" if queryset.model is Position else "position__"
        condition = position_condition(chosen, path=to_position)
        queryset = self.by_statement(queryset, chosen).filter(condition)
        return self.answering(queryset, chosen["q"]) if "q" in chosen else queryset
