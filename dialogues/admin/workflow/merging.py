"""Two entries that are one: the page that shows what would move, and what may be entered twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues import publishing
from dialogues.admin.base import change_url
from dialogues.admin.formfields import PlainTextField
from dialogues.choices import State
from dialogues.models import Publishable, SharedEntry
from dialogues.publishing import InvalidStep, MergedRecord, may
from dialogues.publishing.duplicates import alike, named_like
from dialogues.records.labels import LabelledChange, RecordLabels
from dialogues.records.record_forms import form_of


class MergeForm(forms.Form):
    reason = PlainTextField(
        label=gettext_lazy("Why the two are one"), widget=AdminTextareaWidget(attrs={"rows": 3})
    )


@dataclass(frozen=True)
class MergeMove:
    """A record that would move, with what would differ in it."""

    move: MergedRecord
    rows: list[LabelledChange]

    @property
    def url(self) -> str:
        return change_url(self.move.obj)


def shown_moves(found: list[MergedRecord]) -> list[MergeMove]:
    """Each record that would move, field by field."""
    words: dict[str, RecordLabels] = {}
    shown = []
    for move in found:
        form = form_of(move.obj)
        said = words.setdefault(form.name, RecordLabels(form))
        shown.append(MergeMove(move, said.rows(move.before, move.after)))
    return shown


def moves_of(obj: Publishable, record: dict[str, Any]) -> list[MergeMove]:
    """What would move when this text of an entry becomes public."""
    return [
        shown
        for gone in publishing.absorbed(obj, record)
        if isinstance(obj, SharedEntry)
        for shown in shown_moves(publishing.moves(gone, obj))
    ]


def merge_page(request: HttpRequest, site: Any, gone: SharedEntry) -> HttpResponse:
    """Into which entry, what that would do, and why it is done; nothing is written by a look."""
    user: Any = request.user
    if not may(user, "add"):
        raise PermissionDenied
    asked = request.POST.get("into") or request.GET.get("into", "")
    kept, near = _find(gone, asked)
    form = MergeForm(request.POST or None)
    found = publishing.moves(gone, kept) if kept else []
    objections = publishing.objections(gone, kept, found) if kept else []
    may_merge = kept and all(may(user, "change", one) for one in _changed(gone, kept))
    if request.method == "POST" and kept and may_merge and form.is_valid():
        try:
            publishing.merge(gone, kept, user, form.cleaned_data["reason"])
        except InvalidStep as refused:
            form.add_error(None, str(refused))
        else:
            return _done(request, gone, kept)
    context = {
        **site.each_context(request),
        "title": _("Merge into another"),
        "subtitle": str(gone),
        "opts": gone._meta,
        "original": gone,
        "asked": asked,
        "kept": kept,
        "near": near,
        "form": form,
        "objections": objections,
        "may_merge": may_merge,
        "moves": shown_moves(found),
        "changes": _changes(gone, kept) if kept and not objections else None,
    }
    return TemplateResponse(request, "admin/dialogues/merge.html", context)


def _changed(gone: SharedEntry, kept: SharedEntry) -> list[SharedEntry]:
    """What a merge changes at once: of two that readers do not know, both."""
    return [kept] if kept.is_published else [gone, kept]


def _changes(gone: SharedEntry, kept: SharedEntry) -> list[LabelledChange]:
    proposal = publishing.proposal_of(kept)
    before = proposal.record if proposal else publishing.record_of(kept)
    return RecordLabels(form_of(kept)).rows(before, publishing.with_other(before, gone))


def _done(request: HttpRequest, gone: SharedEntry, kept: SharedEntry) -> HttpResponse:
    """A proposal goes to review next."""
    names = {"gone": gone, "kept": kept}
    if not kept.is_published:
        words = _("“%(gone)s” was merged into “%(kept)s”.")
        messages.success(request, words % names)
        return HttpResponseRedirect(change_url(kept))
    words = _("The merge of “%(gone)s” into “%(kept)s” is proposed. Another person approves it.")
    messages.success(request, words % names)
    kept.refresh_from_db()
    if not may(request.user, "submit", kept):
        return HttpResponseRedirect(change_url(kept))
    step = f"admin:dialogues_{kept._meta.model_name}_step"
    return HttpResponseRedirect(reverse(step, args=[kept.pk, "submit"]))


def _find(gone: SharedEntry, asked: str) -> tuple[SharedEntry | None, list[Any]]:
    """The entry of a slug or name; or those that may be meant."""
    asked = asked.replace("\x00", "").strip()
    if not asked:
        return None, alike(gone)
    rows: Any = type(gone)._default_manager
    exact = rows.filter(slug=asked.lower()).first()
    if exact:
        return exact, []
    near = named_like(type(gone), [asked], apart=gone.pk)
    return None, near


# What may be entered twice


def duplicates(obj: SharedEntry) -> list[Any]:
    """Entries that are probably the same as one that readers do not know yet."""
    return alike(obj) if obj.state in (State.DRAFT, State.IN_REVIEW) else []


def warning(obj: SharedEntry) -> SafeString | None:
    """That an entry is perhaps there already, in a sentence with links; None where it is not."""
    found = duplicates(obj)
    if not found:
        return None
    links = format_html_join(
        ", ", '<a href="{}">{}</a> ({})', ((change_url(a.entry), a.entry, a.why) for a in found)
    )
    words = _("“%(name)s” may be entered already:") % {"name": obj}
    return format_html("{} {}", words, links)
