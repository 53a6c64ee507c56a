"""The admin of quotations: words as printed, looked up in their passage when entered."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Passage, Quotation
from dialogues.texts.digests import normalise

from .base import PartInline, ReadOnlyPartAdmin
from .filters import UnfinishedQuotationsFilter
from .formfields import CitationField, PlainTextField, find_cite
from .forms import ArchiveForm, OrderedFormSet, value_of
from .home import site

QUOTATION_FIELDS: tuple[Any, ...] = (
    "text",
    ("source_cite", "kind", "fragment"),
    ("opening_mark", "closing_mark", "language"),
    "instrument",
    "note",
)


class QuotationForm(ArchiveForm):
    """The form of a quotation; its place in the passage is looked up, not typed."""

    text = PlainTextField(
        label=gettext_lazy("Words"),
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("Character for character as printed, without the outer marks."),
    )
    source_cite = CitationField(
        label=gettext_lazy("Stands in"),
        max_length=140,
        help_text=gettext_lazy("icrtop-2011#p6: a source and, where it is known, its passage."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["source_cite"] = self.instance.cite

    def clean_text(self) -> str:
        return normalise(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("text") and values.get("source_cite"):
            self._place(values["text"], values["source_cite"])
        return values

    def _place(self, text: str, cite: str) -> None:
        """Sets source and passage, and the place where the words stand in it once."""
        source, passage = find_cite(cite)
        quotation = self.instance
        if {"text", "source_cite"}.isdisjoint(self.changed_data):
            return
        quotation.source, quotation.passage = source, passage
        quotation.start = quotation.end = None
        if passage and passage.text:
            if text not in passage.text:
                self.add_error("text", _not_there(text, passage))
            elif passage.text.count(text) == 1:
                quotation.start = passage.text.index(text)
                quotation.end = quotation.start + len(text)


def _not_there(text: str, passage: Passage) -> str:
    """The message that the words are not in the passage, and in which one they are."""
    for other in passage.source.passages.all():
        if text in other.text:
            return _("These words stand in %(other)s, not in %(passage)s.") % {
                "other": other,
                "passage": passage,
            }
    return _(
        "These words do not stand in %(passage)s. Copy them character for character: quotation "
        "marks and apostrophes count."
    ) % {"passage": passage}


class DialogueQuotationInline(PartInline):
    """Quotations of the whole dialogue: titles, and words of documents."""

    model = Quotation
    form = QuotationForm
    classes: Any = ("collapse",)
    autocomplete_fields = ("instrument",)
    fields: ClassVar[Any] = QUOTATION_FIELDS
    verbose_name_plural = gettext_lazy("quotations of the dialogue itself: titles, documents")
    joined: tuple[str, ...] = ("source", "passage")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quotation]:
        return super().get_queryset(request).filter(statement=None).order_by("order", "pk")

    @admin.display(description=gettext_lazy("stands in"))
    def source_cite(self, obj: Quotation) -> str:
        return obj.cite if obj.pk else "-"


class StatementQuotationForm(QuotationForm):
    position_number = forms.IntegerField(
        label=gettext_lazy("Of position no."),
        min_value=1,
        help_text=gettext_lazy("1 is the first position on this page."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["position_number"] = self.instance.position.order


class StatementQuotationFormSet(OrderedFormSet):
    """The quotations of a statement, each of one position on the same page."""

    positions: OrderedFormSet  # the other rows of the page: set by the statement's admin

    def clean(self) -> None:
        super().clean()
        for form in self.kept:
            number = value_of(form, "position_number")
            if number and not self._row(number):
                form.add_error(
                    "position_number",
                    _("There is no position %(number)s on this page.") % {"number": number},
                )

    def _row(self, number: int) -> Any:
        """The form of a position by its number; None where it is empty or deleted."""
        rows = self.positions.forms
        row = rows[number - 1] if number <= len(rows) else None
        return row if row in self.positions.kept else None

    def save_new(self, form: Any, commit: bool = True) -> Any:
        self._set_owners(form)
        return super().save_new(form, commit)

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Any:
        self._set_owners(form)
        return super().save_existing(form, obj, commit)

    def _set_owners(self, form: Any) -> None:
        form.instance.position = self._row(form.cleaned_data["position_number"]).instance
        form.instance.dialogue = self.instance.dialogue

    def number(self, rows: Any) -> None:
        """Numbers the quotations of each position, and sets the dialogue of all."""
        places: dict[int, int] = {}
        for quotation in rows:
            order = places[quotation.position_id] = places.get(quotation.position_id, 0) + 1
            if quotation.order != order or quotation.dialogue_id != self.instance.dialogue_id:
                quotation.order, quotation.dialogue = order, self.instance.dialogue
                quotation.save(update_fields=["order", "dialogue"])


class StatementQuotationInline(DialogueQuotationInline):
    form = StatementQuotationForm
    formset = StatementQuotationFormSet
    fk_name = "statement"
    classes = ()
    fieldsets = (
        (None, {"fields": ("text", ("position_number", "source_cite", "fragment"))}),
        (
            gettext_lazy("Marks, language, document, note"),
            {
                "fields": (
                    ("kind", "opening_mark", "closing_mark", "language"),
                    "instrument",
                    "note",
                ),
                "classes": ("collapse",),
            },
        ),
    )
    fields = None
    verbose_name_plural = gettext_lazy("quotations")
    joined = ("source", "passage", "position")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quotation]:
        rows = super(DialogueQuotationInline, self).get_queryset(request)
        return rows.order_by("position__order", "order", "pk")

    @admin.display(description=gettext_lazy("of position no."))
    def position_number(self, obj: Quotation) -> int | str:
        return obj.position.order if obj.position else "-"


@admin.register(Quotation, site=site)
class QuotationAdmin(ReadOnlyPartAdmin):
    list_display = ("ref", "__str__", "cite", "check_result", "edited_at")
    list_display_links = ("ref", "__str__")
    list_filter = (UnfinishedQuotationsFilter, "check_result", "kind", "fragment", "dialogue__year")
    list_select_related = ("dialogue", "statement", "source", "passage")
    search_fields = ("ref", "text")
    ordering = ("-dialogue__year", "serial", "pk")
    fields = ("ref", "text", "cite", "check_result", "kind", "note", "edited_at")
    readonly_fields = ("edited_at",)
    prefetched = ("statement__deliveries__actor",)
