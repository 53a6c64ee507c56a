"""The workflow's steps in the admin: buttons, the page that asks, actions of lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues import publishing
from dialogues.admin.base import change_url, record_page
from dialogues.admin.filters import OwnWorkFilter
from dialogues.admin.formfields import PlainTextField
from dialogues.choices import Stage
from dialogues.models import Dialogue, Publishable
from dialogues.publishing import BUTTONS, InvalidStep, authors, is_administrator, may
from dialogues.publishing.queues import last_return
from dialogues.publishing.workflow import APPROVE, PUBLISH, SUBMIT, WITHDRAW, Step
from dialogues.records.labels import LabelledChange, RecordLabels
from dialogues.records.record_forms import form_of, key_of

from .conflicts import resolve_conflict
from .editing import RecordAdmin, of_record
from .merging import moves_of
from .preview import can_preview, preview


class StepForm(forms.Form):
    reason = PlainTextField(required=False, widget=AdminTextareaWidget(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)
    along = forms.MultipleChoiceField(
        label=gettext_lazy("Together with it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("It refers to these, and readers need them too."),
    )


def dependencies(
    step: Step, obj: Publishable, record: dict[str, Any]
) -> tuple[dict[str, Publishable], list[Publishable]]:
    """The unpublished records that this one needs: those a step may take along, and the others."""
    along: dict[str, Publishable] = {}
    first: list[Publishable] = []
    missing = publishing.unpublished_dependencies(obj, record) if step.dependency_step else []
    for other in missing:
        # A dialogue has a page and parts to look at: it is not taken along unseen.
        if isinstance(other, Dialogue) or other.stage not in BUTTONS[step.dependency_step].moves:
            first.append(other)
        else:
            along[f"{other._meta.model_name} {key_of(other)}"] = other
    return along, first


def apply_step(
    obj: Publishable, step: Step, by: Any, reason: str, record: dict[str, Any] | None = None
) -> None:
    """As `publishing.take_step`, and only where this person's role allows the step."""
    record = record or publishing.current_record(obj)
    if not may(by, step.name, obj):
        raise InvalidStep(_("Your role does not allow it in this state."))
    if step is APPROVE and needs_publisher(obj, record, by):
        raise InvalidStep(_("A merge withdraws an entry: a publisher approves it."))
    publishing.take_step(step, obj, by, reason, record)


def needs_publisher(obj: Publishable, record: dict[str, Any], by: Any) -> bool:
    """Whether a proposed record is a merge, and this person may not approve one."""
    return not may(by, "merge", obj) and bool(publishing.entries_to_absorb(obj, record))


