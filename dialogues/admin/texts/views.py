"""Enter the text of a source: uploaded, cut into passages, corrected, then recorded."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues import publishing
from dialogues.admin.base import record_page
from dialogues.admin.coding.page import coding_url
from dialogues.admin.saving import save_record
from dialogues.choices import PassageKind
from dialogues.issues import whole_number
from dialogues.models import Passage, Source, TextDraft
from dialogues.publishing import InvalidStep, may
from dialogues.texts import documents, paragraphs
from dialogues.texts.paragraphs import Block
from dialogues.texts.passages import InvalidText

from .forms import TextUploadForm

MOST_PLACES = 9_999
MOST_WORDS = 32767  # the largest number that the record form holds
ROLES = {
    **{kind.value: kind.label for kind in PassageKind},
    paragraphs.HEADING: gettext_lazy("Heading"),
    paragraphs.SUBHEADING: gettext_lazy("Sub-heading"),
    paragraphs.LEFT_OUT: gettext_lazy("Left out"),
}
KEEP = "keep"
PASSAGE_FIELDS = (
    *("number", "kind", "section", "subsection"),
    *("first_words", "last_words", "words", "sha256"),
)


@dataclass(frozen=True)
class MissingPassage:
    """A recorded passage that does not stand unchanged in the draft."""

    passage: Passage
    cited: int
    chosen: str  # the block that a curator has chosen in its place, or KEEP; "" while that is open


def text_url(source: Source, place: int | None = None) -> str:
    address = reverse("admin:dialogues_source_text", args=[source.pk])
    return address if place is None else f"{address}#b{place}"


def text_page(request: HttpRequest, site: Any, source: Source) -> HttpResponse:
    """The page of a source's text: to upload one, or to correct the draft."""
    if request.method != "POST":
        return _page(request, site, source, _draft_of(source))
    with transaction.atomic():
        publishing.lock(source)
        if not may(request.user, "change", source):
            raise PermissionDenied
        draft = _draft_of(source)
        if request.POST.get("do") == "bring":
            return _upload(request, site, source, draft)
        if draft is None or request.POST.get("version") != str(draft.version):
            fault = _("Somebody has worked on this text since you opened the page: look again.")
            return _page(request, site, source, draft, fault=fault, status=409)
        return _edit(request, site, source, draft)


def _draft_of(source: Source) -> TextDraft | None:
    return TextDraft.objects.filter(source=source).select_related("by").first()


# The upload


def _upload(
    request: HttpRequest, site: Any, source: Source, draft: TextDraft | None
) -> HttpResponse:
    if draft is not None:
        fault = _("There is a text at hand already: fix it, or drop it first.")
        return _page(request, site, source, draft, fault=fault, status=409)
    form = TextUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, site, source, None, form=form)
    origin, text = form.origin_and_text
    known = list(source.passages.all())
    without_text = any(not passage.text for passage in known)
    if without_text and _attach(request, source, text):
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


def _attach(request: HttpRequest, source: Source, text: str) -> bool:
    """Attaches a text that agrees with the recorded passages to them; False where it does not."""
    try:
        with transaction.atomic():
            user: Any = request.user
            loaded = publishing.attach_text(source, text, user)
    except InvalidText:
        return False
    words = _(
        "The text agrees with all %(count)s recorded passages and is attached to them. Bring it in "
        "once more if more of it should be recorded."
    )
    messages.success(request, words % {"count": loaded.passages})
    return True


# The draft, corrected


def _edit(request: HttpRequest, site: Any, source: Source, draft: TextDraft) -> HttpResponse:
    do, __, rest = request.POST.get("do", "").partition(":")
    if do == "drop":
        draft.delete()
        messages.success(request, _("The text was dropped; what was recorded before stays."))
        return HttpResponseRedirect(text_url(source))
    if do == "fix":
        return _record(request, site, source, draft)
    if do == "choose":
        _choose_successors(request, source, draft)
        return HttpResponseRedirect(f"{text_url(source)}#changed")
    place, __, role = rest.partition(":")
    number = whole_number(place, MOST_PLACES)
    number = -1 if number is None else number
    blocks = _edited_blocks(draft.blocks, do, number, role, request.POST.get("part", ""))
    if blocks is None:
        fault = _(
            "Nothing was changed. Put an empty line where the passage is to be split, and leave "
            "every other character as it is."
        )
        return _page(request, site, source, draft, fault=fault, split=number)
    draft.blocks = blocks
    _save_draft(draft)
    return HttpResponseRedirect(text_url(source, number - 1 if do == "join" else number))


def _edited_blocks(
    blocks: list[Block], do: str, place: int, role: str, part: str
) -> list[Block] | None:
    """The blocks after one change; None where it cannot be made."""
    if not 0 <= place < len(blocks):
        return None
    if do == "join" and place > 0:
        return paragraphs.join_with_previous(blocks, place)
    if do == "as" and role in ROLES:
        return [*blocks[:place], {**blocks[place], "as": role}, *blocks[place + 1 :]]
    if do == "split":
        return paragraphs.split_block(blocks, place, part)
    return None


def _save_draft(draft: TextDraft) -> None:
    draft.version += 1
    draft.save()


def _choose_successors(request: HttpRequest, source: Source, draft: TextDraft) -> None:
    """Keeps which block a curator takes for each changed passage; a block stands for one only."""
    missing = [passage for passage in _missing_passages(source, draft) if passage.cited]
    chosen = {
        number: request.POST.get(f"now-{number}", "")
        for number in (missed.passage.number for missed in missing)
    }
    for block in draft.blocks:
        block.pop("is", None)
    draft.kept = [number for number, choice in chosen.items() if choice == KEEP]
    for number, choice in chosen.items():
        place = whole_number(choice, len(draft.blocks) - 1)
        if place is not None:
            draft.blocks[place].setdefault("is", number)
    _save_draft(draft)


