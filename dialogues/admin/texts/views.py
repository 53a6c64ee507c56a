"""The text of a source brought in: proposed as passages, put right by a curator, then fixed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues import publishing
from dialogues.admin.coding.page import coding_url
from dialogues.admin.saving import save_record
from dialogues.choices import PassageKind
from dialogues.models import Passage, Publishable, Source, TextDraft
from dialogues.publishing import InvalidStep, may
from dialogues.texts import documents, paragraphs
from dialogues.texts.paragraphs import Block
from dialogues.texts.passages import InvalidText

from .forms import TextUploadForm

MOST_WORDS = 32767  # what the record holds
ROLES = {
    **{kind.value: kind.label for kind in PassageKind},
    paragraphs.HEADING: gettext_lazy("Heading"),
    paragraphs.SUBHEADING: gettext_lazy("Sub-heading"),
    paragraphs.LEFT_OUT: gettext_lazy("Left out"),
}
KEEP = "keep"


@dataclass(frozen=True)
class MissingPassage:
    """A recorded passage that does not stand in the text as it was."""

    passage: Passage
    cited: int
    chosen: str  # the block that a curator takes for it, or KEEP; "" while that is open


def text_url(source: Source, place: int | None = None) -> str:
    address = reverse("admin:dialogues_source_text", args=[source.pk])
    return address if place is None else f"{address}#b{place}"


def text_page(request: HttpRequest, admin: Any, source: Source) -> HttpResponse:
    """The page of a source's text: to bring one in, or to put right the one at hand."""
    if request.method != "POST":
        at_hand = TextDraft.objects.filter(source=source).select_related("by").first()
        return _page(request, admin, source, at_hand)
    with transaction.atomic():
        publishing.lock(source)
        source.refresh_from_db()
        if not may(request.user, "change", source):
            raise PermissionDenied
        at_hand = TextDraft.objects.filter(source=source).select_related("by").first()
        if request.POST.get("do") == "bring":
            return _bring(request, admin, source, at_hand)
        if at_hand is None or request.POST.get("version") != str(at_hand.version):
            fault = _("Somebody has worked on this text since you opened the page: look again.")
            return _page(request, admin, source, at_hand, fault=fault, status=409)
        return _work(request, admin, source, at_hand)


# Bringing it in


def _bring(
    request: HttpRequest, admin: Any, source: Source, at_hand: TextDraft | None
) -> HttpResponse:
    if at_hand is not None:
        fault = _("There is a text at hand already: fix it, or drop it first.")
        return _page(request, admin, source, at_hand, fault=fault, status=409)
    form = TextUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, admin, source, None, form=form)
    origin, text = form.brought
    known = list(source.passages.all())
    bare = any(not passage.text for passage in known)
    if bare and _attached(request, source, text):
        return HttpResponseRedirect(text_url(source))
    proposed = paragraphs.propose_blocks(documents.rejoin_hyphenated(text))
    user: Any = request.user
    TextDraft.objects.create(
        source=source,
        origin=origin[-200:],
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        blocks=paragraphs.keep_known_passages(proposed, known),
        by=user,
    )
    words = _("The text is kept here while you put its passages right; nothing is recorded yet.")
    messages.success(request, words)
    return HttpResponseRedirect(text_url(source))


def _attached(request: HttpRequest, source: Source, text: str) -> bool:
    """Whether the text agrees with the recorded passages: then it is only attached to them."""
    try:
        with transaction.atomic():
            user: Any = request.user
            loaded = publishing.attach(source, text, user)
    except InvalidText:
        return False
    words = _(
        "The text agrees with all %(count)s recorded passages and is attached to them. Bring it in "
        "once more if more of it should be recorded."
    )
    messages.success(request, words % {"count": loaded.passages})
    return True


# Putting it right


def _work(request: HttpRequest, admin: Any, source: Source, at_hand: TextDraft) -> HttpResponse:
    do, __, rest = request.POST.get("do", "").partition(":")
    if do == "drop":
        at_hand.delete()
        messages.success(request, _("The text was dropped; what was recorded before stays."))
        return HttpResponseRedirect(text_url(source))
    if do == "fix":
        return _fix(request, admin, source, at_hand)
    if do == "choose":
        _choose(request, source, at_hand)
        return HttpResponseRedirect(f"{text_url(source)}#changed")
    place, __, role = rest.partition(":")
    number = int(place) if place.isascii() and place.isdecimal() and len(place) < 5 else -1
    changed = _changed(at_hand.blocks, do, number, role, request.POST.get("part", ""))
    if changed is None:
        fault = _(
            "Nothing was changed. Put an empty line where the passage is to be split, and leave "
            "every other character as it is."
        )
        return _page(request, admin, source, at_hand, fault=fault, split=number)
    at_hand.blocks = changed
    _keep(at_hand)
    return HttpResponseRedirect(text_url(source, number - 1 if do == "join" else number))


def _changed(found: list[Block], do: str, place: int, role: str, part: str) -> list[Block] | None:
    if not 0 <= place < len(found):
        return None
    if do == "join" and place > 0:
        return paragraphs.join_with_previous(found, place)
    if do == "as" and role in ROLES:
        return [*found[:place], {**found[place], "as": role}, *found[place + 1 :]]
    if do == "split":
        return paragraphs.split_block(found, place, part)
    return None


def _keep(at_hand: TextDraft) -> None:
    at_hand.version += 1
    at_hand.save()


