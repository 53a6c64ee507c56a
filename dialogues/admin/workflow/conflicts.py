"""Edit conflicts: two versions of a record side by side, and a save made of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogues import publishing
from dialogues.admin.base import record_page
from dialogues.admin.saving import save_record
from dialogues.issues import whole_number
from dialogues.models import Publishable, Revision
from dialogues.publishing import InvalidStep, may
from dialogues.records import three_way
from dialogues.records.labels import RecordLabels
from dialogues.records.record_forms import form_of

SALT = "dialogues.settling"
LARGEST_NUMBER = 10**18


@dataclass
class EditConflict:
    """A save that came too late: the revision it was typed on, and the record it would make."""

    whole: Publishable
    base: Revision | None
    mine: dict[str, Any]
    why: str

    def __post_init__(self) -> None:
        self.theirs = publishing.current_record(self.whole)
        base = self.base.record if self.base else self.theirs
        self.choices = list(three_way.choices(base, self.mine, self.theirs))

    def signed(self, user: Any) -> str:
        """The save as signed text, for the page to send back: nobody can alter it on the way."""
        return signing.dumps(
            {
                "record": [form_of(self.whole).name, self.whole.pk, user.pk],
                "base": self.base.number if self.base else "",
                "mine": self.mine,
                "why": self.why,
            },
            salt=SALT,
            compress=True,
        )


def unsigned_conflict(whole: Publishable, user: Any, text: str) -> EditConflict | None:
    """Reads the signed conflict data back; None if tampered with, or of another record."""
    try:
        data = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    if data["record"] != [form_of(whole).name, whole.pk, user.pk]:
        return None
    return EditConflict(whole, opened_revision(whole, str(data["base"])), data["mine"], data["why"])


def opened_revision(whole: Publishable, number: str) -> Revision | None:
    """The revision of this record that a form was filled from; None where the number is none."""
    known = whole_number(number, LARGEST_NUMBER)
    return publishing.history_of(whole).filter(number=known or 0).first()


def who_saved(whole: Publishable) -> str:
    """Names the person who has saved the record meanwhile."""
    last = publishing.history_of(whole).select_related("by").last()
    who = last.by.get_username() if last and last.by else _("Somebody else")
    return _("%(who)s has saved this record since you opened it, so nothing was saved now.") % {
        "who": who
    }


def conflict_page(
    request: HttpRequest,
    site: Any,
    conflict: EditConflict,
    chosen: dict[int, str] | None = None,
    fault: str = "",
) -> HttpResponse:
    """409: each field that differs, mine and theirs; what only I changed is chosen already."""
    whole, labels = conflict.whole, RecordLabels(form_of(conflict.whole))
    rows = [
        {
            "name": f"choice-{number}",
            "label": labels.label(choice.path),
            "mine": labels.value(choice.path, choice.mine),
            "theirs": labels.value(choice.path, choice.theirs),
            "take": (chosen or {}).get(number) or ("mine" if choice.only_mine else "theirs"),
            "both": not choice.only_mine
            and choice.mine != choice.base
            and choice.theirs != choice.base,
        }
        for number, choice in enumerate(conflict.choices)
    ]
    return record_page(
        request,
        site,
        "settle",
        whole,
        status=409,
        title=_("Two have changed this record"),
        rows=rows,
        kept=conflict.signed(request.user),
        fault=fault,
        who=who_saved(whole),
        settle_url=reverse(f"admin:dialogues_{whole._meta.model_name}_settle", args=[whole.pk]),
    )


@transaction.atomic
def resolve_conflict(request: HttpRequest, site: Any, whole: Publishable, url: str) -> HttpResponse:
    """Saves what was chosen, unless somebody was quicker once more."""
    if request.method != "POST":
        return HttpResponseRedirect(url)
    publishing.lock(whole)
    user: Any = request.user
    if not may(user, "change", whole):
        raise PermissionDenied
    conflict = unsigned_conflict(whole, user, request.POST.get("kept", ""))
    if conflict is None:
        messages.error(request, _("That page is no longer of use: open the record again."))
        return HttpResponseRedirect(url)
    chosen = {
        number: request.POST.get(f"choice-{number}", "") for number in range(len(conflict.choices))
    }
    if request.POST.get("version") != str(whole.version):
        return conflict_page(request, site, conflict)
    mine = [c for number, c in enumerate(conflict.choices) if chosen[number] == "mine"]
    result = three_way.merged(conflict.theirs, mine)
    try:
        save_record(whole, result, user, conflict.why)
    except InvalidStep as refused:
        return conflict_page(request, site, conflict, chosen, str(refused))
    messages.success(request, _("Saved, with what you chose."))
    return HttpResponseRedirect(url)
