"""Why an actor has nothing in a year: the one rule, for the comparison and the readers' pages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dialogues.choices import Coding, Silence
from dialogues.models import Actor, Dialogue


def year_silence(dialogue: Dialogue) -> Silence | None:
    """Why nothing can be said of any actor in this year; None where the record names some."""
    if not dialogue.was_held:
        return Silence.NONE_HELD
    if dialogue.coding == Coding.NOT_CODED:
        return Silence.NOT_CODED
    return None


def actor_silence(of_year: Silence | None, *, is_named: bool) -> Silence:
    """Why an actor has nothing in a year; `is_named` where it delivered a statement then."""
    return of_year or (Silence.NOTHING_ON_THEME if is_named else Silence.NOT_NAMED)


def silence_in_words(actor: Actor, dialogue: Dialogue, *, is_named: bool) -> str:
    """The silence of one actor in words, which know of the day on which it joined the UN."""
    silence = actor_silence(year_silence(dialogue), is_named=is_named)
    since, day = actor.un_member_since, dialogue.first_day
    joined_later = since and day and since > day
    if joined_later and silence in (Silence.NOT_CODED, Silence.NOT_NAMED):
        return _("Not yet a Member State")
    return str(silence.label)
