"""The years of a comparison, and how far the record of each goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from dialogues.choices import ActorKind, Coding, Silence
from dialogues.filters import CompareSelection
from dialogues.models import Delivery, Dialogue
from dialogues.querysets import READER


@dataclass(frozen=True)
class Column:
    """A year in a comparison, with what its record can and cannot carry.

    `named_by_kind` has how many actors of each kind the record names as speaking from the floor.
    """

    year: int
    dialogue: Dialogue
    is_base: bool
    named_by_kind: dict[str, int]

    @property
    def named(self) -> int:
        """Member States named as speaking from the floor."""
        return self.named_by_kind.get(ActorKind.MEMBER_STATE, 0)

    @property
    def reported(self) -> int | None:
        """Member States that the preferred source counts."""
        return self.dialogue.member_states

    @property
    def silence(self) -> Silence | None:
        """Why nothing can be said of any actor in this year; None where the record names some."""
        if not self.dialogue.was_held:
            return Silence.NONE_HELD
        if self.dialogue.coding == Coding.NOT_CODED:
            return Silence.NOT_CODED
        return None

    @property
    def caveat(self) -> str:
        """What stands at the head of the column."""
        if self.silence:
            return str(self.silence.label)
        if self.reported is None:
            return _("Names %(named)d Member States; no count is reported.") % {"named": self.named}
        return _("Names %(named)d of %(reported)d reported Member States.") % {
            "named": self.named,
            "reported": self.reported,
        }


def named_by_kind(years: Iterable[int], user: Any = READER) -> dict[int, dict[str, int]]:
    """How many actors of each kind a year's record names as speaking from the floor. One query."""
    rows = (
        Delivery.objects.visible_to(user)
        .from_the_floor()
        .filter(statement__dialogue__year__in=list(years))
        .order_by()
        .values_list("statement__dialogue__year", "actor__kind")
        .annotate(named=Count("actor", distinct=True))
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for year, kind, named in rows:
        found[year][kind] = named
    return found


def columns(selection: CompareSelection) -> list[Column]:
    """The years of a comparison, the base first. Two queries."""
    named = named_by_kind(selection.years, selection.user)
    dialogues = Dialogue.objects.visible_to(selection.user).filter(year__in=selection.years)
    by_year = {dialogue.year: dialogue for dialogue in dialogues}
    return [
        Column(year, by_year[year], year == selection.base, named.get(year, {}))
        for year in selection.years
    ]
