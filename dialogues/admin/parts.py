"""The admin of a dialogue's parts: inline rows, and pages where a row is too small."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.admin.workflow.editing import PartAdmin
from dialogues.models import Assertion, Note, Panel, Participation, Tally

from .base import CITED, PartInline, ReadOnlyPartAdmin
from .filters import UnfinishedNotesFilter, UnfinishedTalliesFilter
from .formfields import ValueField
from .forms import CitationsForm, CitedRecordForm, OrderedForm, OrderedFormSet, value_of
from .home import site
from .spreadsheets import SpreadsheetAdmin


class CitationsInline(PartInline):
    """Inline rows that cite sources."""

    form = CitationsForm
    prefetched: tuple[str, ...] = CITED


class DialoguePartAdmin(PartAdmin):
    """The page of a dialogue's part; its list begins with the newest dialogue."""

    whole = "dialogue"
    form = CitedRecordForm
    list_select_related: ClassVar[Any] = ("dialogue",)
    ordering = ("-dialogue__year", "order")
    autocomplete_fields: ClassVar[Any] = ("dialogue",)

    @admin.display(description=gettext_lazy("dialogue"), ordering="dialogue__year")
    def dialogue_year(self, obj: Any) -> int:
        year: int = obj.dialogue.year
        return year


# Panels and participations


class PanelForm(OrderedForm):
    key = forms.RegexField(
        label=gettext_lazy("Key"),
        regex=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=50,
        help_text=gettext_lazy("A short lowercase word, once in a dialogue: opening."),
        error_messages={"invalid": gettext_lazy("Lowercase words joined by hyphens: opening.")},
    )


class PanelInline(CitationsInline):
    model = Panel
    form = PanelForm
    joined = ("dialogue",)
    extra_in_new = 2
    show_change_link = True
    fields = (("order", "kind", "key", "part"), "title", "cites")
    verbose_name_plural = gettext_lazy("panels, in order")


class ParticipationForm(OrderedForm):
    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not (values.get("person") or values.get("post") or values.get("organization")):
            self.add_error("person", _("Say who it was: a person, a post or an organization."))
        return values


class ParticipationInline(CitationsInline):
    model = Participation
    form = ParticipationForm
    joined = ("person", "actor", "country")
    autocomplete_fields = ("person", "actor", "country")
    fields = (
        ("order", "role", "honorific"),
        ("person", "post", "organization"),
        ("actor", "country"),
        "summary",
        "cites",
    )


class PanelPageForm(CitedRecordForm, PanelForm):
    """A panel on a page of its own."""


@admin.register(Panel, site=site)
class PanelAdmin(DialoguePartAdmin):
    form = PanelPageForm
    list_display = ("title", "dialogue_year", "order", "kind", "part")
    list_filter = ("kind", "dialogue__year")
    search_fields = ("title", "dialogue__year", "part")
    fields = ("dialogue", ("order", "kind", "key", "part"), "title", "summary", "note", "cites")
    inlines = (ParticipationInline,)
    # A panel's name has its year, in lists of choices too.
    joined = ("dialogue",)


@admin.register(Participation, site=site)
class ParticipationAdmin(SpreadsheetAdmin, ReadOnlyPartAdmin):
    table = "participations"
    list_display = ("__str__", "role", "panel", "post")
    list_filter = ("role", "panel__dialogue__year")
    list_select_related = ("person", "panel__dialogue")
    search_fields = ("person__name", "post", "organization")
    ordering = ("-panel__dialogue__year", "panel__order", "order")
    fields = ("panel", "role", "person", "post", "organization", "actor", "country", "summary")


# Tallies


def set_match(tally: Tally) -> None:
    """Stores whether a tally's number and names agree: counted, not entered."""
    if tally.matches != tally.finding:
        tally.matches = tally.finding
        tally.save(update_fields=["matches"])


class TallyInline(CitationsInline):
    model = Tally
    show_change_link = True
    classes = ("collapse",)
    fields = ("wording", "claim", ("number", "implied_number", "unit"), "relation", "cites")
    verbose_name_plural = gettext_lazy("tallies")


