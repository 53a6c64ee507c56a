"""Selections of the other lists: dialogues, panels, quotations, tallies, actors, shared lists."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from dialogues import search
from dialogues.choices import ActorKind, StatementForm
from dialogues.models import (
    Actor,
    Delivery,
    Dialogue,
    Instrument,
    Membership,
    Panel,
    Passage,
    Person,
    Position,
    Quotation,
    Situation,
    Source,
    Statement,
    Tally,
    Theme,
)
from dialogues.search.parameters import (
    BY_NAME,
    Level,
    actors,
    groups,
    of_level,
    sources,
    years,
)

from .base import ChoicesFilter, Selection, TextFilter
from .statements import BY_YEAR, StatementFilters, YearFilters, condition_of, filter_of


class DialogueSelection(YearFilters):
    year_path = "year"
    orders = {"-year": ("-year",), "year": ("year",)}
    default_sort = "year"

    class Meta:
        model = Dialogue
        fields: list[str] = []

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        return self.by_year(queryset, chosen)


class PanelSelection(YearFilters):
    panel = filter_of(BY_NAME["panel"])
    orders = {"year": ("dialogue__year", "order", "key")}
    default_sort = "year"

    class Meta:
        model = Panel
        fields: list[str] = []

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        if "panel" in chosen:
            queryset = queryset.filter(kind__in=chosen["panel"])
        return self.by_year(queryset, chosen)


class QuotationSelection(StatementFilters):
    """Quotations by the filters of their statement and position.

    Quotations of the dialogue itself have neither: they fit filters by year alone.
    """

    orders = BY_YEAR
    default_sort = "-year"

    class Meta:
        model = Quotation
        fields: list[str] = []

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        queryset = self.by_year(queryset, chosen)
        others = {name: chosen[name] for name in chosen if name not in YearFilters.base_filters}
        if others:
            positions = self.search_rows(Position, others).values("pk")
            queryset = queryset.filter(position__in=positions)
        return queryset


class TallySelection(YearFilters):
    """Reported counts; `actor` is one that the source names for it."""

    theme = filter_of(BY_NAME["theme"])
    stance = filter_of(BY_NAME["stance"])
    pillar = filter_of(BY_NAME["pillar"])
    situation = filter_of(BY_NAME["situation"])
    instrument = filter_of(BY_NAME["instrument"])
    actor = ChoicesFilter(
        actors, _("Actor named"), "An actor named for the count: slugs of `actors/`.", model=Actor
    )
    orders = BY_YEAR
    default_sort = "-year"

    class Meta:
        model = Tally
        fields: list[str] = []

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        queryset = self.by_year(queryset, chosen).filter(condition_of(Level.POSITION, chosen))
        if "actor" in chosen:
            named = Tally.actors.through.objects.filter(
                tally=OuterRef("pk"), actor__slug__in=chosen["actor"]
            )
            queryset = queryset.filter(Exists(named))
        return queryset


def named_like(queryset: QuerySet, words: str, fields: tuple[str, ...]) -> QuerySet:
    """Entries of a short list whose folded names have all the folded words.

    Reads the list: a few hundred names. The same on both databases.
    """
    wanted = search.fold(words).split()
    names: dict[int, list[str]] = {}
    for pk, *values in queryset.order_by().values_list("pk", *fields):
        names.setdefault(pk, []).extend(str(value) for value in values if value)
    folded = ((pk, search.fold(" ".join(values))) for pk, values in names.items())
    ids = [pk for pk, text in folded if all(word in text for word in wanted)]
    return queryset.filter(pk__in=ids)


class ActorSelection(StatementFilters):
    """Actors by name, or by the statements and positions that they delivered.

    `q` searches their names, `said` the words of what they delivered. With a filter of what was
    said, `kind` and `group` must hold of the deliverer on the dialogue's first day.
    """

    q = TextFilter(_("Name"), "Words of the actor’s names.")
    said = TextFilter(_("Words of what was said"), "Words of what was said, as `q` elsewhere.")
    actor = ChoicesFilter(actors, _("Actor"), "The actor itself.", model=Actor)
    kind = ChoicesFilter(ActorKind.choices, _("Kind of actor"), "Kind of actor.")
    group = ChoicesFilter(
        groups,
        _("Member of, at some time"),
        "Group that it belonged to at some time; with a filter of what was said, on that day.",
        model=Actor,
    )
    year = ChoicesFilter(
        years,
        _("Delivered a statement in"),
        "Delivered a statement in the dialogue of this year.",
    )
    form = ChoicesFilter(StatementForm.choices, _("Form"), "Delivered a statement of this form.")
    orders = {
        "name": ("name", "slug"),
        "-name": ("-name", "slug"),
        "kind": ("kind", "name", "slug"),
    }
    default_sort = "name"
    words_parameter = "said"
    OF_ACTOR = ("q", "actor", "kind", "group")

    class Meta:
        model = Actor
        fields: list[str] = []

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        of_speech = {name: chosen[name] for name in chosen if name not in self.OF_ACTOR}
        if "said" in of_speech:
            of_speech["q"] = of_speech.pop("said")
        if of_speech:
            queryset = queryset.filter(pk__in=self._said(of_speech, chosen))
        else:
            queryset = self._at_any_time(queryset, chosen)
        if "q" in chosen:
            queryset = named_like(queryset, chosen["q"], ("name", "names__name"))
        return queryset

    def _said(self, of_speech: dict[str, Any], chosen: dict[str, Any]) -> QuerySet:
        """Deliverers of statements that fit; with a filter of positions, of positions that fit."""
        deliveries = Delivery.objects.delivered().order_by()
        deliveries = deliveries.filter(condition_of(Level.DELIVERER, chosen))
        if of_level(Level.POSITION, of_speech):
            positions = self.search_rows(Position, of_speech)
            deliveries = deliveries.filter(statement__in=positions.values("position__statement"))
        else:
            statements = self.search_rows(Statement, of_speech)
            deliveries = deliveries.filter(statement__in=statements.values("pk"))
        return deliveries.values("actor")

    def _at_any_time(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        if "actor" in chosen:
            queryset = queryset.filter(slug__in=chosen["actor"])
        if "kind" in chosen:
            queryset = queryset.filter(kind__in=chosen["kind"])
        if "group" in chosen:
            members = Membership.objects.filter(
                actor=OuterRef("pk"), group__slug__in=chosen["group"]
            )
            queryset = queryset.filter(Exists(members))
        return queryset


class NameSearchSelection(Selection):
    """A short list searched by the words of its names."""

    q = TextFilter(
        _("Words"),
        "Words; “a phrase” in quotation marks; -not. Accents, apostrophes and case do not matter.",
    )
    fields_searched: ClassVar[tuple[str, ...]] = ("name", "variants")
    orders = {"name": ("name", "slug")}
    default_sort = "name"

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        if "q" in chosen:
            queryset = named_like(queryset, chosen["q"], self.fields_searched)
        return queryset


class PersonSelection(NameSearchSelection):
    class Meta:
        model = Person
        fields: list[str] = []


class SituationSelection(NameSearchSelection):
    class Meta:
        model = Situation
        fields: list[str] = []


class InstrumentSelection(NameSearchSelection):
    class Meta:
        model = Instrument
        fields: list[str] = []


class ThemeSelection(NameSearchSelection):
    fields_searched = ("title", "definition")
    orders = {"order": ("order", "slug")}
    default_sort = "order"

    class Meta:
        model = Theme
        fields: list[str] = []


class SourceSelection(NameSearchSelection):
    fields_searched = ("title", "publisher")
    orders = {"slug": ("slug",), "title": ("title", "slug")}
    default_sort = "slug"

    class Meta:
        model = Source
        fields: list[str] = []


class PassageSelection(Selection):
    source = ChoicesFilter(sources, _("Source"), "Slugs of `sources/`.", model=Source)
    orders = {"source": ("source__slug", "number")}
    default_sort = "source"

    class Meta:
        model = Passage
        fields: list[str] = []

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        if "source" in chosen:
            queryset = queryset.filter(source__slug__in=chosen["source"])
        return queryset
