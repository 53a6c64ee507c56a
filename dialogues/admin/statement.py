"""The admin page of a statement, with its deliveries, positions and quotations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.admin.workflow.steps import StepsAdmin
from dialogues.choices import DeliveryMode
from dialogues.models import Delivery, Position, Statement

from .base import CITED, PartInline, ReadOnlyPartAdmin
from .filters import UnfinishedPositionsFilter
from .forms import ArchiveForm, CitationsForm, CitedRecordForm, OrderedFormSet, value_of
from .home import site
from .parts import CitationsInline
from .quotations import StatementQuotationFormSet, StatementQuotationInline
from .spreadsheets import SpreadsheetAdmin


class StatementAdminForm(CitedRecordForm):
    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        dialogue, panel = values.get("dialogue"), values.get("panel")
        if dialogue is None and self.instance.dialogue_id:
            dialogue = self.instance.dialogue
        if dialogue and panel and panel.dialogue_id != dialogue.pk:
            self.add_error(
                "panel",
                _("This panel is of %(other)s. Choose a panel of %(year)s, or none.")
                % {"other": panel.dialogue.year, "year": dialogue.year},
            )
        return values


class DeliveryForm(ArchiveForm):
    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("actor") in (values.get("on_behalf_of") or ()):
            self.add_error("on_behalf_of", _("Nobody speaks on behalf of itself."))
        return values


class DeliveryFormSet(OrderedFormSet):
    def clean(self) -> None:
        super().clean()
        modes = {value_of(form, "mode") for form in self.kept}
        if DeliveryMode.DELIVERED not in modes and not any(self.errors):
            raise forms.ValidationError(_("Say who delivered it: at least one actor."))


class DeliveryInline(PartInline):
    model = Delivery
    form = DeliveryForm
    formset = DeliveryFormSet
    extra_in_new = 1
    prefetched = ("on_behalf_of",)
    autocomplete_fields = ("actor", "on_behalf_of")
    fieldsets = (
        (None, {"fields": (("actor", "mode", "printed_name"),)}),
        (
            gettext_lazy("On behalf of others"),
            {
                "fields": (("on_behalf_wording", "on_behalf_number"), "on_behalf_of"),
                "classes": ("collapse",),
            },
        ),
    )
    verbose_name = gettext_lazy("actor")
    verbose_name_plural = gettext_lazy("who delivered it, and who joined")


class PositionForm(CitationsForm):
    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("theme") in (values.get("other_themes") or ()):
            self.add_error("other_themes", _("The main theme stands here again."))
        return values


class PositionInline(CitationsInline):
    model = Position
    form = PositionForm
    template = "admin/dialogues/numbered_inline.html"
    extra_in_new = 1
    prefetched = (*CITED, "other_themes", "situations", "instruments", "mentions")
    autocomplete_fields = ("theme", "other_themes", "situations", "instruments", "mentions")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("theme", "stance", "attribution"),
                    ("pillar_1", "pillar_2", "pillar_3"),
                    "summary",
                    "cites",
                )
            },
        ),
        (
            gettext_lazy("Situations, instruments, heading, proposal, note"),
            {
                "fields": (
                    ("situations", "instruments"),
                    ("other_themes", "mentions"),
                    ("heading", "heading_basis", "claim"),
                    ("proposal_year", "proposal_part", "proposal_title"),
                    "note",
                ),
                "classes": ("collapse",),
            },
        ),
    )
    verbose_name_plural = gettext_lazy("positions: one for each point it makes")


@admin.register(Statement, site=site)
class StatementAdmin(SpreadsheetAdmin, StepsAdmin):
    table = "statements"
    key = ""  # its ref is given, not entered
    form = StatementAdminForm
    list_display = ("ref", "actors_named", "state", "dialogue_year", "form", "panel_title")
    list_display_links = ("ref", "actors_named")
    list_filter = ("state", "proposal", "form", "dialogue__year", "panel__kind")
    list_select_related = ("dialogue", "panel__dialogue", "speaker")
    search_fields = ("ref", "deliveries__actor__name", "speaker__name", "summary")
    search_help_text = gettext_lazy("Reference, actor, speaker or words of the summary")
    ordering = ("-dialogue__year", "serial", "pk")
    autocomplete_fields = ("dialogue", "panel", "speaker")
    inlines = (DeliveryInline, PositionInline, StatementQuotationInline)
    prefetched = ("deliveries__actor",)
    fieldsets = (
        (None, {"fields": (("dialogue", "panel"), ("form", "speaker", "speaker_post"), "cites")}),
        (
            gettext_lazy("Language, address, summary, note"),
            {"fields": (("language", "url"), "summary", "note"), "classes": ("collapse",)},
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The dialogue is read-only once published: the reference has its year."""
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, "dialogue") if obj and obj.published_at else fields

    @admin.display(description=gettext_lazy("actors"))
    def actors_named(self, obj: Statement) -> str:
        who = ", ".join(delivery.actor.name for delivery in obj.delivered)
        return who or str(obj.speaker or "-")

    @admin.display(description=gettext_lazy("dialogue"), ordering="dialogue__year")
    def dialogue_year(self, obj: Statement) -> int:
        return obj.dialogue.year

    @admin.display(description=gettext_lazy("panel"), ordering="panel")
    def panel_title(self, obj: Statement) -> str:
        return obj.panel.title if obj.panel else "-"

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        """Hands the quotations' formset that of the positions, whose numbers are typed."""
        formsets, inlines = super()._create_formsets(  # type: ignore[misc]
            request, obj, change
        )
        positions = next(formset for formset in formsets if formset.model is Position)
        for formset in formsets:
            if isinstance(formset, StatementQuotationFormSet):
                formset.positions = positions
        return formsets, inlines

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        """Fills in the same panel for the next statement: it is most often the same."""
        response = super().response_add(request, obj, *args)
        if "_addanother" not in request.POST:
            return response
        same = {"dialogue": obj.dialogue_id} | ({"panel": obj.panel_id} if obj.panel_id else {})
        return HttpResponseRedirect(f"{request.path}?{urlencode(same)}")


