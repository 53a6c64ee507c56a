"""The model forms of records and their parts: citations, version, order of rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.publishing import current_revision
from dialogues.records.citations import replace_citations
from dialogues.records.resolver import Resolver

from .formfields import CitationsField
from .saving import number_rows, owning_record

# The place of a row after all others, until the rows are numbered.
LAST = 9999

# By the name of a database constraint, its error in a curator's words.
CONSTRAINT_ERRORS = {
    "dialogues_actor_iso3_once": gettext_lazy("Another actor has this ISO code."),
    "dialogues_actor_m49_once": gettext_lazy("Another actor has this M49 code."),
    "dialogues_actor_members_are_states": gettext_lazy(
        "Only a Member State has a day since when it is a UN member."
    ),
    "dialogues_assertion_one_preferred": gettext_lazy(
        "Another value of this fact is preferred. Take the mark from that one first."
    ),
    "dialogues_dialogue_held_has_day": gettext_lazy(
        "A dialogue that was held has a first day and says how far it is coded; one that was not "
        "held has neither."
    ),
    "dialogues_dialogue_year_range": gettext_lazy("The year lies between 2005 and 2100."),
    "dialogues_membership_days_in_order": gettext_lazy("“Until” is later than “from”."),
    "dialogues_membership_not_in_itself": gettext_lazy("An actor is no member of itself."),
    "dialogues_membership_undated_once": gettext_lazy("This membership is entered already."),
    "dialogues_participation_says_who": gettext_lazy(
        "Say who it was: a person, a post or an organization."
    ),
    "dialogues_position_heading_has_basis": gettext_lazy(
        "A heading needs “under that heading”, and that needs a heading."
    ),
    "dialogues_position_proposal_whole": gettext_lazy(
        "A proposal has a year, a part and what is proposed: give all three or none."
    ),
}


class ArchiveForm(forms.ModelForm):
    """A model form whose errors of database constraints are in a curator's words."""

    def _update_errors(self, errors: ValidationError) -> None:
        by_field = getattr(errors, "error_dict", None) or {"__all__": errors.error_list}
        in_words = {field: [_in_words(fault) for fault in by_field[field]] for field in by_field}
        super()._update_errors(ValidationError(in_words))  # type: ignore[misc]


def _in_words(fault: ValidationError) -> Any:
    message = str(fault.message)
    words = (words for name, words in CONSTRAINT_ERRORS.items() if name in message)
    return next(words, fault)


class CitationsForm(ArchiveForm):
    """The form of a record or part that cites sources."""

    cites = CitationsField(
        label=gettext_lazy("Cites"),
        required=False,
        help_text=gettext_lazy(
            "Where it was read: icrtop-2011#p6 is passage 6 of that source. Spaces between several."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "cites" in self.fields:
            self.initial.setdefault("cites", self.cites_of(self.instance))

    def cites_of(self, obj: Any) -> Any:
        return [citation.cite for citation in obj.citations.all()] if obj.pk else []

    def cites_by_field(self) -> dict[str, list[str]]:
        return {"": self.cleaned_data["cites"]}

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]
        if "cites" in self.changed_data:
            resolver = Resolver()
            replace_citations(self.instance, self.cites_by_field(), resolver, new=False)
            resolver.rows.write()


class VersionForm(ArchiveForm):
    """The form of a page: it sends the version of the record that it was filled from."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)
    # The number of the revision that the page was filled from.
    opened = forms.CharField(required=False, widget=forms.HiddenInput)
    why = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Kept in its history, beside what you change."),
    )
    whole = ""  # on a part's page, the field that names its record

    def _get_validation_exclusions(self) -> set[str]:
        """Uniqueness within a record is checked too, although the record cannot be changed here."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return excluded - {self.whole}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            record = owning_record(self.instance)
            revision = current_revision(record)
            self.initial["version"] = record.version
            self.initial["opened"] = revision.number if revision else ""


class OrderedForm(CitationsForm):
    """A row with a field for its place among the rows."""

    order = forms.IntegerField(
        label=gettext_lazy("No."),
        required=False,
        min_value=1,
        max_value=LAST,
        help_text=gettext_lazy("Its place; empty: the last."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["order"] = None

    def clean_order(self) -> int:
        return self.cleaned_data["order"] or LAST


class CitedRecordForm(CitationsForm, VersionForm):
    """The page form of a record or part that cites sources."""


def value_of(form: Any, name: str) -> Any:
    """A field's value in a row, changed or not: Django does not clean the unchanged."""
    return form.cleaned_data.get(name) if form.has_changed() else form.initial.get(name)


class OrderedFormSet(BaseInlineFormSet):
    """Rows of a page, saved in their order there, or in that of their `order` fields."""

    # Fields whose values together may stand once on a page, where the constraint has a condition,
    # so that Django does not check it among rows.
    once: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and getattr(self.instance, "dry_run", False):
            # A dry run makes rows anew each time: they are known by their places, which are the
            # same as when the page was built.
            self.data = data = self.data.copy()  # type: ignore[attr-defined]
            for place, row in enumerate(self.get_queryset()):
                data[f"{self.prefix}-{place}-{row._meta.pk.name}"] = row.pk

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Rows that were not changed are not validated again: that costs ten queries a row."""
        kwargs: dict[str, Any] = super().get_form_kwargs(index)
        return kwargs if index is None else kwargs | {"empty_permitted": True}

    @property
    def kept(self) -> list[Any]:
        """The forms of the rows that remain after saving."""
        return [
            form
            for form in self.forms
            if (form.instance.pk or form.has_changed()) and not self._should_delete_form(form)  # type: ignore[attr-defined]
        ]

    def clean(self) -> None:
        super().clean()
        self._require_reason()
        seen = set()
        for form in self.kept if self.once else ():
            values = tuple(getattr(value_of(form, n), "pk", value_of(form, n)) for n in self.once)
            if values in seen:
                form.add_error(None, _("This stands on the page twice."))
            seen.add(values)

    def _require_reason(self) -> None:
        """Who deletes a part that readers know says why: its address answers with the reason."""
        public = getattr(self.instance, "is_published", False)
        deleted = [form.instance for form in self.deleted_forms] if public else []
        refs = [part.ref for part in deleted if getattr(part, "has_public_ref", False)]
        if refs and not self.data.get("why", "").strip():
            words = _("Say why at the foot of the page: readers find it where %(refs)s stood.")
            raise ValidationError(words % {"refs": ", ".join(refs)})

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit)
        rows = sorted(self.kept, key=lambda form: value_of(form, "order") or 0)
        if hasattr(self.model, "order"):
            self.number(form.instance for form in rows)
        return saved

    def number(self, rows: Iterable[Any]) -> None:
        number_rows(rows)
