"""The coding desk's views: show a source passage by passage, save positions and marks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.admin.base import record_page
from dialogues.choices import Mark, Stance
from dialogues.issues import whole_number
from dialogues.models import Dialogue, PassageMark, Source
from dialogues.publishing import InvalidStep, may

from .forms import STANCE_KEYS, CodingForm, InvalidCodingVersion, save_coding
from .page import CodingPage, coding_url, dialogues_of
from .targets import CodingTargets


class PassageMarkForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it is set aside"),
        max_length=300,
        help_text=gettext_lazy("No position in it; said before; a list of links."),
    )


def coding_page(request: HttpRequest, site: Any, source: Source) -> HttpResponse:
    """Shows the desk, or saves a position or mark."""
    dialogue, choices = _chosen(request, source)
    if dialogue is None or not source.passages.exists():
        return _page(request, site, source, {"choices": choices})
    if request.method != "POST":
        desk = CodingPage(source, dialogue)
        return _desk_page(request, site, desk, _number(request.GET, "passage"))
    if not may(request.user, "add"):
        raise PermissionDenied
    save = _save_point if request.POST.get("do") == "code" else _save_mark
    return save(request, site, source, dialogue)


def _chosen(request: HttpRequest, source: Source) -> tuple[Dialogue | None, list[Dialogue]]:
    """The dialogue that is coded (of the address, else the one that cites the source), and all."""
    choices = list(Dialogue.objects.order_by("-year"))
    if "dialogue" in request.GET:
        year = _number(request.GET, "dialogue")
        return next((dialogue for dialogue in choices if dialogue.year == year), None), choices
    return next(iter(dialogues_of(source)), None), choices


def _number(asked: Any, name: str) -> int:
    """A number of the address, 0 without one."""
    return whole_number(asked.get(name, ""), 99_999) or 0


def _save_point(
    request: HttpRequest, site: Any, source: Source, dialogue: Dialogue
) -> HttpResponse:
    form = CodingForm(request.POST, source=source, room=CodingTargets(dialogue))
    fault, status = "", 200
    if form.is_valid():
        try:
            saved, proposed = save_coding(form, request.user)
        except InvalidCodingVersion as stale:
            fault = _(
                "The statement of %(who)s was saved by somebody since you opened this page, so "
                "nothing was saved now. What you typed is kept: look at the margin, and save again "
                "if it still holds."
            ) % {"who": stale}
            status = 409
        except PermissionDenied as denied:
            fault = _(
                "You cannot change the statement of %(who)s now: it is in review. Nothing was "
                "saved."
            ) % {"who": denied}
        except InvalidStep as refused:
            fault = str(refused)
        else:
            if saved:
                messages.success(request, _("Coded for %(who)s.") % {"who": "; ".join(saved)})
            if proposed:
                words = _(
                    "Proposed for %(who)s: readers see it once another person has approved the "
                    "change."
                )
                messages.success(request, words % {"who": "; ".join(proposed)})
            if form.words_of_the_report:
                words = _(
                    "The words quoted stand in no quotation marks. If they are the report’s own, "
                    "not the speaker’s, take them out again: readers would see them."
                )
                messages.warning(request, words)
            number = form.cleaned_data["passage"].number
            if "next" in request.POST:
                number = _following(source, number)
            return HttpResponseRedirect(coding_url(source, dialogue, at=number))
    # The form with what was typed, beside the records as they are now.
    desk = CodingPage(source, dialogue)
    return _desk_page(request, site, desk, _number(request.POST, "passage"), form, fault, status)


def _following(source: Source, number: int) -> int:
    numbers = list(source.passages.values_list("number", flat=True))
    place = numbers.index(number) + 1
    return numbers[place] if place < len(numbers) else number


def _save_mark(request: HttpRequest, site: Any, source: Source, dialogue: Dialogue) -> HttpResponse:
    """Sets a passage aside with a reason, or takes its mark away."""
    number = _number(request.POST, "passage")
    passage = source.passages.filter(number=number).first()
    if passage is None:
        messages.error(request, _("There is no passage p%(n)s.") % {"n": number})
        return HttpResponseRedirect(coding_url(source, dialogue))
    if request.POST.get("do") == "aside":
        form = PassageMarkForm(request.POST)
        if not form.is_valid():
            return _desk_page(request, site, CodingPage(source, dialogue), number, aside=form)
        values = {"kind": Mark.SET_ASIDE, "by": request.user, **form.cleaned_data}
        PassageMark.objects.update_or_create(passage=passage, defaults=values)
    else:
        PassageMark.objects.filter(passage=passage).delete()
    at = _following(source, number) if request.POST.get("do") == "aside" else number
    return HttpResponseRedirect(coding_url(source, dialogue, at=at))


def _desk_page(
    request: HttpRequest,
    site: Any,
    desk: CodingPage,
    number: int = 0,
    form: CodingForm | None = None,
    fault: str = "",
    status: int = 200,
    aside: PassageMarkForm | None = None,
) -> HttpResponse:
    opened = desk.line(number)
    unread_only = request.GET.get("show") == "not_read"
    if form is None:
        # The panel of the last statement made: the next is most often of the same.
        last = max(desk.room.statements, key=lambda statement: statement.pk, default=None)
        theme, panel = opened and opened.theme, last and last.panel_id
        initial = {"passage": number, "theme": theme, "panel": panel}
        form = CodingForm(source=desk.source, room=desk.room, initial=initial)
    lines = [row for row in desk.lines if not unread_only or row.state in ("not_read", "changed")]
    asked = form.data.getlist("who") if form.is_bound else []  # type: ignore[attr-defined]
    context = {
        "desk": desk,
        "dialogue": desk.dialogue,
        "lines": lines,
        "reading": desk.reading,
        "only": unread_only,
        "opened": opened,
        "asked": asked,
        "at": number or _number(request.GET, "at"),
        "form": form,
        "versions": desk.room.versions,
        "stances": [(value, label, STANCE_KEYS[Stance(value)]) for value, label in Stance.choices],
        "actors": [actor.name for actor in desk.room.actors.values()],
        "aside": aside or PassageMarkForm(),
        "fault": fault,
        "may_code": may(request.user, "add"),
        "here": coding_url(desk.source, desk.dialogue),
    }
    return _page(request, site, desk.source, context, status)


def _page(
    request: HttpRequest, site: Any, source: Source, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    # The passages take the whole width of the page.
    wide = {"is_nav_sidebar_enabled": False, "title": _("Coding desk")}
    return record_page(request, site, "desk", source, status, **wide, **context)