@admin.register(Position, site=site)
class PositionAdmin(SpreadsheetAdmin, ReadOnlyPartAdmin):
    table = "positions"
    list_display = ("ref", "summary", "theme", "stance", "edited_at")
    list_display_links = ("ref", "summary")
    list_filter = (
        UnfinishedPositionsFilter,
        "stance",
        "attribution",
        "statement__state",
        "statement__dialogue__year",
        "theme",
    )
    list_select_related = ("theme", "statement__dialogue", "statement__speaker")
    search_fields = ("ref", "summary", "heading", "statement__deliveries__actor__name")
    search_help_text = gettext_lazy("Reference, actor, or words of the summary or heading")
    ordering = ("-statement__dialogue__year", "serial", "pk")
    fields = ("ref", "edited_at", "theme", "stance", "summary", "pillars_named", "heading", "note")
    readonly_fields = ("edited_at", "pillars_named")
    prefetched = ("statement__deliveries__actor",)

    @admin.display(description=gettext_lazy("pillars"))
    def pillars_named(self, obj: Position) -> str:
        return ", ".join("I" * number for number in obj.pillars) or "-"


@admin.register(Delivery, site=site)
class DeliveryAdmin(ReadOnlyPartAdmin):
    list_display = ("actor", "mode", "on_behalf_wording", "edited_at")
    list_filter = ("mode", "actor__kind", "statement__dialogue__year")
    list_select_related = ("actor", "statement__dialogue", "statement__speaker")
    search_fields = ("actor__name", "printed_name", "on_behalf_wording")
    ordering = ("-statement__dialogue__year", "statement__serial", "order")
    fields = (
        "actor",
        "mode",
        "printed_name",
        "on_behalf_wording",
        "on_behalf_number",
        "on_behalf_of",
        "edited_at",
    )
    readonly_fields = ("edited_at",)
    prefetched = ("statement__deliveries__actor",)
