"""Progress of each dialogue, and what is left to do: a table of the admin's first page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dialogues.admin.coding.page import coding_url
from dialogues.choices import ActorKind, State
from dialogues.models import Actor, Dialogue, Note, Position, Quotation, Tally
from dialogues.publishing.coverage import UnreadPassages, unread_passages

from .base import change_url
from .filters import (
    UnfinishedFilter,
    UnfinishedNotesFilter,
    UnfinishedPositionsFilter,
    UnfinishedQuotationsFilter,
    UnfinishedTalliesFilter,
    from_the_floor,
)


@dataclass(frozen=True)
class AdminColumn:
    """A count for every year, in one query, and the list of the counted rows."""

    label: Any
    counted: Callable[[], dict[int, int]]
    model: Any
    query: str  # with the year left open

    def address(self, year: int) -> str:
        return f"{reverse(f'admin:dialogues_{self.model._meta.model_name}_changelist')}?" + (
            self.query % {"year": year}
        )


@dataclass(frozen=True)
class DialogueProgress:
    """A row of the table: a dialogue, the counts with links to their lists, and its sources with
    unread passages, each with the address of its coding desk."""

    dialogue: Dialogue
    url: str
    cells: list[tuple[int, str]]
    unread: list[tuple[UnreadPassages, str]]


def _states() -> dict[int, int]:
    rows = from_the_floor().filter(actor__kind=ActorKind.MEMBER_STATE).order_by()
    by_year = rows.values_list("statement__dialogue__year")
    return dict(by_year.annotate(number=Count("actor", distinct=True)))


def _left(label: Any, model: Any, year: str, of: type[UnfinishedFilter], which: str) -> AdminColumn:
    def counted() -> dict[int, int]:
        rows = model._default_manager.filter(of.conditions[which][1]).order_by()
        return dict(rows.values_list(year).annotate(number=Count("pk")))

    return AdminColumn(label, counted, model, f"left={which}&{year}=%(year)d")


# One query each.
COLUMNS = (
    AdminColumn(
        _("Member States recorded"), _states, Actor, "kind__exact=member_state&floor=%(year)d"
    ),
    _left(
        _("Positions without a passage"),
        Position,
        "statement__dialogue__year",
        UnfinishedPositionsFilter,
        "no_passage",
    ),
    _left(
        _("Quotations not found"),
        Quotation,
        "dialogue__year",
        UnfinishedQuotationsFilter,
        "not_found",
    ),
    _left(
        _("Quotations not checked"),
        Quotation,
        "dialogue__year",
        UnfinishedQuotationsFilter,
        "not_checked",
    ),
    _left(_("Tallies that differ"), Tally, "dialogue__year", UnfinishedTalliesFilter, "differ"),
    _left(_("Open notes"), Note, "dialogue__year", UnfinishedNotesFilter, "open"),
)


def dialogue_progress() -> list[DialogueProgress]:
    """Every dialogue, the newest first. One query for the dialogues, one for each column, and
    those of `publishing.unread`."""
    counts = [(column, column.counted()) for column in COLUMNS]
    waiting: dict[int, list[tuple[UnreadPassages, str]]] = defaultdict(list)
    for unread in unread_passages():
        url = coding_url(unread.source, unread.dialogue, show="not_read")
        waiting[unread.dialogue.pk].append((unread, url))
    return [
        DialogueProgress(
            dialogue,
            change_url(dialogue),
            [(n.get(dialogue.year, 0), column.address(dialogue.year)) for column, n in counts],
            waiting[dialogue.pk],
        )
        for dialogue in Dialogue.objects.exclude(state=State.WITHDRAWN).order_by("-year")
    ]
