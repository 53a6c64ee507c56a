"""The admin pages of revisions: what changed, and restoring an older text."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues import publishing
from dialogues.admin.base import ReadOnlyAdmin, change_url, record_page
from dialogues.admin.formfields import PlainTextField
from dialogues.admin.home import site
from dialogues.choices import OF_A_PROPOSAL, RevisionAction
from dialogues.models import Revision
from dialogues.publishing import InvalidStep, may
from dialogues.records.labels import RecordLabels
from dialogues.records.record_forms import FORMS, form_of


@admin.register(Revision, site=site)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ("number", "at", "who", "action", "record_type", "record_key", "reason")
    list_display_links = ("number", "at")
    list_filter = ("action", "record_type")
    list_select_related = ("by",)
    search_fields = ("record_key", "reason", "by__username")
    search_help_text = gettext_lazy("Slug, year or reference of the record; reason; who")
    ordering = ("-number",)
    fields = (
        ("number", "at", "who"),
        ("record_type", "record_key", "action"),
        "reason",
        "changes",
        "whole",
        "digest",
    )
    readonly_fields = ("who", "changes", "whole")

    def history_of(self, obj: Revision) -> tuple[str, int]:
        return obj.record_type, obj.object_id or 0

    @admin.display(description=gettext_lazy("who"), ordering="by")
    def who(self, obj: Revision) -> str:
        return obj.by.get_username() if obj.by else _("a command")

    @admin.display(description=gettext_lazy("what changed"))
    def changes(self, obj: Revision) -> str | SafeString:
        """The changed fields, against the revision before."""
        before = _before(obj)
        if before is None:
            return _("Its first revision.")
        rows = RecordLabels(FORMS[obj.record_type]).rows(before.record, obj.record)
        words = {"before_words": _("Before"), "after_words": _("After")}
        return render_to_string("admin/dialogues/_changes.html", {"changes": rows, **words})

    @admin.display(description=gettext_lazy("the record"))
    def whole(self, obj: Revision) -> SafeString:
        text = json.dumps(obj.record, ensure_ascii=False, indent=2)
        return format_html(
            "<details><summary>{}</summary><pre>{}</pre></details>", _("All of it"), text
        )

    # Restoring

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<int:number>/restore/",
            self.admin_site.admin_view(self.restore_view),
            name="dialogues_revision_restore",
        )
        return [own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = context["original"]
        record = obj and _record(obj)
        context["record_url"] = record and change_url(record)
        if record and may(request.user, "change", record):
            context["restore_url"] = reverse("admin:dialogues_revision_restore", args=[obj.number])
        return super().render_change_form(request, context, *args, **kwargs)

    def restore_view(self, request: HttpRequest, number: int) -> HttpResponse:
        revision = Revision.objects.filter(number=number).first()
        record = _record(revision) if revision else None
        if revision is None or record is None:
            raise Http404
        if not may(request.user, "change", record):
            raise PermissionDenied
        user: Any = request.user
        form = RestoreForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                restored = publishing.restore(revision, user, form.cleaned_data["reason"])
            except InvalidStep as refused:
                form.add_error(None, str(refused))
            else:
                words = _("“%(record)s” was restored.")
                if restored.is_published:
                    words = _("“%(record)s”: the restored text is proposed; another approves it.")
                self.message_user(request, words % {"record": restored}, messages.SUCCESS)
                return HttpResponseRedirect(change_url(restored))
        question = _("The record becomes what it was then, as a new revision.")
        if record.is_published:
            question = _(
                "What it was then becomes a proposed change, which another person approves."
            )
        today = publishing.record_of(record)
        return record_page(
            request,
            self.admin_site,
            "step",
            record,
            title=_("Restore revision %(number)s") % {"number": number},
            form=form,
            question=question,
            changes=RecordLabels(form_of(record)).rows(today, revision.record),
            before_words=_("Now"),
            after_words=_("Then"),
        )


class RestoreForm(forms.Form):
    reason = PlainTextField(
        label=gettext_lazy("Why"), widget=AdminTextareaWidget(attrs={"rows": 3})
    )


def _record(revision: Revision) -> Any:
    """The object that a revision is of, as it is today."""
    rows = FORMS[revision.record_type].model._default_manager
    return rows.filter(pk=revision.object_id).first()


def _before(revision: Revision) -> Revision | None:
    """The revision that this one changed; of an open proposal, its revision before."""
    own = Revision.objects.filter(
        record_type=revision.record_type, object_id=revision.object_id, number__lt=revision.number
    )
    if revision.action in OF_A_PROPOSAL:
        last = own.last()
        closed = (RevisionAction.DECLINED, RevisionAction.APPROVED)
        if last and last.action in OF_A_PROPOSAL and last.action not in closed:
            return last
    return own.exclude(action__in=OF_A_PROPOSAL).last()
