"""Two who changed the same record: mine and theirs side by side, and a save made of both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from dialogues import publishing
from dialogues.admin.saving import save_record
from dialogues.models import Publishable, Revision
from dialogues.publishing import InvalidStep, may
from dialogues.records import three_way
from dialogues.records.labels import RecordLabels
from dialogues.records.record_forms import form_of

SALT = "dialogues.settling"


@dataclass
class EditConflict:
    """A save that came too late: the text it was typed on, and the record that it would make."""

    whole: Publishable
    base: Revision | None
    mine: dict[str, Any]
    why: str

    def __post_init__(self) -> None:
        shown = publishing.proposal_of(self.whole)
        self.theirs = shown.record if shown else publishing.record_of(self.whole)
        base = self.base.record if self.base else self.theirs
        self.choices = list(three_way.choices(base, self.mine, self.theirs))

    def kept(self, user: Any) -> str:
        """What was typed, to be sent back by the page; nobody can alter it on the way."""
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
    """What `kept` gave, once more; None where it is not that."""
    try:
        kept = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    if kept["record"] != [form_of(whole).name, whole.pk, user.pk]:
        return None
    return EditConflict(whole, opened_revision(whole, str(kept["base"])), kept["mine"], kept["why"])


def opened_revision(whole: Publishable, number: str) -> Revision | None:
    """The revision of this record that somebody had on their screen."""
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    return publishing.history_of(whole).filter(number=int(number)).first()


def who_saved(whole: Publishable) -> str:
    last = publishing.history_of(whole).select_related("by").last()
    who = last.by.get_username() if last and last.by else _("Somebody else")
    return _("%(who)s has saved this record since you opened it, so nothing was saved now.") % {
        "who": who
    }


def conflict_page(
    request: HttpRequest,
    site: Any,
    settling: EditConflict,
    chosen: dict[int, str] | None = None,
    fault: str = "",
) -> HttpResponse:
    """409: each field that differs, mine and theirs; what only I changed is chosen already."""
    whole, words = settling.whole, RecordLabels(form_of(settling.whole))
    rows = [
        {
            "name": f"choice-{number}",
            "label": words.label(choice.path),
            "mine": words.value(choice.path, choice.mine),
            "theirs": words.value(choice.path, choice.theirs),
            "take": (chosen or {}).get(number) or ("mine" if choice.only_mine else "theirs"),
            "both": not choice.only_mine
            and choice.mine != choice.base
            and choice.theirs != choice.base,
        }
        for number, choice in enumerate(settling.choices)
    ]
    context = {
        **site.each_context(request),
        "title": _("Two have changed this record"),
        "subtitle": str(whole),
        "opts": whole._meta,
        "original": whole,
        "rows": rows,
        "kept": settling.kept(request.user),
        "fault": fault,
        "who": who_saved(whole),
        "settle_url": reverse(f"admin:dialogues_{whole._meta.model_name}_settle", args=[whole.pk]),
    }
    return TemplateResponse(request, "admin/dialogues/settle.html", context, status=409)


@transaction.atomic
def resolve_conflict(request: HttpRequest, site: Any, whole: Publishable, url: str) -> HttpResponse:
    """Saves what was chosen, unless somebody was quicker once more."""
    if request.method != "POST":
        return HttpResponseRedirect(url)
    publishing.lock(whole)
    whole.refresh_from_db()
    user: Any = request.user
    if not may(user, "change", whole):
        raise PermissionDenied
    settling = unsigned_conflict(whole, user, request.POST.get("kept", ""))
    if settling is None:
        messages.error(request, _("That page is no longer of use: open the record again."))
        return HttpResponseRedirect(url)
    chosen = {
        number: request.POST.get(f"choice-{number}", "") for number in range(len(settling.choices))
    }
    if request.POST.get("version") != str(whole.version):
        return conflict_page(request, site, settling)
    taken = [c for number, c in enumerate(settling.choices) if chosen[number] == "mine"]
    result = three_way.merged(settling.theirs, taken)
    try:
        save_record(whole, result, user, settling.why)
    except InvalidStep as refused:
        return conflict_page(request, site, settling, chosen, str(refused))
    messages.success(request, _("Saved, with what you chose."))
    return HttpResponseRedirect(url)
