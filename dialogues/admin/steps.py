"""From draft to public and back, where the record is edited: buttons, their page, bulk actions."""

from __future__ import annotations

from collections.abc import Iterator
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
from dialogues.choices import RevisionAction, State
from dialogues.models import Passage, Publishable, Revision, Statement
from dialogues.publishing import NotAllowed, authors, may
from dialogues.records import checks
from dialogues.records.forms import FORMS, form_of, key_of, to_record

from .base import RecordAdmin, change_url, not_there
from .formfields import PlainTextField

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
        gettext_lazy("It becomes a draft again, and who entered it reads your comment."),
        gettext_lazy("“%(record)s” was returned."),
        gettext_lazy("What should be changed"),
    ),
    "publish": (
        gettext_lazy("Publish"),
        gettext_lazy("Everybody can read it from now on, on its page, in the API and in exports."),
        gettext_lazy("“%(record)s” was published."),
        gettext_lazy("Why (kept in its history)"),
    ),
    "withdraw": (
        gettext_lazy("Withdraw"),
        gettext_lazy("Its page goes on answering, with your reason in place of the record."),
        gettext_lazy("“%(record)s” was withdrawn."),
        gettext_lazy("Why (readers see it)"),
    ),
}
NEEDS_REASON = {"give_back", "withdraw"}
# In which state what a record refers to can be taken along.
ALONG = {"submit": State.DRAFT, "publish": State.IN_REVIEW}


class StepForm(forms.Form):
    reason = PlainTextField(required=False, widget=AdminTextareaWidget(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)
    along = forms.MultipleChoiceField(
        label=gettext_lazy("Together with it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("It refers to these, and readers need them too."),
    )


def take(obj: Publishable, action: str, by: Any, reason: str) -> None:
    """One step of one record. Raises NotAllowed, in words."""
    if action in ALONG:
        faults = [f"{place}: {cause}" for place, cause in _faults(obj)]
        if faults:
            raise NotAllowed(_("Mend first: %(faults)s.") % {"faults": "; ".join(faults)})
    if not may(by, action, obj):
        raise NotAllowed(_("Your role does not allow it in this state."))
    getattr(publishing, action)(obj, by, reason)


def _faults(obj: Publishable) -> Iterator[tuple[str, str]]:
    """What import would refuse in it."""
    form = form_of(obj)

    def text_of(cite: str) -> str:
        slug, __, number = cite.partition("#p")
        passage = Passage.objects.filter(source__slug=slug, number=number or 0).first()
        return passage.text if passage else ""

    yield from checks.faults_of(form, to_record(form, obj), text_of)


def unpublished(obj: Publishable) -> list[Publishable]:
    """What it refers to that readers cannot see; what one of these refers to stands before it."""
    found: dict[str, Publishable | None] = {}
    _visit(obj, found)
    return [one for one in found.values() if one is not None]


def _visit(obj: Publishable, found: dict[str, Publishable | None]) -> None:
    form = form_of(obj)
    for name in publishing.unpublished_references(form, to_record(form, obj)):
        if name not in found:
            found[name] = None  # on its way: two may refer to each other
            kind, __, key = name.partition(" ")
            other: Any = FORMS[kind].model._default_manager.get(slug=key)
            _visit(other, found)
            del found[name]
            found[name] = other


class StepsAdmin(RecordAdmin):
    """A record with the buttons that its state and the curator's role allow."""

    actions = ("submit_selected", "publish_selected")

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<path:object_id>/step/<slug:action>/",
            self.admin_site.admin_view(self.step_view),
            name=f"dialogues_{self.opts.model_name}_step",
        )
        return [own, *super().get_urls()]

    def step_url(self, obj: Publishable, action: str) -> str:
        name = f"admin:dialogues_{self.opts.model_name}_step"
        return reverse(name, args=[quote(obj.pk), action])

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
        context["returned"] = obj and obj.state == State.DRAFT and _last_return(obj)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        response = super().response_add(request, obj, *args)
        return self._to_step(request, obj) or response

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        response = super().response_change(request, obj)
        return self._to_step(request, obj) or response

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
        obj = super(RecordAdmin, self).get_queryset(request).filter(pk=unquote(object_id)).first()
        if obj is None:
            return not_there(self, request, object_id)
        if not may(request.user, action, obj):
            words = _("Not now: its state is “%(state)s”.") % {"state": obj.get_state_display()}
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(change_url(obj))
        missing = unpublished(obj) if action in ALONG else []
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
            "own": action == "publish" and request.user.pk in authors(obj),
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
                self._lock(obj)
                obj.refresh_from_db()
                if obj.version != values["version"]:
                    raise NotAllowed(_("It was changed meanwhile. Look at it again first."))
                chosen = values.get("along", [])
                for one in unpublished(obj) if chosen else []:
                    if _name(one) in chosen:
                        _named(one, action, request.user, values["reason"])
                take(obj, action, request.user, values["reason"])
        except NotAllowed as refused:
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
                    self._lock(obj)
                    obj.refresh_from_db()
                    _named(obj, action, request.user, "")
                done += 1
            except NotAllowed as refused:
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
        take(obj, action, by, reason)
    except NotAllowed as refused:
        raise NotAllowed(f"{obj}: {refused}") from refused


def _name(obj: Publishable) -> str:
    return f"{obj._meta.model_name} {key_of(obj)}"


def _last_return(obj: Publishable) -> Revision | None:
    """The reviewer's comment, where the last step was to return it."""
    own = Revision.objects.filter(record_type=form_of(obj).name, record_key=key_of(obj))
    steps = [RevisionAction.SUBMITTED, RevisionAction.RETURNED]
    last = own.filter(action__in=steps).select_related("by").last()
    return last if last and last.action == RevisionAction.RETURNED else None