def _known_passages(source: Source) -> list[Passage]:
    """The passages whose numbers somebody relies on: none of a draft that nothing cites."""
    passages = source.passages.all()
    if source.published_at or passages.exclude(citations=None, quotations=None).exists():
        return list(passages)
    return []


def _missing_passages(source: Source, draft: TextDraft) -> list[MissingPassage]:
    """The recorded passages that the draft does not have unchanged."""
    known = _known_passages(source)
    blocks = [{"as": block["as"], "text": block["text"]} for block in draft.blocks]
    numbers = {passage["number"] for passage in paragraphs.passages_of(blocks, known)}
    counts = dict(
        source.passages.order_by()
        .values_list("number")
        .annotate(n=Count("citations", distinct=True) + Count("quotations", distinct=True))
    )
    chosen = {block["is"]: str(place) for place, block in enumerate(draft.blocks) if "is" in block}
    chosen |= dict.fromkeys(draft.kept, KEEP)
    return [
        MissingPassage(passage, counts[passage.number], chosen.get(passage.number, ""))
        for passage in known
        if passage.number not in numbers
    ]


# The passages, recorded


def _record(request: HttpRequest, site: Any, source: Source, draft: TextDraft) -> HttpResponse:
    """Makes the draft's passages those of the source's record."""
    passages = paragraphs.passages_of(draft.blocks, _known_passages(source))
    missing = _missing_passages(source, draft)
    fault = _draft_fault(passages, missing)
    if fault:
        return _page(request, site, source, draft, fault=fault)
    record = dict(publishing.current_record(source))
    before = {passage["number"]: passage for passage in record["passages"]}
    record["sha256"] = draft.sha256
    record["passages"] = [
        {name: passage[name] for name in PASSAGE_FIELDS} for passage in passages
    ] + [before[missed.passage.number] for missed in missing if missed.chosen == KEEP]
    user: Any = request.user
    why = request.POST.get("why", "")[:300] or _("Its text was brought in (%(origin)s).") % {
        "origin": draft.origin
    }
    try:
        with transaction.atomic():
            changed = save_record(source, record, user, why)
    except InvalidStep as refused:
        return _page(request, site, source, draft, fault=str(refused))
    source.refresh_from_db()
    if source.is_published:
        words = _(
            "The passages are proposed, since this source is published. They are used once another "
            "person has approved the change; the text is kept here until then."
        )
        messages.success(request, words if changed else _("They are proposed already."))
        return HttpResponseRedirect(text_url(source))
    if not changed:
        draft.delete()
    count = source.passages.count()
    messages.success(request, _("%(count)s passages are fixed.") % {"count": count})
    return HttpResponseRedirect(coding_url(source))


def _draft_fault(passages: list[dict[str, Any]], missing: list[MissingPassage]) -> str:
    """The reason why a draft cannot be recorded yet, or ""."""
    undecided = [missed for missed in missing if missed.cited and not missed.chosen]
    if not passages:
        return _("There is no passage in it: everything is a heading, or left out.")
    if undecided:
        return _("Say first what became of %(passages)s: each is cited, and has changed.") % {
            "passages": ", ".join(missed.passage.anchor for missed in undecided)
        }
    if any(passage["words"] > MOST_WORDS for passage in passages):
        return _("A passage has more than %(most)s words: split it.") % {"most": MOST_WORDS}
    return ""


# The page


def _page(
    request: HttpRequest,
    site: Any,
    source: Source,
    draft: TextDraft | None,
    form: TextUploadForm | None = None,
    fault: str = "",
    split: int | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "title": _("Its text"),
        "draft": draft,
        "form": form or TextUploadForm(),
        "fault": fault,
        "may_change": may(request.user, "change", source),
        "passages": source.passages.count(),
        "loaded": source.passages.exclude(text="").count(),
        "desk_url": coding_url(source),
    }
    if draft is not None:
        context |= _draft_context(source, draft)
        asked = whole_number(request.GET.get("split", ""), MOST_PLACES)
        context["split"] = asked if split is None else split
        context["part"] = request.POST.get("part", "")
    return record_page(request, site, "text", source, status, **context)


def _draft_context(source: Source, draft: TextDraft) -> dict[str, Any]:
    """The draft's blocks with the passages that they make, and the passages that are missing."""
    known = _known_passages(source)
    missing = _missing_passages(source, draft)
    rows = _block_rows(draft, known)
    current = publishing.current_record(source) if source.proposal else None
    return {
        "rows": rows,
        "roles": ROLES,
        "lost": [missed for missed in missing if missed.cited],
        "dropped": [missed.passage for missed in missing if not missed.cited],
        "fresh": [row for row in rows if row["number"] and not row["as_before"]],
        "known": known,
        "proposed": current is not None and current["sha256"] == draft.sha256,
    }


def _block_rows(draft: TextDraft, known: list[Passage]) -> list[dict[str, Any]]:
    """Each block, with the number of its passage where it is one."""
    digests = {passage.sha256 for passage in known}
    passages = iter(paragraphs.passages_of(draft.blocks, known))
    rows = []
    for place, block in enumerate(draft.blocks):
        passage = next(passages) if block["as"] in PassageKind.values else None
        rows.append(
            {
                "place": place,
                "block": block,
                "role": block["as"],
                "number": passage and passage["number"],
                "as_before": bool(passage and passage["sha256"] in digests),
            }
        )
    return rows