class TallyForm(CitedRecordForm):
    taken_out = forms.BooleanField(
        label=gettext_lazy("Take it out"),
        required=False,
        help_text=gettext_lazy(
            "Its address then answers with what you give as “Why”, below. Its reference is not "
            "used again."
        ),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        values["taken_out"] = bool(values.get("taken_out")) and is_known(self.instance)
        if values["taken_out"] and not values.get("why"):
            self.add_error("why", _("Say why: readers find it where the tally stood."))
        return values


def is_known(tally: Tally) -> bool:
    """Whether readers know a tally: then it is withdrawn on its own page only."""
    return tally.has_public_ref and tally.dialogue.is_published


@admin.register(Tally, site=site)
class TallyAdmin(DialoguePartAdmin):
    form = TallyForm
    list_display = ("ref", "dialogue_year", "wording", "number", "matches", "theme")
    list_display_links = ("ref", "wording")
    list_filter = (
        UnfinishedTalliesFilter,
        "matches",
        "relation",
        "stance",
        "dialogue__year",
        "theme",
    )
    list_select_related = ("dialogue", "theme")
    search_fields = ("ref", "wording", "claim")
    ordering = ("-dialogue__year", "order")
    autocomplete_fields = ("dialogue", "theme", "actors", "events", "situations", "instruments")
    readonly_fields = ("matches",)
    fieldsets = (
        (None, {"fields": ("dialogue", "wording", "claim", "cites")}),
        (
            gettext_lazy("The number"),
            {"fields": (("number", "implied_number", "unit"), ("relation", "matches"))},
        ),
        (gettext_lazy("The names found"), {"fields": ("actors", "events")}),
        (
            gettext_lazy("What it is about"),
            {
                "fields": (
                    ("theme", "stance"),
                    ("pillar_1", "pillar_2", "pillar_3"),
                    "heading",
                    "situations",
                    "instruments",
                    "note",
                )
            },
        ),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Tally | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or not is_known(obj):
            return fieldsets
        words = gettext_lazy("Withdrawal")
        return [*fieldsets, (words, {"fields": ("taken_out",), "classes": ("collapse",)})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        obj.taken_out = form.cleaned_data.get("taken_out", False)

    def save_rest(self, obj: Any) -> None:
        if obj.taken_out:
            obj.delete()
            return
        super().save_rest(obj)
        set_match(obj)


# Assertions and notes


class AssertionForm(CitationsForm):
    fact = forms.RegexField(
        label=gettext_lazy("Fact"),
        regex=r"^[a-z0-9_]+$",
        max_length=50,
        help_text=gettext_lazy("The dialogue’s field, or another word: report_date, panelists."),
        error_messages={"invalid": gettext_lazy("Lowercase words joined by low lines.")},
    )
    value = ValueField(
        label=gettext_lazy("Value"),
        required=False,
        help_text=gettext_lazy('A number, words, or a list: ["2009-07-21", "2009-07-23"].'),
    )


class AssertionFormSet(OrderedFormSet):
    def clean(self) -> None:
        super().clean()
        preferred: set[str] = set()
        for form in self.kept:
            fact = value_of(form, "fact")
            if fact and value_of(form, "preferred"):
                if fact in preferred:
                    form.add_error("preferred", _("Only one value of a fact is preferred."))
                preferred.add(fact)

    def save(self, commit: bool = True) -> Any:
        # At most one value is preferred at any time: the old one is saved first.
        stay = [form.instance.pk for form in self.kept if value_of(form, "preferred")]
        self.instance.assertions.exclude(pk__in=filter(None, stay)).update(preferred=False)
        return super().save(commit)


class AssertionInline(CitationsInline):
    model = Assertion
    form = AssertionForm
    formset = AssertionFormSet
    joined = ("dialogue",)
    classes = ("collapse",)
    fields = (("fact", "value", "preferred"), "meaning", "reason", "note", "cites")
    verbose_name_plural = gettext_lazy("assertions: what sources say of one fact")


class AssertionPageForm(AssertionForm, CitedRecordForm):
    """An assertion on a page of its own."""


@admin.register(Assertion, site=site)
class AssertionAdmin(DialoguePartAdmin):
    form = AssertionPageForm
    list_display = ("fact", "dialogue_year", "value", "preferred")
    list_filter = ("preferred", "dialogue__year")
    search_fields = ("fact", "meaning", "note")
    fields = ("dialogue", ("fact", "value", "preferred"), "meaning", "reason", "note", "cites")


class NoteInline(CitationsInline):
    model = Note
    classes = ("collapse",)
    fields = ("kind", "issue", "reading", "cites")
    verbose_name_plural = gettext_lazy("notes: what is uncertain, and how it was read")


@admin.register(Note, site=site)
class NoteAdmin(DialoguePartAdmin):
    list_display = ("issue", "dialogue_year", "kind")
    list_filter = (UnfinishedNotesFilter, "kind", "dialogue__year")
    search_fields = ("issue", "reading")
    fields = ("dialogue", "kind", "issue", "reading", "cites")
