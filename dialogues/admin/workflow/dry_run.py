"""Dry runs: a form saved onto a record and undone again, to read the record that it would make.

A draft is saved by its form as Django does. The form of a published record must not touch what
readers see: the change is kept as a proposal (`publishing.propose`). A save that comes too late
must not touch anything: what was typed is compared with what another has saved (`conflicts`).
For both, the record that the curator saw is applied inside a savepoint, the form is saved as
always, the record is read, and the savepoint is undone:

    with rolled_back():
        apply_to(obj, record)      # the text that the form was filled from
        form.save()                # Django's own save, with all rows
        return record_of(obj)      # the text as the form would make it
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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


def is_dry_run(request: HttpRequest) -> bool:
    return getattr(request, "dry_run", False)


class DryRunMixin(admin.ModelAdmin):
    """A form whose save can be tried out on any version of its record."""

    @contextmanager
    def _dry_run(
        self, request: HttpRequest, whole: Publishable, record: dict[str, Any] | None
    ) -> Iterator[None]:
        """Applies a record for the time of a save or a page; without one, the object's own stays.

        It is applied to an object of its own, on which nothing need be undone.
        """
        request.dry_run = True  # type: ignore[attr-defined]
        with rolled_back():
            if record is not None:
                apply_to(type(whole)._default_manager.get(pk=whole.pk), record)
            yield

    def record_from_form(
        self,
        request: HttpRequest,
        whole: Publishable,
        record: dict[str, Any] | None,
        object_id: str | None,
    ) -> tuple[dict[str, Any], str]:
        """The record that this POST would make of `record`, and the reason given with it.

        As Django saves a form and its rows, without messages and log; nothing of it stays. Raises
        InvalidForm where the form has faults, and InvalidStep where the record cannot be applied
        any more.
        """
        with self._dry_run(request, whole, record):
            add = object_id is None
            obj = self.get_object(request, unquote(object_id)) if object_id else None
            may_change = obj is not None and self.has_change_permission(request, obj)
            if not (self.has_add_permission(request) if add else may_change):
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
            return record_of(owning_record(instance)), form.cleaned_data.get("why", "")

    def page_with_record(
        self, request: HttpRequest, whole: Publishable, record: dict[str, Any] | None, *rest: Any
    ) -> HttpResponse:
        """The form's page as it is with a record applied; of a POST, with the form's faults."""
        with self._dry_run(request, whole, record):
            response: Any = super().changeform_view(request, *rest)
            if hasattr(response, "render"):
                response.render()
        return response
