"""The list of dialogues, and the page of one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues.choices import (
    COUNTED_KINDS,
    REPORTED_COUNTS,
    ActorKind,
    Coding,
    NoteKind,
    Stance,
    StatementForm,
)
from dialogues.filters import (
    DialogueSelection,
)
from dialogues.models import (
    Actor,
    Assertion,
    Citation,
    Delivery,
    Dialogue,
    Event,
    Note,
    Panel,
    Participation,
    Person,
    Position,
    Quotation,
    Source,
    Statement,
    Tally,
)
from dialogues.public import cites, public, public_parts

from . import totals
from .errors import (
    allow_query_params,
    bad_request,
    get_public_or_tombstone,
    gone_response,
)
from .totals import positions_by


@dataclass
class DialogueSpeaker:
    """An actor of a dialogue, its names as printed, and the statements that it delivered."""

    actor: Actor
    printed: list[str] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)


@dataclass
class ReportedCount:
    """A reported number beside what the record holds: None where it holds no such count."""

    name: str
    number: int
    kind: str
    recorded: int | None
    statements: int
    cite: Citation | None

    @property
    def label(self) -> str:
        return str(REPORTED_COUNTS[self.name])

    @property
    def in_words(self) -> str:
        """What the two numbers say of each other, and no more."""
        numbers = {"recorded": self.recorded, "number": self.number, "label": self.label}
        if not self.recorded:
            return _("None of them is named in this record.")
        if self.recorded < self.number:
            return (
                _(
                    "%(recorded)d of the %(number)d reported are named in this record. That the "
                    "others are not named does not mean that they did not speak."
                )
                % numbers
            )
        if self.recorded == self.number:
            return _("As many are named in this record as are reported.")
        return _("This record names %(recorded)d, more than the %(number)d reported.") % numbers


def dialogues_with_programme() -> Any:
    """Dialogues with programme and citations: nine queries more."""
    people = public(Participation).prefetch_related(
        *public_parts(("person", Person), ("actor", Actor), ("country", Actor)), cites()
    )
    panels = public(Panel).prefetch_related(
        cites(), Prefetch("participations", queryset=people.order_by("order"))
    )
    return Dialogue.objects.prefetch_related(
        cites(),
        *public_parts(("events", Event)),
        Prefetch("panels", queryset=panels.order_by("order")),
    )


def statements_of(dialogue: Dialogue) -> list[Statement]:
    """What readers may see of a dialogue's statements, in order. Three queries."""
    deliveries = public(Delivery).filter(actor__in=public(Actor)).select_related("actor")
    return list(
        public(Statement)
        .filter(dialogue=dialogue)
        .select_related("panel", "speaker")
        .prefetch_related(
            Prefetch("deliveries", queryset=deliveries.order_by("order", "pk")),
            *public_parts(("deliveries__on_behalf_of", Actor)),
        )
        .in_order()
    )


def who_spoke(statements: Iterable[Statement]) -> dict[str, list[DialogueSpeaker]]:
    """Actors that delivered, by kind in the order of kinds, then by name."""
    found: dict[int, DialogueSpeaker] = {}
    for statement in statements:
        for delivery in statement.delivered:
            spoke = found.setdefault(delivery.actor_id, DialogueSpeaker(delivery.actor))
            if delivery.printed_name and delivery.printed_name not in spoke.printed:
                spoke.printed.append(delivery.printed_name)
            spoke.statements.append(statement)
    order = list(ActorKind.values)
    rows = sorted(found.values(), key=lambda s: (order.index(s.actor.kind), s.actor.name))
    return {kind: list(group) for kind, group in groupby(rows, key=lambda s: s.actor.kind)}


def reported_counts(
    dialogue: Dialogue, floor: dict[str, list[DialogueSpeaker]], assertions: Iterable[Assertion]
) -> list[ReportedCount]:
    """What sources count beside what the record names, from the floor only."""
    own = [c for c in dialogue.citations.all() if c.field == "reported"][:1]
    read_in = {a.fact: list(a.citations.all()) for a in assertions if a.preferred}
    rows = []
    for name in REPORTED_COUNTS:
        number = getattr(dialogue, name)
        if number is None:
            continue
        kind = COUNTED_KINDS.get(name)
        spoke = floor.get(kind, []) if kind else []
        counts = kind and dialogue.coding != Coding.NOT_CODED
        statements = {statement.pk for one in spoke for statement in one.statements}
        recorded = len(spoke) if counts else None
        cite = next(iter(read_in.get(name) or own), None)
        rows.append(ReportedCount(name, number, kind or "", recorded, len(statements), cite))
    return rows


def facts_of(dialogue: Dialogue) -> dict[str, list[Citation]]:
    """The dialogue's own citations, by the field they speak of."""
    found: dict[str, list[Citation]] = {}
    for citation in dialogue.citations.all():
        found.setdefault(citation.field, []).append(citation)
    return found


def assertions_of(dialogue: Dialogue) -> tuple[dict[str, list[Assertion]], list[Assertion]]:
    """Facts on which sources differ, and the facts that one source gives. Two queries."""
    by_fact: dict[str, list[Assertion]] = {}
    for assertion in (
        public(Assertion).filter(dialogue=dialogue).prefetch_related(cites()).order_by("order")
    ):
        by_fact.setdefault(assertion.fact, []).append(assertion)
    differ = {fact: found for fact, found in by_fact.items() if len(found) > 1}
    return differ, [found[0] for found in by_fact.values() if len(found) == 1]


