"""Dry runs: a form saved onto a record and undone again, to read the record that it would make.

One form serves three cases. A draft is saved by it as Django does. The form of a published record
must not touch what readers see: the change is kept as a proposal, which is a whole record in the
history (`publishing.propose`). And a save that comes too late must not touch anything: what was
typed is compared with what another has saved meanwhile (`conflicts`).

For the second and third case Django's forms would have to know how to make a record without a
database. They need not: inside a savepoint the record that the curator saw is applied to the
object, the form is saved as always, the object's record is read, and the savepoint is undone. So
there is one form and one way to read it, whatever stands behind it.

    with rolled_back():
        apply_to(obj, record)      # the text that the form was filled from
        form.save()                # Django's own save, with all rows
        return record_of(obj)      # the text as the form would make it

Pages of such a record are built in the same way (`page_with_record`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.forms import all_valid
from django.http import HttpRequest, HttpResponse

from dialogues.admin.saving import owning_record
from dialogues.models import Publishable
from dialogues.publishing import apply_to, record_of, rolled_back


class InvalidForm(Exception):
    """A form with faults of its own: no record can be made of it."""


@dataclass(frozen=True)
class FormRecord:
    """The record that a form makes, and the reason given with it."""

    record: dict[str, Any]
    reason: str


def is_dry_run(request: HttpRequest) -> bool:
    return getattr(request, "dry_run", False)


class DryRunMixin(admin.ModelAdmin):
    """A form whose save can be tried out on any version of its record."""

    def record_from_form(
        self,
        request: HttpRequest,
        whole: Publishable,
        record: dict[str, Any] | None,
        object_id: str | None,
    ) -> FormRecord:
        """The record that this POST would make of `record`; nothing of it stays.

        `record` is the text that the form was filled from; None where that is the object's own.
        Raises InvalidForm where the form has faults, and InvalidStep where the record cannot be
        applied any more.
        """
        request.dry_run = True  # type: ignore[attr-defined]
        with rolled_back():
            if record is not None:
                apply_to(_copy_of(whole), record)
            return self._save_form(request, object_id)

    def _save_form(self, request: HttpRequest, object_id: str | None) -> FormRecord:
        """As Django saves a form and its rows, without messages and log."""
        add = object_id is None
        obj = self.get_object(request, unquote(object_id)) if object_id else None
        if not (self.has_add_permission(request) if add else self._may_change(request, obj)):
            raise PermissionDenied
        fields = flatten_fieldsets(self.get_fieldsets(request, obj))
        form_class = self.get_form(request, obj, change=not add, fields=fields)
        form = form_class(request.POST, request.FILES, instance=obj)
        formsets, _inlines = self._create_formsets(  # type: ignore[attr-defined]
            request, form.instance, change=not add
        )
        if not form.is_valid():
            raise InvalidForm
        instance = self.save_form(request, form, change=not add)
        if not all_valid(formsets):
            raise InvalidForm
        self.save_model(request, instance, form, not add)
        self.save_related(request, form, formsets, not add)
        return FormRecord(record_of(owning_record(instance)), form.cleaned_data.get("why", ""))

    def _may_change(self, request: HttpRequest, obj: Any) -> bool:
        return obj is not None and self.has_change_permission(request, obj)

    def page_with_record(
        self, request: HttpRequest, whole: Publishable, record: dict[str, Any] | None, *rest: Any
    ) -> HttpResponse:
        """The form's page as it is with a record applied; of a POST, with the form's faults."""
        request.dry_run = True  # type: ignore[attr-defined]
        with rolled_back():
            if record is not None:
                apply_to(_copy_of(whole), record)
            response: Any = super().changeform_view(request, *rest)
            if hasattr(response, "render"):
                response.render()
        return response


def _copy_of(whole: Publishable) -> Publishable:
    """The record's object read once more: what is applied to it is undone in the database only."""
    return type(whole)._default_manager.get(pk=whole.pk)
