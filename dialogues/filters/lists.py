"""The selections of the other lists: dialogues, panels, quotations, counts, actors, short lists."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from dialogues import search
from dialogues.choices import PanelKind
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

from .base import ChoicesFilter, Selection, TextFilter
from .statements import (
    BY_YEAR,
    PositionFilters,
    PositionSelection,
    StatementFilters,
    StatementSelection,
    YearFilters,
    actors,
    groups,
    of_positions,
    position_condition,
    sources,
    who_condition,
    years,
)


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
    panel = ChoicesFilter(PanelKind.choices, _("Segment"))
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
    """Quotations by what is chosen of their statement and position.

    Those of the dialogue itself fit the year only.
    """

    orders = BY_YEAR
    default_sort = "-year"

    class Meta:
        model = Quotation
        fields: list[str] = []

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        queryset = self.by_statement(queryset, chosen)
        if of_positions(chosen):
            positions = Position.objects.filter(pk=OuterRef("position"))
            queryset = queryset.filter(Exists(positions.filter(position_condition(chosen))))
        if "q" in chosen:
            spoken = self.answering(Position.objects.all(), chosen["q"])
            queryset = queryset.filter(position__in=spoken)
        return queryset


class TallySelection(YearFilters, PositionFilters):
    """Reported counts; `actor` is one that the source names for it."""

    actor = ChoicesFilter(actors, _("Actor named"), model=Actor)
    orders = BY_YEAR
    default_sort = "-year"

    class Meta:
        model = Tally
        fields: list[str] = []

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        queryset = self.by_year(queryset, chosen).filter(position_condition(chosen, Tally))
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
    folded = ((pk, search.fold(" ".join(found))) for pk, found in names.items())
    ids = [pk for pk, text in folded if all(word in text for word in wanted)]
    return queryset.filter(pk__in=ids)


class ActorSelection(StatementFilters):
    """Actors: by name, or as those who delivered what is chosen of statements and positions.

    `said` are words of what they delivered, since `q` is their name: of a position, where anything
    else is chosen of one. Where anything is chosen of what was said, `kind` and `group` are of who
    said it, on that day.
    """

    q = TextFilter(_("Name"))
    said = TextFilter(_("Words of what was said"))
    group = ChoicesFilter(groups, _("Member of, at some time"), model=Actor)
    year = ChoicesFilter(years, _("Delivered a statement in"))
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
        """Who delivered a statement that fits; or, of what positions have, a position that fits."""
        deliveries = Delivery.objects.delivered().filter(who_condition(chosen)).order_by()
        if of_positions(of_speech):
            positions = Position.objects.visible_to(self.user)
            held = PositionSelection(user=self.user).select(positions, of_speech)
            deliveries = deliveries.filter(statement__in=held.order_by().values("statement"))
        else:
            statements = Statement.objects.visible_to(self.user)
            spoke = StatementSelection(user=self.user).select(statements, of_speech)
            deliveries = deliveries.filter(statement__in=spoke.order_by())
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
    """A short list that takes words."""

    q = TextFilter()
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
    source = ChoicesFilter(sources, _("Source"), model=Source)
    orders = {"source": ("source__slug", "number")}
    default_sort = "source"

    class Meta:
        model = Passage
        fields: list[str] = []

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        if "source" in chosen:
            queryset = queryset.filter(source__slug__in=chosen["source"])
        return queryset
