"""The admin page of a dialogue, with its panels, tallies, assertions, quotations and notes."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.admin.coding.page import coding_url, sources_of
from dialogues.admin.workflow.steps import StepsAdmin
from dialogues.choices import DialogueFormat
from dialogues.models import Dialogue
from dialogues.records.citations import FieldCitationsRecordField
from dialogues.records.record_forms import DIALOGUE

from .formfields import DateLinesField, FieldCitationsField
from .forms import CitedRecordForm
from .home import site
from .parts import AssertionInline, NoteInline, PanelInline, TallyInline, set_match
from .quotations import DialogueQuotationInline

(CITES,) = (field for field in DIALOGUE.fields if isinstance(field, FieldCitationsRecordField))
MOST_ROWS = 20
_HELD = gettext_lazy("A dialogue that was held needs this.")
_NOT_HELD = gettext_lazy("Say why none was held.")


class DialogueForm(CitedRecordForm):
    further_days = DateLinesField(
        label=gettext_lazy("Further days"),
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 2}),
        help_text=gettext_lazy("One a line, as 2009-07-23."),
    )
    cites = FieldCitationsField(  # type: ignore[assignment]
        label=gettext_lazy("Cites"),
        allowed=CITES.allowed,
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "Where each field was read, one a line: dates: icrtop-2011#p1. "
            "“reported” stands for the counts."
        ),
    )

    def cites_of(self, obj: Dialogue) -> dict[str, list[str]]:
        return CITES.dump(obj) if obj.pk else {}

    def cites_by_field(self) -> dict[str, list[str]]:
        cites: dict[str, list[str]] = self.cleaned_data["cites"]
        return cites

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        held = values.get("format") != DialogueFormat.NONE_HELD
        needed = ("first_day", "coding") if held else ("reason_not_held",)
        for name in needed:
            if name not in self.errors and not values.get(name):
                self.add_error(name, _HELD if held else _NOT_HELD)
        for name in () if held else ("first_day", "further_days", "coding"):
            if values.get(name):
                self.add_error(name, _("Empty for a year without a meeting."))
        days, first = values.get("further_days"), values.get("first_day")
        if days and first and days[0] <= first.isoformat():
            self.add_error("further_days", _("Further days come after the first."))
        return values


@admin.register(Dialogue, site=site)
class DialogueAdmin(StepsAdmin):
    key = "year"
    form = DialogueForm
    list_display = ("year", "title", "format", "coding", "statement_count", "state")
    list_display_links = ("year", "title")
    list_filter = ("state", "proposal", "format", "coding")
    search_fields = ("year", "title", "theme")
    search_help_text = gettext_lazy("Year, title or theme")
    ordering = ("-year",)
    autocomplete_fields = ("events",)
    inlines = (
        PanelInline,
        TallyInline,
        AssertionInline,
        DialogueQuotationInline,
        NoteInline,
    )
    fieldsets = (
        (None, {"fields": (("year", "format"), "title", "theme", "ordinal")}),
        (
            gettext_lazy("When"),
            {"fields": (("first_day", "duration"), "further_days", "reason_not_held")},
        ),
        (
            gettext_lazy("Who presided"),
            {
                "fields": (
                    ("assembly_president", "ga_session"),
                    ("secretary_general", "convener"),
                ),
            },
        ),
        (
            gettext_lazy("The Secretary-General’s report"),
            {"fields": ("report_title", ("report_symbols", "report_date"))},
        ),
        (
            gettext_lazy("How many took part, as the preferred source counts"),
            {
                "fields": (
                    ("member_states", "regional_organizations", "observers"),
                    ("civil_society", "speakers"),
                    ("states_spoken_for", "observers_spoken_for"),
                ),
                "description": gettext_lazy("Empty where the source does not say."),
            },
        ),
        (gettext_lazy("This record"), {"fields": ("coding", "coding_note", "summary", "events")}),
        (gettext_lazy("Where it was read"), {"fields": ("cites",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dialogue]:
        return super().get_queryset(request).annotate(statement_count=Count("statements"))

    @admin.display(description=gettext_lazy("statements"), ordering="statement_count")
    def statement_count(self, obj: Any) -> int:
        count: int = obj.statement_count
        return count

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Leaves out inlines with too many rows for a page: a form has at most 1000 fields."""
        many = {inline for inline, _, _ in self._too_many(obj)} if obj else set()
        return [inline for inline in self.inlines if inline not in many]

    def _too_many(self, obj: Dialogue) -> list[tuple[Any, str, int]]:
        """The inlines left out, whose rows have pages of their own: class, name, count of rows."""
        left_out = []
        for inline in (TallyInline, AssertionInline, NoteInline):
            count = inline.model._default_manager.filter(dialogue=obj).count()
            if count > MOST_ROWS:
                left_out.append((inline, str(inline.model._meta.verbose_name_plural), count))
        return left_out

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Adds links to the rows that are left out, and to the coding desk of each source."""
        obj = context["original"]
        sources = sources_of(obj) if obj else []
        context["desks"] = [(source, coding_url(source, obj)) for source in sources]
        context["elsewhere"] = [
            (
                f"{reverse(f'admin:dialogues_{inline.model._meta.model_name}_changelist')}"
                f"?dialogue__id__exact={obj.pk}",
                f"{count} {name}",
            )
            for inline, name, count in (self._too_many(obj) if obj else ())
        ]
        return super().render_change_form(request, context, *args, **kwargs)

    def save_rest(self, obj: Dialogue) -> None:
        for tally in obj.tallies.prefetch_related("actors", "events"):
            set_match(tally)
