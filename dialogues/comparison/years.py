"""The years of a comparison, and how far the record of each goes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from dialogues.choices import ActorKind, Coding, Silence
from dialogues.filters import CompareSelection
from dialogues.models import Dialogue

from .counts import floor_speakers
from .silences import year_silence


@dataclass(frozen=True)
class ComparisonYear:
    """A year of a comparison, with the limits of its record.

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

    @cached_property
    def silence(self) -> Silence | None:
        return year_silence(self.dialogue)

    @property
    def is_partial(self) -> bool:
        """Only a part of what the year's sources say is in its record."""
        return not self.silence and self.dialogue.coding == Coding.PARTIAL

    @property
    def caveat(self) -> str:
        """The words that stand beside every number of the year."""
        if self.silence:
            return str(self.silence.label)
        text = _("Names %(named)d of %(reported)d reported Member States.")
        if self.reported is None:
            text = _("Names %(named)d Member States; no count is reported.")
        text %= {"named": self.named, "reported": self.reported}
        return f"{text} {self.dialogue.get_coding_display()}." if self.is_partial else text


def comparison_years(selection: CompareSelection) -> list[ComparisonYear]:
    """The years of a comparison, the base first. Two queries."""
    floor = floor_speakers(selection)
    return [
        ComparisonYear(
            year,
            selection.dialogues[year],
            year == selection.base,
            {kind: len(actors) for kind, actors in floor[year].items()},
        )
        for year in selection.years
    ]
