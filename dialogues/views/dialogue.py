"""The list of dialogues, and the page of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogues.choices import COUNTED_KINDS, REPORTED_COUNTS, ActorKind, Coding, NoteKind, Stance
from dialogues.filters import DialogueSelection
from dialogues.models import (
    Actor,
    Assertion,
    Citation,
    CitationLink,
    Dialogue,
    Note,
    Quotation,
    Source,
    Statement,
    Tally,
    citation_link,
)
from dialogues.models.publishing import address_of
from dialogues.public import prefetch_public, public

from . import totals
from .errors import allow_query_params, bad_request, get_public_or_tombstone, gone_response
from .statement import QUOTED_FROM


@dataclass
class DialogueSpeaker:
    """An actor of a dialogue, its names as printed, and the statements that it delivered."""

    actor: Actor
    printed: list[str] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)


@dataclass
class ReportedCount:
    """A reported number beside the recorded one; None where the record has no such count."""

    name: str
    number: int
    kind: str
    recorded: int | None
    statements: int
    cite: CitationLink | None

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


@dataclass
class DialogueCitations:
    """Where a dialogue's fields and its parts were read.

    `parts` has, by the name of a kind of part ("note"), the links of each part by its id.
    """

    fields: dict[str, list[CitationLink]]
    parts: dict[str, dict[int, list[CitationLink]]]
    source_ids: set[int]


def dialogues_with_programme() -> QuerySet[Dialogue]:
    """Dialogues with their events, panels and participants. Six queries more."""
    people = (f"panels__participations__{name}" for name in ("person", "actor", "country"))
    return prefetch_public(Dialogue.objects.all(), "events", *people)


def load_citations(dialogue: Dialogue, **parts: Iterable[Model]) -> DialogueCitations:
    """The citations of a dialogue and of these parts of it. One query.

    Some hundred citations in one query of six columns: read as objects, with a query for each
    kind of part, they took a third of the page's time.
    """
    cited_by = Q(dialogue=dialogue)
    for name, rows in parts.items():
        cited_by |= Q(**{f"{name}__in": [row.pk for row in rows]})
    citations = DialogueCitations({}, {name: {} for name in parts}, set())
    columns = ("source", "source__slug", "source__title", "passage__number", "field")
    for source, slug, title, passage, field_name, *owners in (
        Citation.objects.of_public().filter(cited_by).values_list(*columns, *parts)
    ):
        link = citation_link(slug, title, passage)
        citations.source_ids.add(source)
        part = next(((name, pk) for name, pk in zip(parts, owners, strict=True) if pk), None)
        if part is None:
            citations.fields.setdefault(field_name, []).append(link)
        else:
            citations.parts[part[0]].setdefault(part[1], []).append(link)
    return citations


def load_statements(dialogue: Dialogue) -> list[Statement]:
    """The public statements of a dialogue, in order, with their deliveries. Four queries."""
    statements = public(Statement).filter(dialogue=dialogue).in_order()
    named = ("speaker", "deliveries__actor", "deliveries__on_behalf_of")
    return list(prefetch_public(statements, *named))


def group_speakers(statements: Iterable[Statement]) -> dict[str, list[DialogueSpeaker]]:
    """Actors that delivered, by kind in the order of kinds, then by name."""
    speakers: dict[int, DialogueSpeaker] = {}
    for statement in statements:
        for delivery in statement.delivered:
            speaker = speakers.setdefault(delivery.actor_id, DialogueSpeaker(delivery.actor))
            if delivery.printed_name and delivery.printed_name not in speaker.printed:
                speaker.printed.append(delivery.printed_name)
            speaker.statements.append(statement)
    order = list(ActorKind.values)
    rows = sorted(speakers.values(), key=lambda s: (order.index(s.actor.kind), s.actor.name))
    return {kind: list(group) for kind, group in groupby(rows, key=lambda s: s.actor.kind)}


def reported_counts(
    dialogue: Dialogue,
    floor: dict[str, list[DialogueSpeaker]],
    assertions: Iterable[Assertion],
    citations: DialogueCitations,
) -> list[ReportedCount]:
    """Reported numbers beside the recorded ones, from the floor only."""
    own = citations.fields.get("reported", [])
    read_in = {a.fact: citations.parts["assertion"].get(a.pk) for a in assertions if a.preferred}
    rows = []
    for name in REPORTED_COUNTS:
        number = getattr(dialogue, name)
        if number is None:
            continue
        kind = COUNTED_KINDS.get(name)
        speakers = floor.get(kind, []) if kind else []
        counts = kind and dialogue.coding != Coding.NOT_CODED
        statements = {statement.pk for speaker in speakers for statement in speaker.statements}
        recorded = len(speakers) if counts else None
        cite = next(iter(read_in.get(name) or own), None)
        rows.append(ReportedCount(name, number, kind or "", recorded, len(statements), cite))
    return rows


def group_assertions(
    assertions: Iterable[Assertion],
) -> tuple[dict[str, list[Assertion]], list[Assertion]]:
    """Facts on which sources differ, and the facts that one source gives."""
    by_fact: dict[str, list[Assertion]] = defaultdict(list)
    for assertion in assertions:
        by_fact[assertion.fact].append(assertion)
    differ = {fact: several for fact, several in by_fact.items() if len(several) > 1}
    return differ, [several[0] for several in by_fact.values() if len(several) == 1]


def group_notes(notes: Iterable[Note]) -> tuple[list[Note], list[tuple[str, list[Note]]]]:
    """Notes on the context of a dialogue; and those on how its sources were read, by kind."""
    by_kind: dict[str, list[Note]] = {kind: [] for kind in NoteKind.values}
    for note in notes:
        by_kind[note.kind].append(note)
    context = by_kind.pop(NoteKind.CONTEXT)
    return context, [(str(NoteKind(kind).label), rows) for kind, rows in by_kind.items() if rows]


def count_themes(dialogue: Dialogue) -> list[dict[str, Any]]:
    """Themes with their positions, in all and by stance. One query."""
    numbers = totals.positions_by(
        "theme__order", "theme__slug", "theme__title", "stance", statement__dialogue=dialogue
    )
    rows: dict[str, dict[str, Any]] = {}
    stances = list(Stance.values)
    for (_order, slug, title, stance), number in sorted(
        numbers.items(), key=lambda item: (*item[0][:3], stances.index(item[0][3]))
    ):
        about = {"slug": slug, "title": title, "address": address_of("dialogues:theme", slug)}
        row = rows.setdefault(slug, {**about, "number": 0, "stances": []})
        row["number"] += number
        row["stances"].append((stance, number))
    return list(rows.values())


def cited_sources(
    dialogue: Dialogue, statements: Iterable[Statement], citations: DialogueCitations
) -> QuerySet[Source]:
    """Every source that the dialogue, a part of it or these statements cite or quote. One query."""
    ids = [statement.pk for statement in statements]
    of_statements = Q(statement__in=ids) | Q(position__statement__in=ids)
    cited = Citation.objects.filter(of_statements).order_by().values("source")
    quoted = public(Quotation).filter(dialogue=dialogue).order_by().values("source")
    return public(Source).filter(
        Q(pk__in=citations.source_ids) | Q(pk__in=cited) | Q(pk__in=quoted)
    )


def load_tallies(dialogue: Dialogue) -> list[Tally]:
    """Counts that the dialogue's sources report, with the names found. Four queries."""
    tallies = public(Tally).filter(dialogue=dialogue).in_order()
    return list(prefetch_public(tallies, "theme", "actors", "events"))


