"""Public references: given at first publication, the next free number of the year, never reused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Max, QuerySet

from dialogues.models import Dialogue, Position, Publishable, Statement


def give_refs(obj: Publishable) -> None:
    """Gives public references to a record and its parts that have none yet.

    The dialogue's row is locked, so that of two publications each gets numbers of its own.
    """
    if isinstance(obj, Statement):
        dialogue = Dialogue.objects.select_for_update().get(pk=obj.dialogue_id)
        positions = Position.objects.filter(statement__dialogue=dialogue)
        _number([obj], dialogue.statements.all(), dialogue.year, "S")
        _number(obj.positions.order_by("order"), positions, dialogue.year, "P")
        quotations = obj.quotations.order_by("position__order", "order")
    elif isinstance(obj, Dialogue):
        dialogue = Dialogue.objects.select_for_update().get(pk=obj.pk)
        _number(obj.tallies.order_by("order"), obj.tallies.all(), dialogue.year, "T", digits=2)
        quotations = obj.quotations.filter(statement=None).order_by("order")
    else:
        return
    _number(quotations, dialogue.quotations.all(), dialogue.year, "Q")


def _number(
    parts: Iterable[Any], all_of_year: QuerySet[Any], year: int, letter: str, digits: int = 3
) -> None:
    provisional = [part for part in parts if not part.has_public_ref]
    if not provisional:
        return
    last = all_of_year.aggregate(last=Max("serial"))["last"] or 0
    last = max([last, *_withdrawn_serials(year, letter)])
    for serial, part in enumerate(provisional, start=last + 1):
        part.serial = serial
        part.ref = f"RTOP-{year}-{letter}{serial:0{digits}}"
        part.save(update_fields=["ref", "serial"])


def _withdrawn_serials(year: int, letter: str) -> Iterator[int]:
    """The numbers of a year's parts that were withdrawn. Two queries."""
    statements = Statement.objects.filter(dialogue__year=year).exclude(withdrawn_parts=[])
    dialogues = Dialogue.objects.filter(year=year).exclude(withdrawn_parts=[])
    for rows in (statements, dialogues):
        for parts in rows.order_by().values_list("withdrawn_parts", flat=True):
            for part in parts:
                __, __, number = part["ref"].rpartition("-")
                if number[0] == letter:
                    yield int(number[1:])
