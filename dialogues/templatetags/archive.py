"""Template filters for the archive's vocabulary and records: words, marks, dates, links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django import template
from django.template import RequestContext
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.choices import (
    REPORTED_COUNTS,
    ActorKind,
    Check,
    DialogueFormat,
    Pillar,
    Silence,
    Stance,
    StatementForm,
)
from dialogues.comparison import SILENCE_MARKS, STANCE_MARKS, listed
from dialogues.models import Citation, CitationLink, Dialogue, Position

register = template.Library()

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

STANCE_MEANINGS = {
    Stance.SUPPORTS: gettext_lazy(
        "agrees, favours, praises or stresses the importance of something"
    ),
    Stance.WELCOMES: gettext_lazy("the source says “welcomed”"),
    Stance.CALLS_FOR: gettext_lazy("asks, recommends, urges, proposes or points to a need"),
    Stance.NOTES: gettext_lazy("states, recalls, points out or describes, without judgement"),
    Stance.CONCERNED: gettext_lazy("voices concern, doubt or a difficulty"),
    Stance.MIXED: gettext_lazy("one point with two sides"),
    Stance.OPPOSES: gettext_lazy("is unsupportive of something, or against it"),
}
CHECK_MARKS = {Check.VERIFIED: "✓", Check.NOT_FOUND: "≠", Check.NOT_CHECKED: "○"}

FORMATS = dict(DialogueFormat.choices)

# Several of a kind, for headings and counts.
KINDS = {
    ActorKind.MEMBER_STATE: gettext_lazy("Member States"),
    ActorKind.OBSERVER: gettext_lazy("Observers"),
    ActorKind.REGIONAL_ORGANIZATION: gettext_lazy("Regional organizations"),
    ActorKind.GROUP: gettext_lazy("Groups"),
    ActorKind.UN_OFFICIAL: gettext_lazy("UN officials"),
    ActorKind.UN_BODY: gettext_lazy("UN bodies"),
    ActorKind.CIVIL_SOCIETY: gettext_lazy("Civil society"),
}


@register.filter
def stance(value: str) -> SafeString:
    """A stance as its mark and its word: colour says nothing alone."""
    return _in_word_and_mark(value, str(Stance(value).label))


# Made once for each of seven stances: they are printed hundreds of times on a page.
@lru_cache
def _in_word_and_mark(stance: str, word: str) -> SafeString:
    return format_html(
        '<span class="stance stance-{}"><span class="stance-mark" aria-hidden="true">{}</span>'
        " {}</span>",
        stance,
        STANCE_MARKS[Stance(stance)].glyph,
        word,
    )


@register.filter
def stance_meaning(value: str) -> str:
    """The definition of a stance, in a phrase."""
    return str(STANCE_MEANINGS[Stance(value)])


@register.filter
def silence_mark(value: str) -> str:
    """The mark of an empty cell: one for each silence."""
    return SILENCE_MARKS[Silence(value)].glyph


@register.filter
def check_mark(value: str) -> str:
    """The mark of a quotation's check."""
    return CHECK_MARKS[Check(value)]


@register.filter
def pillar_word(number: int) -> str:
    """A pillar in words."""
    return str(Pillar(number).label)


@register.filter
def form_word(value: str) -> str:
    """The form of a statement in words."""
    return str(StatementForm(value).label)


@register.filter
def kinds(value: str) -> str:
    """A kind of actor in the plural: Member States."""
    return str(KINDS[ActorKind(value)])


@register.filter
def reported_word(field: str) -> str:
    """The label of a reported count."""
    return str(REPORTED_COUNTS[field])


@register.filter
def citation_links(citations: Iterable[Citation]) -> list[CitationLink]:
    """Citations as links, for `_cites.html`."""
    return [citation.link for citation in citations]


@register.filter
def opening(quotation: Any) -> str:
    """The opening quotation mark, as printed where that is recorded."""
    return quotation.opening_mark or "“"


@register.filter
def closing(quotation: Any) -> str:
    """The closing quotation mark, as printed where that is recorded."""
    return quotation.closing_mark or "”"


@register.filter
def names(deliveries: Any) -> str:
    """Actors of deliveries in a sentence: "Cuba, Ghana and Kenya"."""
    return listed([delivery.actor.name for delivery in deliveries])


register.filter("listed", listed)


@register.filter
def days(dialogue: Any) -> str:
    """The days of a dialogue: "12 July 2011", "23, 24 and 28 July 2009"."""
    dates = [date.fromisoformat(day) for day in dialogue.dates]
    parts = []
    for day, following in zip(dates, [*dates[1:], None], strict=True):
        same = following and (day.month, day.year) == (following.month, following.year)
        parts.append(date_format(day, "j" if same else "j F Y"))
    return listed(parts)


@register.filter
def attributed(position: Position) -> str:
    """The attribution of a position, in a sentence."""
    return {
        "individual": _("The source names the actor alone for this point."),
        "list": _("The source names the actor in a closed list of those who made this point."),
        "example": _("The source names the actor as one example of those who made this point."),
        "joint": _("The point of a joint statement, held by each who delivered it."),
        "reported": _("The point is reported by another and not by the actor itself."),
    }[position.attribution]


@register.filter
def fact_word(fact: str) -> str:
    """The label of a fact: that of the dialogue's field, or else its key with spaces."""
    if fact in REPORTED_COUNTS:
        return _("%(what)s, reported") % {"what": REPORTED_COUNTS[fact]}
    if fact == "dates":
        return _("Date")
    if fact in {field.name for field in Dialogue._meta.fields}:
        return capfirst(str(Dialogue._meta.get_field(fact).verbose_name))  # type: ignore[union-attr]
    return capfirst(fact.replace("_", " "))


@register.filter
def value_words(value: Any) -> str:
    """The value of an assertion in words: numbers, dates, lists and what they hold."""
    if value is None:
        return _("not stated")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return listed([value_words(item) for item in value])
    if isinstance(value, dict):
        return "; ".join(f"{fact_word(key)}: {value_words(item)}" for key, item in value.items())
    if value in FORMATS:
        return str(FORMATS[value])
    return _day_words(str(value))


def _day_words(text: str) -> str:
    """An ISO date in words; anything else as it is."""
    if not ISO_DATE.fullmatch(text):
        return text
    try:
        return date_format(date.fromisoformat(text), "j F Y")
    except ValueError:
        return text


@register.filter
def beside(columns: list, cells: list) -> zip:
    """Each column of a table with a row's cell in it."""
    return zip(columns, cells, strict=True)


@register.filter
def at(mapping: dict, key: Any) -> Any:
    """The value of a dictionary at a key that the template holds in a variable."""
    return mapping.get(key)


@register.simple_tag(takes_context=True)
def current(context: RequestContext, *names: str) -> SafeString:
    """` aria-current` for a link of the main navigation, on its page and on those below it.

    `names` are the names of addresses that the link stands for; the first is its own.
    """
    request = context.get("request")
    addresses = [reverse(name) for name in names]
    if request is None or not request.path.startswith(tuple(addresses)):
        return SafeString("")
    return format_html(' aria-current="{}"', "page" if request.path == addresses[0] else "true")
