"""The admin pages of shared lists: actors, people, themes, situations, instruments, events."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.admin.workflow.editing import PartAdmin, of_record
from dialogues.admin.workflow.merging import duplicates, merge_page, warning
from dialogues.admin.workflow.steps import StepsAdmin
from dialogues.choices import State
from dialogues.models import (
    Actor,
    ActorName,
    Event,
    Instrument,
    Membership,
    Person,
    Situation,
    Synonym,
    Theme,
)
from dialogues.publishing import may

from .base import PartInline, ReadOnlyPartAdmin, change_url
from .filters import FromTheFloorFilter
from .forms import ArchiveForm, CitationsForm, CitedRecordForm, OrderedFormSet, VersionForm
from .home import site
from .parts import CitationsInline
from .spreadsheets import SpreadsheetAdmin


class EntryForm(VersionForm):
    slug = forms.RegexField(
        label=gettext_lazy("Slug"),
        regex=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        max_length=120,
        help_text=gettext_lazy("Its address, for good: lowercase words joined by hyphens."),
        error_messages={"invalid": gettext_lazy("Lowercase words joined by hyphens: mexico.")},
    )

    def clean_slug(self) -> str:
        """Refuses the former slug of a merged entry: it leads to another."""
        slug: str = self.cleaned_data["slug"]
        kept: Any = self._meta.model._default_manager.with_former_slug(slug)
        if kept and kept.pk != self.instance.pk:
            raise ValidationError(
                _("It leads to “%(kept)s”, which an entry of this slug was merged into.")
                % {"kept": kept}
            )
        return slug


class CitedEntryForm(CitedRecordForm, EntryForm):
    """The form of an entry that cites sources."""


class EntryAdmin(StepsAdmin):
    """An entry of a shared list."""

    form: type[ModelForm] = EntryForm
    list_filter: ClassVar[Any] = ("state", "proposal")
    search_fields: ClassVar[Any] = ("name", "slug")
    prepopulated_fields: ClassVar[Any] = {"slug": ("name",)}
    # Two entries can be merged where other records refer to them.
    pages: tuple[str, ...] = (*StepsAdmin.pages, "merge")

    @of_record
    def merge_view(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return merge_page(request, self.admin_site, obj)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Adds likely duplicates, and a link to the page that merges entries."""
        obj = context["original"]
        mergeable = obj and "merge" in self.pages
        if mergeable and obj.state != State.WITHDRAWN and may(request.user, "add"):
            context["merge_url"] = self._url(obj, "merge")
            context["alike"] = [(other, change_url(other.entry)) for other in duplicates(obj)]
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        words = warning(obj) if "merge" in self.pages else None
        if words:
            self.message_user(request, words, messages.WARNING)
        return super().response_add(request, obj, *args)


# Who


class NameFormSet(OrderedFormSet):
    once = ("name", "kind")


class NameInline(PartInline):
    model = ActorName
    form = ArchiveForm
    formset = NameFormSet
    fields = (("name", "kind", "date_from", "date_to"),)
    verbose_name_plural = gettext_lazy("other names")


class MembershipForm(CitationsForm):
    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        begin, end = values.get("date_from"), values.get("date_to")
        if begin and end and begin >= end:
            self.add_error("date_to", _("“Until” is later than “from”."))
        return values


class MembershipFormSet(OrderedFormSet):
    once = ("group", "date_from")


class MembershipInline(CitationsInline):
    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    fk_name = "actor"
    autocomplete_fields = ("group",)
    fields = (("group", "date_from", "date_to"), "note", "cites")
    joined = ("actor", "group")
    verbose_name_plural = gettext_lazy("member of")


@admin.register(Actor, site=site)
class ActorAdmin(SpreadsheetAdmin, EntryAdmin):
    table = "actors"
    form = CitedEntryForm
    list_display = ("name", "kind", "iso3", "slug", "state")
    list_filter = ("state", "proposal", "kind", FromTheFloorFilter)
    search_fields = ("name", "slug", "iso3", "names__name")
    search_help_text = gettext_lazy("Any of its names, or its ISO code")
    ordering = ("name",)
    autocomplete_fields = ("person",)
    inlines = (NameInline, MembershipInline)
    fields = (
        ("name", "kind"),
        "slug",
        ("iso3", "m49", "un_member_since"),
        "person",
        "note",
        "cites",
    )


class MembershipPageForm(MembershipForm, CitedRecordForm):
    """A membership on a page of its own."""


@admin.register(Membership, site=site)
class MembershipAdmin(PartAdmin):
    whole = "actor"
    form = MembershipPageForm
    list_display = ("actor", "group", "date_from", "date_to")
    list_filter = ("group",)
    list_select_related = ("actor", "group")
    search_fields = ("actor__name", "group__name")
    ordering = ("actor__name", "group__name", "date_from")
    autocomplete_fields = ("actor", "group")
    fields = (("actor", "group"), ("date_from", "date_to"), "note", "cites")


@admin.register(ActorName, site=site)
class ActorNameAdmin(ReadOnlyPartAdmin):
    list_display = ("name", "kind", "date_from", "date_to", "edited_at")
    list_filter = ("kind",)
    list_select_related = ("actor",)
    search_fields = ("name", "actor__name")
    ordering = ("name",)
    fields = ("name", "kind", "date_from", "date_to", "edited_at")
    readonly_fields = ("edited_at",)


@admin.register(Person, site=site)
class PersonAdmin(EntryAdmin):
    list_display = ("name", "slug", "state")
    search_fields = ("name", "slug", "variants")
    fields = ("name", "slug", "variants", "note")


# What statements speak of


@admin.register(Theme, site=site)
class ThemeAdmin(EntryAdmin):
    list_display = ("title", "order", "slug", "state")
    search_fields = ("title", "slug", "definition")
    prepopulated_fields = {"slug": ("title",)}
    ordering = ("order", "slug")
    fields = (("title", "order"), "slug", "definition")


@admin.register(Situation, site=site)
class SituationAdmin(EntryAdmin):
    list_display = ("name", "slug", "state")
    search_fields = ("name", "slug", "variants")
    fields = ("name", "slug", "variants", "description")


@admin.register(Instrument, site=site)
class InstrumentAdmin(EntryAdmin):
    list_display = ("name", "kind", "slug", "state")
    list_filter = ("state", "proposal", "kind")
    search_fields = ("name", "slug", "variants")
    fields = (("name", "kind"), "slug", "variants", "note")


@admin.register(Event, site=site)
class EventAdmin(EntryAdmin):
    list_display = ("name", "date_text", "state")
    fields = ("name", "slug", "date_text", "note")


@admin.register(Synonym, site=site)
class SynonymAdmin(EntryAdmin):
    pages = StepsAdmin.pages
    list_display = ("__str__", "slug", "state")
    search_fields = ("slug", "words")
    prepopulated_fields: ClassVar[Any] = {}
    fields = ("slug", "words")