def _choose(request: HttpRequest, source: Source, at_hand: TextDraft) -> None:
    """Which passage of the text a person takes for one that has changed; each for one only."""
    lost = [one for one in _lost(source, at_hand) if one.cited]
    chosen = {one.passage.number: request.POST.get(f"now-{one.passage.number}", "") for one in lost}
    for block in at_hand.blocks:
        block.pop("is", None)
    at_hand.kept = [number for number, word in chosen.items() if word == KEEP]
    for number, word in chosen.items():
        if word.isascii() and word.isdecimal() and int(word) < len(at_hand.blocks):
            at_hand.blocks[int(word)].setdefault("is", number)
    _keep(at_hand)


def _known(source: Source) -> list[Passage]:
    """The passages whose numbers somebody relies on: none of a draft that nothing cites."""
    own = source.passages.all()
    if source.published_at or own.exclude(citations=None, quotations=None).exists():
        return list(own)
    return []


def _lost(source: Source, at_hand: TextDraft) -> list[MissingPassage]:
    known = _known(source)
    numbers = {p["number"] for p in paragraphs.passages_of(_unsettled(at_hand.blocks), known)}
    gone = [passage for passage in known if passage.number not in numbers]
    counts = dict(
        source.passages.order_by()
        .values_list("number")
        .annotate(n=Count("citations", distinct=True) + Count("quotations", distinct=True))
    )
    taken = {block["is"]: str(place) for place, block in enumerate(at_hand.blocks) if "is" in block}
    taken |= dict.fromkeys(at_hand.kept, KEEP)
    return [MissingPassage(one, counts[one.number], taken.get(one.number, "")) for one in gone]


def _unsettled(found: list[Block]) -> list[Block]:
    return [{"as": block["as"], "text": block["text"]} for block in found]


# Fixing it


def _fix(request: HttpRequest, admin: Any, source: Source, at_hand: TextDraft) -> HttpResponse:
    known = _known(source)
    found = paragraphs.passages_of(at_hand.blocks, known)
    open_ones = [one for one in _lost(source, at_hand) if one.cited and not one.chosen]
    fault = ""
    if not found:
        fault = _("There is no passage in it: everything is a heading, or left out.")
    elif open_ones:
        fault = _("Say first what became of %(passages)s: each is cited, and has changed.") % {
            "passages": ", ".join(one.passage.anchor for one in open_ones)
        }
    elif any(values["words"] > MOST_WORDS for values in found):
        fault = _("A passage has more than %(most)s words: split it.") % {"most": MOST_WORDS}
    if fault:
        return _page(request, admin, source, at_hand, fault=fault)
    record = _record_of(source)
    before = {values["number"]: values for values in record["passages"]}
    record["sha256"] = at_hand.sha256
    fields = ("number", "kind", "section", "subsection")
    measured = ("first_words", "last_words", "words", "sha256")
    record["passages"] = [
        {name: values[name] for name in (*fields, *measured)} for values in found
    ] + [before[one.passage.number] for one in _lost(source, at_hand) if one.chosen == KEEP]
    user: Any = request.user
    why = request.POST.get("why", "")[:300] or _("Its text was brought in (%(origin)s).") % {
        "origin": at_hand.origin
    }
    try:
        with transaction.atomic():
            changed = save_record(source, record, user, why)
    except InvalidStep as refused:
        return _page(request, admin, source, at_hand, fault=str(refused))
    return _fixed(request, source, at_hand, changed)


def _record_of(source: Publishable) -> dict[str, Any]:
    proposal = publishing.proposal_of(source)
    return dict(proposal.record if proposal else publishing.record_of(source))


def _fixed(request: HttpRequest, source: Source, at_hand: TextDraft, changed: bool) -> HttpResponse:
    source.refresh_from_db()
    if source.is_published:
        words = _(
            "The passages are proposed, since this source is published. They are used once another "
            "person has approved the change; the text is kept here until then."
        )
        messages.success(request, words if changed else _("They are proposed already."))
        return HttpResponseRedirect(text_url(source))
    if not changed:
        at_hand.delete()
    count = source.passages.count()
    messages.success(request, _("%(count)s passages are fixed.") % {"count": count})
    return HttpResponseRedirect(coding_url(source))


# The page


def _page(
    request: HttpRequest,
    admin: Any,
    source: Source,
    at_hand: TextDraft | None,
    form: TextUploadForm | None = None,
    fault: str = "",
    split: int | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **admin.admin_site.each_context(request),
        "title": _("Its text"),
        "subtitle": str(source),
        "opts": admin.opts,
        "original": source,
        "at_hand": at_hand,
        "form": form or TextUploadForm(),
        "fault": fault,
        "may_change": may(request.user, "change", source),
        "passages": source.passages.count(),
        "loaded": source.passages.exclude(text="").count(),
        "desk_url": coding_url(source),
    }
    if at_hand is not None:
        known = _known(source)
        before = {passage.sha256 for passage in known}
        numbers = iter(paragraphs.passages_of(at_hand.blocks, known))
        rows = []
        for place, block in enumerate(at_hand.blocks):
            fixed = next(numbers) if block["as"] in PassageKind.values else None
            rows.append(
                {
                    "place": place,
                    "block": block,
                    "role": block["as"],
                    "number": fixed and fixed["number"],
                    "as_before": bool(fixed and fixed["sha256"] in before),
                }
            )
        asked = request.GET.get("split", "")
        lost = _lost(source, at_hand)
        context |= {
            "rows": rows,
            "roles": ROLES,
            "split": split if split is not None else int(asked) if asked.isdecimal() else None,
            "part": request.POST.get("part", ""),
            "lost": [one for one in lost if one.cited],
            "dropped": [one.passage for one in lost if not one.cited],
            "fresh": [row for row in rows if row["number"] and not row["as_before"]],
            "known": known,
            "proposed": bool(source.proposal) and _record_of(source)["sha256"] == at_hand.sha256,
        }
    return TemplateResponse(request, "admin/dialogues/text.html", context, status=status)
