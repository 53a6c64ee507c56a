"""What the page of a dialogue and the page of an actor are put together from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import Any

from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext as _

from dialogues.choices import (
    COUNTED_KINDS,
    REPORTED_COUNTS,
    ActorKind,
    Coding,
    DeliveryMode,
    DialogueFormat,
    NoteKind,
    Silence,
    Stance,
    StatementForm,
)
from dialogues.exporters import cites, public, public_parts
from dialogues.models import (
    Actor,
    Assertion,
    Citation,
    Delivery,
    Dialogue,
    Event,
    Membership,
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

from .counts import held_by, positions_by


@dataclass
class Spoke:
    """An actor of a dialogue, its names as printed, and the statements that it delivered."""

    actor: Actor
    printed: list[str] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)


@dataclass
class Reported:
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


def held_with_parts() -> Any:
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


def who_spoke(statements: Iterable[Statement]) -> dict[str, list[Spoke]]:
    """Actors that delivered, by kind in the order of kinds, then by name."""
    found: dict[int, Spoke] = {}
    for statement in statements:
        for delivery in statement.delivered:
            spoke = found.setdefault(delivery.actor_id, Spoke(delivery.actor))
            if delivery.printed_name and delivery.printed_name not in spoke.printed:
                spoke.printed.append(delivery.printed_name)
            spoke.statements.append(statement)
    order = list(ActorKind.values)
    rows = sorted(found.values(), key=lambda s: (order.index(s.actor.kind), s.actor.name))
    return {kind: list(group) for kind, group in groupby(rows, key=lambda s: s.actor.kind)}


def reported_beside(
    dialogue: Dialogue, floor: dict[str, list[Spoke]], assertions: Iterable[Assertion]
) -> list[Reported]:
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
        rows.append(Reported(name, number, kind or "", recorded, len(statements), cite))
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


def of_dialogue(dialogue: Dialogue) -> dict[str, Any]:
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
        "reported": reported_beside(dialogue, floor, [*single, *chain(*differ.values())]),
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


@dataclass
class YearOf:
    """What the record holds of an actor in a year: its statements, or why there are none."""

    dialogue: Dialogue
    statements: list[Statement]
    silence: str

    @property
    def year(self) -> int:
        return self.dialogue.year

    @property
    def silence_words(self) -> str:
        if self.silence in Silence.values:
            return str(Silence(self.silence).label)
        return _("Not yet a Member State")


def silence_of(actor: Actor, dialogue: Dialogue) -> str:
    """Why an actor has no statement in a year: a Silence, or "not_member" before it joined."""
    if dialogue.format == DialogueFormat.NONE_HELD:
        return Silence.NONE_HELD
    since, day = actor.un_member_since, dialogue.first_day
    if since and day and since > day:
        return "not_member"
    if dialogue.coding == Coding.NOT_CODED:
        return Silence.NOT_CODED
    return Silence.NOT_NAMED


def years_of(actor: Actor) -> list[YearOf]:
    """Every year of the archive as it is for this actor. Two queries."""
    own = Delivery.objects.filter(actor=actor, mode=DeliveryMode.DELIVERED)
    by_year: dict[int, list[Statement]] = {}
    for statement in (
        public(Statement)
        .filter(pk__in=own.values("statement"))
        .select_related("dialogue", "panel", "speaker")
        .in_order()
    ):
        by_year.setdefault(statement.dialogue.year, []).append(statement)
    return [
        YearOf(dialogue, by_year.get(dialogue.year, []), silence_of(actor, dialogue))
        for dialogue in public(Dialogue).order_by("year")
    ]


def of_actor(actor: Actor) -> dict[str, Any]:
    """All that an actor's page shows. At most twenty queries, whatever it holds."""
    years = years_of(actor)
    in_order = ("statement__dialogue__year", "statement__serial")
    spoken_for = (
        public(Delivery)
        .filter(on_behalf_of=actor)
        .select_related("actor", "statement__dialogue")
        .order_by(*in_order)
    )
    memberships = public(Membership).prefetch_related(cites())
    members = memberships.filter(group=actor).select_related("actor")
    people = (
        public(Participation)
        .select_related("panel__dialogue", "person", "actor")
        .order_by("panel__dialogue__year", "panel__order", "order")
    )
    return {
        "actor": actor,
        "years": years,
        "statements": [one for year in years for one in year.statements],
        "positions": held_by(actor)
        .select_related("statement__dialogue", "theme")
        .order_by("theme__order", "theme__slug", "statement__dialogue__year", "serial"),
        "memberships": memberships.filter(actor=actor).select_related("group"),
        "members": members.order_by("actor__name", F("date_from").asc(nulls_first=True)),
        "spoken_for": spoken_for,
        "spoken_for_years": {delivery.statement.dialogue.year for delivery in spoken_for},
        "sat": people.filter(actor=actor),
        "nationals": people.filter(country=actor).exclude(actor=actor),
        "mentions": positions_in_a_line(public(Position).filter(mentions=actor)),
        "tallies": public(Tally).filter(actors=actor).select_related("dialogue").in_order(),
    }


def positions_in_a_line(positions: Any) -> Any:
    """All that a line of a position shows: year, who, stance, summary. Two queries."""
    deliveries = public(Delivery).filter(actor__in=public(Actor)).select_related("actor")
    delivered = Prefetch("statement__deliveries", queryset=deliveries.order_by("order", "pk"))
    return (
        positions.select_related("statement__dialogue", "theme")
        .prefetch_related(delivered)
        .in_order()
    )
