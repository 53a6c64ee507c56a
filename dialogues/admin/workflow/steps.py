"""From draft to public and back, where the record is edited: buttons, their page, bulk actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues import publishing
from dialogues.admin.base import change_url, missing_record_response
from dialogues.admin.filters import OwnWorkFilter
from dialogues.admin.formfields import PlainTextField
from dialogues.choices import Proposed, RevisionAction, State
from dialogues.models import Publishable, Revision, Statement
from dialogues.publishing import InvalidStep, authors, is_administrator, may
from dialogues.records.labels import LabelledChange, RecordLabels
from dialogues.records.record_forms import form_of, key_of

from .conflicts import resolve_conflict
from .editing import RecordAdmin
from .merging import moves_of
from .preview import can_preview, preview

# The button, the question of its page, what is said afterwards; and what the reason is called.
WORDS = {
    "submit": (
        gettext_lazy("Send to review"),
        gettext_lazy("A reviewer looks at it next; contributors cannot change it meanwhile."),
        gettext_lazy("“%(record)s” was sent to review."),
        gettext_lazy("A word to the reviewer"),
    ),
    "give_back": (
        gettext_lazy("Return with a comment"),
        gettext_lazy("Who wrote it reads your comment, and can change it again."),
        gettext_lazy("“%(record)s” was returned."),
        gettext_lazy("What should be changed"),
    ),
    "publish": (
        gettext_lazy("Publish"),
        gettext_lazy("Everybody can read it from now on, on its page, in the API and in exports."),
        gettext_lazy("“%(record)s” was published."),
        gettext_lazy("Why (kept in its history)"),
    ),
    "approve": (
        gettext_lazy("Approve the change"),
        gettext_lazy("Readers see the changed text from now on, in place of the published one."),
        gettext_lazy("The change of “%(record)s” was approved."),
        gettext_lazy("Why (kept in its history)"),
    ),
    "decline": (
        gettext_lazy("Decline the change"),
        gettext_lazy("The published text stays as it is; the history keeps what was proposed."),
        gettext_lazy("The change of “%(record)s” was declined."),
        gettext_lazy("Why it is not made"),
    ),
    "withdraw": (
        gettext_lazy("Withdraw"),
        gettext_lazy("Its page goes on answering, with your reason in place of the record."),
        gettext_lazy("“%(record)s” was withdrawn."),
        gettext_lazy("Why (readers see it)"),
    ),
}
NEEDS_REASON = {"give_back", "decline", "withdraw"}
# In which state what a record refers to can be taken along; and by which step.
ALONG = {"submit": State.DRAFT, "publish": State.IN_REVIEW, "approve": State.IN_REVIEW}
TOGETHER = {"approve": "publish"}


class StepForm(forms.Form):
    reason = PlainTextField(required=False, widget=AdminTextareaWidget(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)
    along = forms.MultipleChoiceField(
        label=gettext_lazy("Together with it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("It refers to these, and readers need them too."),
    )


def apply_step(obj: Publishable, action: str, by: Any, reason: str) -> None:
    """One step of one record. Raises NotAllowed, in words."""
    faults = publishing.faults_of(obj, current_record(obj)) if action in ALONG else []
    if faults:
        raise InvalidStep(_("Mend first: %(faults)s.") % {"faults": "; ".join(faults)})
    if not may(by, action, obj):
        raise InvalidStep(_("Your role does not allow it in this state."))
    if action == "approve" and only_for_publishers(obj, by):
        raise InvalidStep(_("A merge withdraws an entry: a publisher approves it."))
    getattr(publishing, action)(obj, by, reason)


def only_for_publishers(obj: Publishable, by: Any) -> bool:
    """Whether the proposed change is a merge, and this person may not approve one."""
    return not may(by, "merge", obj) and bool(publishing.absorbed(obj, current_record(obj)))


def current_record(obj: Publishable) -> dict[str, Any]:
    """What a step is about: the proposed text where there is one."""
    proposal = publishing.proposal_of(obj)
    return proposal.record if proposal else publishing.record_of(obj)


def missing_dependencies(obj: Publishable) -> list[Publishable]:
    """What it refers to that readers cannot see yet."""
    return publishing.unpublished_dependencies(obj, current_record(obj))


class StepsAdmin(RecordAdmin):
    """A record with the buttons that its state and the curator's role allow."""

    actions = ("submit_selected", "publish_selected")

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_filter(request), OwnWorkFilter]

    def get_urls(self) -> list[URLPattern]:
        own = (
            ("<path:object_id>/step/<slug:action>/", self.step_view, "step"),
            ("<path:object_id>/preview/", self.preview_view, "preview"),
            ("<path:object_id>/settle/", self.settle_view, "settle"),
        )
        return [
            *(
                path(
                    address,
                    self.admin_site.admin_view(view),
                    name=f"dialogues_{self.opts.model_name}_{name}",
                )
                for address, view, name in own
            ),
            *super().get_urls(),
        ]

    def _at(self, object_id: str) -> Any:
        """The record of an address, with nothing that only a list asks for."""
        return self.model._default_manager.filter(pk=unquote(object_id)).first()

    def preview_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not may(request.user, "preview"):
            raise PermissionDenied
        obj = self._at(object_id)
        return preview(request, obj) if obj else missing_record_response(self, request, object_id)

    def settle_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        obj = self._at(object_id)
        if obj is None:
            return missing_record_response(self, request, object_id)
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
        user = request.user
        steps = [action for action in WORDS if may(user, action, obj)] if obj else ["submit"]
        context["steps"] = [
            {"action": step, "words": WORDS[step][0], "url": obj and self.step_url(obj, step)}
            for step in steps
        ]
        writing = obj and (obj.state == State.DRAFT or obj.proposal == Proposed.DRAFT)
        context["returned"] = _last_return(obj) if writing else None
        context["preview_url"] = obj and can_preview(obj) and self._url(obj, "preview")
        if obj and obj.proposal:
            context["changes"] = _changes(obj)
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
        """A button that saves, and then asks."""
        action = request.POST.get("_step")
        return HttpResponseRedirect(self.step_url(obj, action)) if action in WORDS else None

    # The page that asks

    def step_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        if action not in WORDS:
            raise Http404
        if not may(request.user, action):
            raise PermissionDenied
        obj = self._at(object_id)
        if obj is None:
            return missing_record_response(self, request, object_id)
        if not may(request.user, action, obj):
            words = _("Not now: its state is “%(state)s”.") % {"state": obj.stage.label}
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(change_url(obj))
        missing = missing_dependencies(obj) if action in ALONG else []
        along = {_name(one): one for one in missing if one.state == ALONG[action]}
        if action in ALONG and isinstance(obj, Statement) and not obj.dialogue.is_published:
            missing.insert(0, obj.dialogue)
        form = self._step_form(request, obj, action, along)
        if request.method == "POST" and form.is_valid() and self._take(request, obj, action, form):
            return HttpResponseRedirect(change_url(obj))
        context = {
            **self.admin_site.each_context(request),
            "title": WORDS[action][0],
            "subtitle": str(obj),
            "opts": self.opts,
            "original": obj,
            "form": form,
            "question": WORDS[action][1],
            "own": action in ("publish", "approve") and request.user.pk in authors(obj),
            "alone": is_administrator(request.user),
            "above": action == "approve" and only_for_publishers(obj, request.user),
            "changes": _changes(obj) if obj.proposal and action != "withdraw" else None,
            "outdated": bool(obj.proposal and publishing.outdated(obj)),
            "moves": moves_of(obj, current_record(obj)) if action in ALONG else [],
            "preview_url": can_preview(obj) and self._url(obj, "preview"),
            "along": along,
            "first": [(one, change_url(one)) for one in missing if one not in along.values()],
        }
        return TemplateResponse(request, "admin/dialogues/step.html", context)

    def _step_form(
        self, request: HttpRequest, obj: Publishable, action: str, along: dict[str, Publishable]
    ) -> StepForm:
        initial = {"version": obj.version, "along": list(along)}
        form = StepForm(request.POST or None, initial=initial)
        form.fields["reason"].label = WORDS[action][3]
        form.fields["reason"].required = action in NEEDS_REASON
        if along:
            field = form.fields["along"]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [
                (name, f"{one._meta.verbose_name}: {one}") for name, one in along.items()
            ]
        else:
            del form.fields["along"]
        return form

    def _take(self, request: HttpRequest, obj: Publishable, action: str, form: StepForm) -> bool:
        """Takes the step with what goes along, or says on the form why not."""
        values = form.cleaned_data
        try:
            with transaction.atomic():
                publishing.lock(obj)
                obj.refresh_from_db()
                if obj.version != values["version"]:
                    raise InvalidStep(_("It was changed meanwhile. Look at it again first."))
                chosen = values.get("along", [])
                for one in missing_dependencies(obj) if chosen else []:
                    if _name(one) in chosen:
                        step = TOGETHER.get(action, action)
                        _named(one, step, request.user, values["reason"])
                apply_step(obj, action, request.user, values["reason"])
        except InvalidStep as refused:
            form.add_error(None, str(refused))
            return False
        self.message_user(request, WORDS[action][2] % {"record": obj}, messages.SUCCESS)
        return True

    # Lists

    def has_submit_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "submit")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "publish")

    @admin.action(description=gettext_lazy("Send to review"), permissions=["submit"])
    def submit_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._take_each(request, queryset, "submit")

    @admin.action(description=gettext_lazy("Publish"), permissions=["publish"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._take_each(request, queryset, "publish")

    def _take_each(self, request: HttpRequest, queryset: QuerySet[Any], action: str) -> None:
        """The step for each that can take it, in the order of entry; the others are named."""
        done = 0
        for obj in queryset.order_by("pk"):
            try:
                with transaction.atomic():
                    publishing.lock(obj)
                    obj.refresh_from_db()
                    _named(obj, action, request.user, "")
                done += 1
            except InvalidStep as refused:
                self.message_user(request, str(refused), messages.WARNING)
        words = ngettext("%(count)s record: %(step)s.", "%(count)s records: %(step)s.", done)
        self.message_user(
            request,
            words % {"count": done, "step": _DONE[action]},
            messages.SUCCESS if done else messages.INFO,
        )


_DONE = {"submit": gettext_lazy("sent to review"), "publish": gettext_lazy("published")}


def _named(obj: Publishable, action: str, by: Any, reason: str) -> None:
    try:
        apply_step(obj, action, by, reason)
    except InvalidStep as refused:
        raise InvalidStep(f"{obj}: {refused}") from refused


def _name(obj: Publishable) -> str:
    return f"{obj._meta.model_name} {key_of(obj)}"


def _changes(obj: Publishable) -> list[LabelledChange]:
    """The published text beside the proposed one, field by field."""
    return RecordLabels(form_of(obj)).rows(publishing.record_of(obj), current_record(obj))


def _last_return(obj: Publishable) -> Revision | None:
    """The reviewer's comment, where the last step was to return it."""
    returned = [RevisionAction.RETURNED, RevisionAction.HANDED_BACK]
    steps = [RevisionAction.SUBMITTED, RevisionAction.PUT_FORWARD, *returned]
    closed = [RevisionAction.APPROVED, RevisionAction.DECLINED, RevisionAction.PUBLISHED]
    own = publishing.history_of(obj).filter(action__in=[*steps, *closed])
    last = own.select_related("by").last()
    return last if last and last.action in returned else None