def notes_of(dialogue: Dialogue) -> tuple[list[Note], list[tuple[str, list[Note]]]]:
    """What surrounds a dialogue; and how its sources were read, by kind. Two queries."""
    found: dict[str, list[Note]] = {kind: [] for kind in NoteKind.values}
    for note in public(Note).filter(dialogue=dialogue).prefetch_related(cites()).order_by("order"):
        found[note.kind].append(note)
    context = found.pop(NoteKind.CONTEXT)
    return context, [(str(NoteKind(kind).label), notes) for kind, notes in found.items() if notes]


def themes_of(dialogue: Dialogue) -> list[dict[str, Any]]:
    """Themes with their positions, in all and by stance. One query."""
    found = positions_by(
        "theme__order", "theme__slug", "theme__title", "stance", statement__dialogue=dialogue
    )
    rows: dict[str, dict[str, Any]] = {}
    stances = list(Stance.values)
    for (_order, slug, title, stance), number in sorted(
        found.items(), key=lambda item: (*item[0][:3], stances.index(item[0][3]))
    ):
        row = rows.setdefault(slug, {"slug": slug, "title": title, "number": 0, "stances": []})
        row["number"] += number
        row["stances"].append((stance, number))
    return list(rows.values())


def sources_of(dialogue: Dialogue) -> Any:
    """Every source that the dialogue or a part of it cites. One query."""
    parts = Q()
    for path in ("dialogue", "panel__dialogue", "participation__panel__dialogue"):
        parts |= Q(**{path: dialogue})
    for path in ("tally__dialogue", "assertion__dialogue", "note__dialogue"):
        parts |= Q(**{path: dialogue})
    said = public(Statement).filter(dialogue=dialogue).order_by().values("pk")
    parts |= Q(statement__in=said) | Q(position__statement__in=said)
    cited = Citation.objects.filter(parts).order_by().values("source")
    quoted = public(Quotation).filter(dialogue=dialogue).order_by()
    return public(Source).filter(Q(pk__in=cited) | Q(pk__in=quoted.values("source")))


def tallies_of(dialogue: Dialogue) -> list[Tally]:
    """Counts that the dialogue's sources report, with the names found. Four queries."""
    named = public_parts(("actors", Actor), ("events", Event))
    rows = public(Tally).filter(dialogue=dialogue).select_related("theme").in_order()
    return list(rows.prefetch_related(*named, cites()))


def dialogue_context(dialogue: Dialogue) -> dict[str, Any]:
    """All that a dialogue's page shows. At most thirty queries, whatever its length."""
    statements = statements_of(dialogue)
    floor = who_spoke(s for s in statements if s.form == StatementForm.STATEMENT)
    differ, single = assertions_of(dialogue)
    context, notes = notes_of(dialogue)
    own_words = public(Quotation).filter(dialogue=dialogue, statement=None)
    tallies = tallies_of(dialogue)
    return {
        "dialogue": dialogue,
        "cited": facts_of(dialogue),
        "statements": statements,
        "floor": floor,
        "on_behalf": [
            (one, delivery)
            for one in statements
            for delivery in one.deliveries.all()
            if delivery.on_behalf_wording
        ],
        "others": [s for s in statements if s.form != StatementForm.STATEMENT],
        "reported": reported_counts(dialogue, floor, [*single, *chain(*differ.values())]),
        "themes": themes_of(dialogue),
        "positions": public(Position).filter(statement__dialogue=dialogue).count(),
        "tallies": [tally for tally in tallies if tally.reported is not None],
        "tallies_without": [tally for tally in tallies if tally.reported is None],
        "differ": differ,
        "single": single,
        "quotations": own_words.select_related(
            "source", "passage__source", "instrument"
        ).in_order(),
        "context": context,
        "notes": notes,
        "sources": sources_of(dialogue),
    }


@require_safe
def dialogue_list(request: HttpRequest) -> HttpResponse:
    """All years in a table. Five queries."""
    selection = DialogueSelection(request.GET, tracking=True)
    if selection.problems:
        return bad_request(request, selection.problems, selection)
    dialogues = list(selection.in_order)
    context = {
        "selection": selection,
        "dialogues": dialogues,
        "named": totals.states_named(dialogues),
        "statements": totals.statements_by_year(),
        "positions": _of_one(totals.positions_by("statement__dialogue__year")),
    }
    return render(request, "dialogues/dialogue_list.html", context)


def _of_one(found: dict[tuple, int]) -> dict[Any, int]:
    return {key[0]: number for key, number in found.items()}


@require_safe
@allow_query_params()
def dialogue(request: HttpRequest, year: int) -> HttpResponse:
    """A year: facts, programme, who spoke, themes, counts, sources. At most forty queries."""
    held = get_public_or_tombstone(dialogues_with_programme(), year=year)
    if not held.is_published:
        return gone_response(request, held)
    years = list(public(Dialogue).order_by("year").values_list("year", flat=True))
    place = years.index(held.year)
    context = {
        **dialogue_context(held),
        "before": years[place - 1] if place else None,
        "after": years[place + 1] if place + 1 < len(years) else None,
    }
    return render(request, "dialogues/dialogue.html", context)
