"""Merge two entries: the page that shows what would move, and warnings of likely duplicates."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues import publishing
from dialogues.admin.base import change_url, record_page
from dialogues.admin.formfields import PlainTextField
from dialogues.choices import State
from dialogues.models import Publishable, SharedEntry
from dialogues.publishing import InvalidStep, may
from dialogues.publishing.duplicates import likely_duplicates, named_like
from dialogues.publishing.merging import MergedRecord
from dialogues.records.labels import RecordLabels
from dialogues.records.record_forms import form_of


class MergeForm(forms.Form):
    reason = PlainTextField(
        label=gettext_lazy("Why the two are one"), widget=AdminTextareaWidget(attrs={"rows": 3})
    )


def labelled_moves(moves: list[MergedRecord]) -> list[dict[str, Any]]:
    """Each record of a merge, with its address and its changed fields in words."""
    by_form: dict[str, RecordLabels] = {}
    labelled = []
    for move in moves:
        form = form_of(move.obj)
        labels = by_form.setdefault(form.name, RecordLabels(form))
        rows = labels.rows(move.before, move.after)
        labelled.append({"move": move, "url": change_url(move.obj), "rows": rows})
    return labelled


def moves_of(obj: Publishable, record: dict[str, Any]) -> list[dict[str, Any]]:
    """The records that would change when this record of an entry becomes public."""
    return [
        move
        for gone in publishing.entries_to_absorb(obj, record)
        if isinstance(obj, SharedEntry)
        for move in labelled_moves(publishing.references_moved(gone, obj))
    ]


def merge_page(request: HttpRequest, site: Any, gone: SharedEntry) -> HttpResponse:
    """Asks into which entry, and why; shows what would change. A GET writes nothing."""
    user: Any = request.user
    if not may(user, "add"):
        raise PermissionDenied
    asked = request.POST.get("into") or request.GET.get("into", "")
    kept, near = _find(gone, asked)
    form = MergeForm(request.POST or None)
    moves = publishing.references_moved(gone, kept) if kept else []
    blockers = publishing.merge_blockers(gone, kept, moves) if kept else []
    # Of two that readers do not know, both are changed at once.
    may_merge = kept and may(user, "change", kept)
    if kept and not kept.is_published:
        may_merge = may_merge and may(user, "change", gone)
    if request.method == "POST" and kept and may_merge and form.is_valid():
        try:
            publishing.merge(gone, kept, user, form.cleaned_data["reason"])
        except InvalidStep as refused:
            form.add_error(None, str(refused))
        else:
            return _done(request, gone, kept)
    changes = None
    if kept and not blockers:
        before = publishing.current_record(kept)
        changes = RecordLabels(form_of(kept)).rows(before, publishing.merged_record(before, gone))
    return record_page(
        request,
        site,
        "merge",
        gone,
        title=_("Merge into another"),
        asked=asked,
        kept=kept,
        near=near,
        form=form,
        objections=blockers,
        may_merge=may_merge,
        moves=labelled_moves(moves),
        changes=changes,
    )


def _done(request: HttpRequest, gone: SharedEntry, kept: SharedEntry) -> HttpResponse:
    """The page after a merge: a proposed one goes to review next."""
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
    """The entry of this slug; or, without one, those of similar names."""
    asked = asked.replace("\x00", "").strip()
    if not asked:
        return None, likely_duplicates(gone)
    rows: Any = type(gone)._default_manager
    exact = rows.filter(slug=asked.lower()).first()
    if exact:
        return exact, []
    return None, named_like(type(gone), [asked], exclude=gone.pk)


# Likely duplicates


def duplicates(obj: SharedEntry) -> list[Any]:
    """Entries that are probably the same as this one, as long as readers do not know it."""
    return likely_duplicates(obj) if obj.state in (State.DRAFT, State.IN_REVIEW) else []


def warning(obj: SharedEntry) -> SafeString | None:
    """A sentence with links to likely duplicates of an entry; None where there is none."""
    likely = duplicates(obj)
    if not likely:
        return None
    links = format_html_join(
        ", ", '<a href="{}">{}</a> ({})', ((change_url(d.entry), d.entry, d.why) for d in likely)
    )
    words = _("“%(name)s” may be entered already:") % {"name": obj}
    return format_html("{} {}", words, links)
