"""Edit records and their parts: drafts at once, what is published by a proposal (`dry_run`)."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from dialogues import publishing
from dialogues.admin.base import (
    CITED,
    FormFieldsMixin,
    RolePermissionsMixin,
    change_url,
    missing_record_response,
)
from dialogues.admin.forms import LAST, VersionForm
from dialogues.admin.saving import finish_save, number_rows, owning_record
from dialogues.choices import State
from dialogues.models import Publishable
from dialogues.publishing import InvalidStep, may

from .conflicts import EditConflict, conflict_page, opened_revision, who_saved
from .dry_run import DryRunMixin, InvalidForm, is_dry_run


def of_record(view: Any) -> Any:
    """A view that gets the record in place of its key; of a missing one, Django's redirect."""

    @wraps(view)
    def with_record(self: Any, request: HttpRequest, object_id: str, **rest: Any) -> HttpResponse:
        obj = self.object_at(object_id)
        if obj is None:
            return missing_record_response(self, request, object_id)
        response: HttpResponse = view(self, request, obj, **rest)
        return response

    return with_record


class RecordSavingAdmin(FormFieldsMixin, RolePermissionsMixin, DryRunMixin):
    """The page of a record, or of a part, whose save adds a revision of the whole record."""

    form: type[ModelForm] = VersionForm
    # The pages of a record besides Django's: `preview` is `preview_view` at `<key>/preview/`.
    pages: tuple[str, ...] = ()

    class Media:
        js = ("js/admin.js",)

    def get_urls(self) -> list[URLPattern]:
        own = []
        for page in self.pages:
            view = self.admin_site.admin_view(getattr(self, f"{page}_view"))
            more = "<slug:action>/" if page == "step" else ""
            name = f"dialogues_{self.opts.model_name}_{page}"
            own.append(path(f"<path:object_id>/{page}/{more}", view, name=name))
        return [*own, *super().get_urls()]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        obj = super().get_object(request, object_id, from_field)
        if obj is not None:
            obj.dry_run = is_dry_run(request)
            if hasattr(obj, "citations"):
                prefetch_related_objects([obj], *CITED)
        return obj

    def object_at(self, object_id: str) -> Any:
        """The object of an address, without what only lists ask for; None where there is none."""
        try:
            return self.model._default_manager.filter(pk=unquote(object_id)).first()
        except (ValidationError, ValueError):
            return None

    # The page: of a draft, a published record, or one that was changed meanwhile

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        arguments = (object_id, form_url, extra_context)
        try:
            return self._changeform(request, *arguments)
        except IntegrityError:
            # Another save came between reading and writing: it is found the second time.
            return self._changeform(request, *arguments)
        except PermissionDenied:
            if request.method != "POST" or not object_id or not may(request.user, "change"):
                raise
            words = _("Nothing was saved: this record cannot be changed any more, see below.")
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(request.path)

    def _changeform(self, request: HttpRequest, object_id: str | None, *rest: Any) -> Any:
        whole = self._whole(request, object_id)
        if whole is None:
            return super().changeform_view(request, object_id, *rest)
        with transaction.atomic():
            too_late = False
            if request.method == "POST":
                # Whoever saves second waits here, and then finds another version or stage.
                publishing.lock(whole)
                if not may(request.user, "change", whole):
                    raise PermissionDenied
                too_late = bool(object_id) and request.POST.get("version") != str(whole.version)
            if not (too_late or whole.is_published):
                return super().changeform_view(request, object_id, *rest)
            if request.method == "POST":
                return self._save_outside(request, whole, too_late, object_id, *rest)
            return self._proposal_page(request, whole, object_id, *rest)

    def _whole(self, request: HttpRequest, object_id: str | None) -> Publishable | None:
        """The record of this page, or of the part on it; None for a new one."""
        obj = self.object_at(object_id) if object_id is not None else None
        return owning_record(obj) if obj is not None else None

    def _proposal_page(self, request: HttpRequest, whole: Publishable, *rest: Any) -> Any:
        """The page of a published record: filled from its open proposal, where there is one."""
        proposal = publishing.proposal_of(whole)
        if proposal is None:
            return super().changeform_view(request, *rest)
        try:
            return self.page_with_record(request, whole, proposal.record, *rest)
        except InvalidStep as refused:
            return self._refused(request, refused, reverse("admin:index"))

    def _save_outside(
        self,
        request: HttpRequest,
        whole: Publishable,
        too_late: bool,
        object_id: str | None,
        *rest: Any,
    ) -> Any:
        """Keeps the change of a published record as a proposal; too late, shows the conflict."""
        opened = request.POST.get("opened", "")
        base = opened_revision(whole, opened) if too_late else publishing.proposal_of(whole)
        record = base.record if base else None
        try:
            typed, why = self.record_from_form(request, whole, record, object_id)
        except InvalidForm:
            # The form's own faults are mended first.
            if too_late:
                rest = (*rest[:-1], {**(rest[-1] or {}), "who_saved": who_saved(whole)})
            return self.page_with_record(request, whole, record, object_id, *rest)
        except InvalidStep as refused:
            url = request.path if too_late else reverse("admin:index")
            return self._refused(request, refused, url)
        if too_late:
            return conflict_page(request, self.admin_site, EditConflict(whole, base, typed, why))
        user: Any = request.user
        try:
            changed = publishing.propose(whole, typed, user, why)
        except InvalidStep as refused:
            return self._refused(request, refused, request.path)
        return self.response_proposed(request, whole, changed)

    def _refused(self, request: HttpRequest, refused: InvalidStep, url: str) -> HttpResponse:
        self.message_user(request, str(refused), messages.ERROR)
        return HttpResponseRedirect(url)

    def response_proposed(
        self, request: HttpRequest, whole: Publishable, changed: bool
    ) -> HttpResponse:
        """The response after the save of a proposal."""
        if IS_POPUP_VAR in request.POST:
            return super().response_change(request, whole)
        words = _("Nothing was changed.")
        if changed:
            words = _(
                "Your change of “%(record)s” is kept. Readers go on seeing the published text "
                "until another person approves the change."
            ) % {"record": whole}
        self.message_user(request, words, messages.SUCCESS if changed else messages.INFO)
        if "_continue" in request.POST or "_addanother" in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        return HttpResponseRedirect(change_url(whole))

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Adds the record, and whether it can be changed here."""
        record = context["original"] and owning_record(context["original"])
        context |= {
            "record": record,
            "record_url": record and change_url(record),
            "editable": record is None or may(request.user, "change", record),
            "outdated": bool(record and record.proposal and publishing.is_stale(record)),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    # The save

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not is_dry_run(request):
            whole = owning_record(obj)
            form.record_before = publishing.record_of(whole) if whole.pk else None
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.save_rest(form.instance)
        if not is_dry_run(request):
            user: Any = request.user
            whole, why = owning_record(form.instance), form.cleaned_data.get("why", "")
            finish_save(whole, user, form.record_before, why)

    def save_rest(self, obj: Any) -> None:
        """A hook for what follows from the form and its rows, before the record is read."""


class RecordAdmin(RecordSavingAdmin):
    """The page of a record with a state: a shared entry, a dialogue, a statement."""

    key = "slug"  # the field that its address is made of

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The key is read-only once somebody else knows it."""
        fields = tuple(super().get_readonly_fields(request, obj))
        known = obj and (obj.published_at or publishing.all_authors(obj) - {request.user.pk})
        if self.key and known:
            return (*fields, self.key)
        return fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else dict(super().get_prepopulated_fields(request, obj))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Leaves withdrawn records out of autocomplete."""
        match = request.resolver_match
        if match and match.url_name == "autocomplete":
            queryset = queryset.exclude(state=State.WITHDRAWN)
        return super().get_search_results(request, queryset, search_term)

    def view_on_site(self, obj: Any) -> str | None:
        """The address of the public page, where there is one."""
        has_page = obj.is_published and hasattr(obj, "get_absolute_url")
        return obj.get_absolute_url() if has_page else None


class PartAdmin(RecordSavingAdmin):
    """The page of a part; the stage of its record decides who may change it."""

    whole: str  # the field that names the record

    def _whole(self, request: HttpRequest, object_id: str | None) -> Publishable | None:
        if object_id is not None:
            return super()._whole(request, object_id)
        record: Any = self.opts.get_field(self.whole).related_model
        key = request.POST.get(self.whole, "")
        whole = record.objects.filter(pk=key).first() if key.isdecimal() else None
        return whole if whole and may(request.user, "change", whole) else None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, self.whole) if obj else fields

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Adds the check that this curator may change the chosen record."""
        form = super().get_form(request, obj, change, **kwargs)
        whole, user = self.whole, request.user

        def clean_whole(self: ModelForm) -> Publishable:
            record: Publishable = self.cleaned_data[whole]
            if not may(user, "change", record):
                raise ValidationError(
                    _("You cannot add to “%(record)s”. Its state: %(state)s.")
                    % {"record": record, "state": record.get_state_display()}
                )
            return record

        return type(form.__name__, (form,), {f"clean_{whole}": clean_whole, "whole": whole})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change and "order" not in form.fields and hasattr(obj, "order"):
            obj.order = LAST
        super().save_model(request, obj, form, change)

    def save_rest(self, obj: Any) -> None:
        """Numbers the parts of the record anew."""
        if hasattr(obj, "order"):
            siblings = type(obj)._default_manager.filter(**{self.whole: owning_record(obj)})
            number_rows(siblings.order_by("order", "pk"))

    def view_on_site(self, obj: Any) -> str | None:
        whole = owning_record(obj)
        return whole.get_absolute_url() if whole.is_published else None  # type: ignore[attr-defined]