class StepsAdmin(RecordAdmin):
    """The page of a record, with the steps that its stage and the curator's role allow."""

    actions = ("submit_selected", "publish_selected")
    pages: tuple[str, ...] = ("step", "preview", "settle")

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_filter(request), OwnWorkFilter]

    @of_record
    def preview_view(self, request: HttpRequest, obj: Publishable) -> HttpResponse:
        if not may(request.user, "preview"):
            raise PermissionDenied
        return preview(request, obj)

    @of_record
    def settle_view(self, request: HttpRequest, obj: Publishable) -> HttpResponse:
        return resolve_conflict(request, self.admin_site, obj, change_url(obj))

    def step_url(self, obj: Publishable, action: str) -> str:
        return self._url(obj, "step", action)

    def _url(self, obj: Publishable, view: str, *more: str) -> str:
        return reverse(
            f"admin:dialogues_{self.opts.model_name}_{view}", args=[quote(obj.pk), *more]
        )

    # The change form

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = context["original"]
        steps = [step for step in BUTTONS.values() if may(request.user, step.name, obj)]
        context["steps"] = [
            {"action": step.name, "words": step.label, "url": obj and self.step_url(obj, step.name)}
            for step in (steps if obj else [SUBMIT])
        ]
        being_written = obj and obj.stage in (Stage.DRAFT, Stage.PROPOSED)
        context["returned"] = last_return(obj) if being_written else None
        context["preview_url"] = obj and can_preview(obj) and self._url(obj, "preview")
        if obj and obj.proposal:
            context["changes"] = _changes(obj, publishing.current_record(obj))
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        response = super().response_add(request, obj, *args)
        return self._to_step(request, obj) or response

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        response = super().response_change(request, obj)
        return self._to_step(request, obj) or response

    def response_proposed(
        self, request: HttpRequest, whole: Publishable, changed: bool
    ) -> HttpResponse:
        response = super().response_proposed(request, whole, changed)
        return self._to_step(request, whole) or response

    def _to_step(self, request: HttpRequest, obj: Publishable) -> HttpResponse | None:
        """Redirects to the page of a step, where its button saved the form."""
        action = request.POST.get("_step")
        return HttpResponseRedirect(self.step_url(obj, action)) if action in BUTTONS else None

    # The page that asks

    @transaction.atomic
    @of_record
    def step_view(self, request: HttpRequest, obj: Publishable, action: str) -> HttpResponse:
        step = BUTTONS.get(action)
        if step is None:
            raise Http404
        if not may(request.user, step.name):
            raise PermissionDenied
        if request.method == "POST":
            publishing.lock(obj)
        if not may(request.user, step.name, obj):
            words = _("Not now: its state is “%(state)s”.") % {"state": obj.stage.label}
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(change_url(obj))
        record = publishing.current_record(obj)
        along, first = dependencies(step, obj, record)
        form = _step_form(request, step, obj, along)
        if request.method == "POST" and form.is_valid():
            try:
                _take(step, obj, record, along, request.user, form.cleaned_data)
            except InvalidStep as refused:
                form.add_error(None, str(refused))
            else:
                self.message_user(request, step.done % {"record": obj}, messages.SUCCESS)
                return HttpResponseRedirect(change_url(obj))
        changed = obj.proposal and step is not WITHDRAW
        return record_page(
            request,
            self.admin_site,
            "step",
            obj,
            title=step.label,
            question=step.question,
            form=form,
            own=step.other_person and request.user.pk in authors(obj),
            alone=is_administrator(request.user),
            above=step is APPROVE and needs_publisher(obj, record, request.user),
            changes=_changes(obj, record) if changed else None,
            outdated=bool(obj.proposal and publishing.is_stale(obj)),
            moves=moves_of(obj, record) if step.dependency_step else [],
            preview_url=can_preview(obj) and self._url(obj, "preview"),
            along=along,
            first=[(entry, change_url(entry)) for entry in first],
        )

    # Lists

    def has_submit_permission(self, request: HttpRequest) -> bool:
        return may(request.user, SUBMIT.name)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may(request.user, PUBLISH.name)

    @admin.action(description=SUBMIT.label, permissions=[SUBMIT.name])
    def submit_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._take_each(request, queryset, SUBMIT)

    @admin.action(description=PUBLISH.label, permissions=[PUBLISH.name])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._take_each(request, queryset, PUBLISH)

    def _take_each(self, request: HttpRequest, queryset: QuerySet[Any], step: Step) -> None:
        """Takes the step for each record that allows it, in order of entry; names the others."""
        done = 0
        for obj in queryset.order_by("pk"):
            try:
                with transaction.atomic():
                    publishing.lock(obj)
                    named_step(obj, step, request.user, "")
                done += 1
            except InvalidStep as refused:
                self.message_user(request, str(refused), messages.WARNING)
        words = ngettext("%(count)s record: %(step)s.", "%(count)s records: %(step)s.", done)
        self.message_user(
            request,
            words % {"count": done, "step": step.done_in_list},
            messages.SUCCESS if done else messages.INFO,
        )


def _step_form(
    request: HttpRequest, step: Step, obj: Publishable, along: dict[str, Publishable]
) -> StepForm:
    initial = {"version": obj.version, "along": list(along)}
    form = StepForm(request.POST or None, initial=initial)
    form.fields["reason"].label = step.reason_label
    form.fields["reason"].required = step.reason_required
    if along:
        field: Any = form.fields["along"]
        field.choices = [(name, f"{e._meta.verbose_name}: {e}") for name, e in along.items()]
    else:
        del form.fields["along"]
    return form


@transaction.atomic
def _take(
    step: Step,
    obj: Publishable,
    record: dict[str, Any],
    along: dict[str, Publishable],
    by: Any,
    values: dict[str, Any],
) -> None:
    """Takes a step of a locked record, after that of each dependency that was chosen."""
    if obj.version != values["version"]:
        raise InvalidStep(_("It was changed meanwhile. Look at it again first."))
    chosen, reason = values.get("along", []), values["reason"]
    for name in chosen:
        named_step(along[name], BUTTONS[step.dependency_step], by, reason)
    # A merge among the dependencies may have changed the record.
    apply_step(obj, step, by, reason, None if chosen else record)


def named_step(obj: Publishable, step: Step, by: Any, reason: str) -> None:
    """As `apply_step`; a refusal names the record, which is one of several."""
    try:
        apply_step(obj, step, by, reason)
    except InvalidStep as refused:
        raise InvalidStep(f"{obj}: {refused}") from refused


def _changes(obj: Publishable, record: dict[str, Any]) -> list[LabelledChange]:
    """The published text beside the proposed one, field by field."""
    return RecordLabels(form_of(obj)).rows(publishing.record_of(obj), record)
