"""List filters of the admin: my work, unfinished parts, actors who spoke from the floor."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from dialogues.choices import Check, NoteKind, State
from dialogues.models import Citation, Delivery, Dialogue
from dialogues.publishing.queues import awaiting_my_review, my_drafts, returned_to_me
from dialogues.records.record_forms import form_of


class OwnWorkFilter(admin.SimpleListFilter):
    """The records of one kind that wait for this curator."""

    title = gettext_lazy("your work")
    parameter_name = "mine"
    CONDITIONS: ClassVar[dict[str, Any]] = {
        "writing": (gettext_lazy("Being written by you"), my_drafts),
        "returned": (gettext_lazy("Returned to you"), returned_to_me),
        "review": (gettext_lazy("For you to review"), awaiting_my_review),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(value, label) for value, (label, _condition) in self.CONDITIONS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in self.CONDITIONS:
            return queryset
        _label, condition = self.CONDITIONS[self.value() or ""]
        chosen = condition(form_of(queryset.model()).name, request.user)
        return queryset.none() if chosen is None else queryset.filter(chosen)


class UnfinishedFilter(admin.SimpleListFilter):
    """Parts in which something is left to do, withdrawn records left out."""

    title = gettext_lazy("what is left")
    parameter_name = "left"
    conditions: ClassVar[dict[str, tuple[Any, Q]]] = {}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(value, label) for value, (label, _condition) in self.conditions.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in self.conditions:
            return queryset
        return queryset.filter(self.conditions[self.value() or ""][1])


_HELD = ~Q(dialogue__state=State.WITHDRAWN)
# A quotation of the dialogue itself has no statement.
_SAID = ~Q(statement__state=State.WITHDRAWN)
_IN_A_PASSAGE = Exists(Citation.objects.filter(position=OuterRef("pk"), passage__isnull=False))


class UnfinishedPositionsFilter(UnfinishedFilter):
    conditions: ClassVar[dict[str, tuple[Any, Q]]] = {
        "no_passage": (gettext_lazy("Without a passage"), ~Q(_IN_A_PASSAGE) & _SAID),
    }


class UnfinishedQuotationsFilter(UnfinishedFilter):
    conditions: ClassVar[dict[str, tuple[Any, Q]]] = {
        "not_found": (
            gettext_lazy("Not found in the passage"),
            Q(check_result=Check.NOT_FOUND) & _SAID & _HELD,
        ),
        "not_checked": (
            gettext_lazy("Not checked"),
            Q(check_result=Check.NOT_CHECKED) & _SAID & _HELD,
        ),
    }


class UnfinishedTalliesFilter(UnfinishedFilter):
    conditions: ClassVar[dict[str, tuple[Any, Q]]] = {
        "differ": (gettext_lazy("Number and names differ"), Q(matches=False) & _HELD),
    }


class UnfinishedNotesFilter(UnfinishedFilter):
    conditions: ClassVar[dict[str, tuple[Any, Q]]] = {
        # A note of context says what surrounds a dialogue: nothing is to be decided in it.
        "open": (
            gettext_lazy("Not yet decided"),
            Q(reading="") & ~Q(kind=NoteKind.CONTEXT) & _HELD,
        ),
    }


def from_the_floor() -> QuerySet[Delivery]:
    """Deliveries from the floor, published or not yet, to compare with reported counts."""
    return Delivery.objects.from_the_floor().exclude(statement__state=State.WITHDRAWN)


class FromTheFloorFilter(admin.SimpleListFilter):
    """Actors that delivered a statement from the floor in a year."""

    title = gettext_lazy("spoke from the floor in")
    parameter_name = "floor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        years = Dialogue.objects.order_by("-year").values_list("year", flat=True)
        return [(str(year), str(year)) for year in years]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        year = self.value()
        if year not in [known for known, _label in self.lookup_choices]:
            return queryset
        spoke = from_the_floor().filter(statement__dialogue__year=int(year))
        return queryset.filter(pk__in=spoke.order_by().values("actor"))