def dialogue_context(dialogue: Dialogue) -> dict[str, Any]:
    """All that a dialogue's page shows. At most 18 queries, whatever its length."""
    statements = load_statements(dialogue)
    floor = group_speakers(s for s in statements if s.is_from_the_floor)
    tallies = load_tallies(dialogue)
    assertions = list(public(Assertion).filter(dialogue=dialogue).order_by("order"))
    differ, single = group_assertions(assertions)
    notes = list(public(Note).filter(dialogue=dialogue).order_by("order"))
    context, reading_notes = group_notes(notes)
    panels = list(dialogue.panels.all())
    citations = load_citations(
        dialogue,
        panel=panels,
        participation=[person for panel in panels for person in panel.participations.all()],
        tally=tallies,
        assertion=assertions,
        note=notes,
    )
    themes = count_themes(dialogue)
    own_words = public(Quotation).filter(dialogue=dialogue, statement=None)
    return {
        "dialogue": dialogue,
        "panels": panels,
        "events": list(dialogue.events.all()),
        "cited": citations.fields,
        "cites": citations.parts,
        "statements": statements,
        "floor": floor,
        "on_behalf": [
            (statement, delivery)
            for statement in statements
            for delivery in statement.deliveries.all()
            if delivery.on_behalf_wording
        ],
        "others": [s for s in statements if not s.is_from_the_floor],
        "reported": reported_counts(
            dialogue, floor, [*single, *chain(*differ.values())], citations
        ),
        "themes": themes,
        "positions": sum(theme["number"] for theme in themes),
        "tallies": [tally for tally in tallies if tally.reported is not None],
        "tallies_without": [tally for tally in tallies if tally.reported is None],
        "differ": differ,
        "single": single,
        "quotations": prefetch_public(own_words.in_order(), *QUOTED_FROM),
        "context": context,
        "notes": reading_notes,
        "sources": cited_sources(dialogue, statements, citations),
    }


@require_safe
def dialogue_list(request: HttpRequest) -> HttpResponse:
    """All years in a table. At most five queries."""
    selection = DialogueSelection(request.GET, tracking=True)
    if selection.problems:
        return bad_request(request, selection.problems, selection)
    dialogues = list(selection.in_order)
    context = {
        "selection": selection,
        "dialogues": dialogues,
        "named": totals.states_named(dialogues),
        "statements": totals.statements_by_year(),
        "positions": totals.positions_by_year(),
    }
    return render(request, "dialogues/dialogue_list.html", context)


@require_safe
@allow_query_params()
def dialogue(request: HttpRequest, year: int) -> HttpResponse:
    """A year: facts, programme, who spoke, themes, counts, sources. At most 25 queries."""
    record = get_public_or_tombstone(dialogues_with_programme(), year=year)
    if not record.is_published:
        return gone_response(request, record)
    years = list(public(Dialogue).order_by("year").values_list("year", flat=True))
    place = years.index(record.year)
    context = {
        **dialogue_context(record),
        "before": years[place - 1] if place else None,
        "after": years[place + 1] if place + 1 < len(years) else None,
    }
    return render(request, "dialogues/dialogue.html", context)
