"""The page of a statement, and the page of a position."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_info
from django.views.decorators.http import require_safe

from dialogues import comparison
from dialogues.models import (
    Actor,
    Delivery,
    Dialogue,
    Instrument,
    Passage,
    Position,
    Quotation,
    Situation,
    Statement,
    Theme,
    withdrawn_part,
)
from dialogues.public import cites, public, public_parts
from dialogues.querysets import EntryQuerySet

from .errors import (
    allow_query_params,
    get_public_or_tombstone,
    gone_response,
)


def prefetch_deliveries(path: str) -> Prefetch:
    """The deliveries of statements with their actors, in each statement's own order. One query."""
    deliveries = public(Delivery).filter(EntryQuerySet.public("actor__")).select_related("actor")
    return Prefetch(path, deliveries.order_by("order", "pk"))


def _prefetch_quotations() -> Prefetch:
    quotations = public(Quotation).select_related("source", "passage__source", "instrument")
    return Prefetch("quotations", quotations.order_by("order", "pk"))


def with_names(positions: QuerySet[Position]) -> QuerySet[Position]:
    """Positions with who holds them. One query."""
    return positions.select_related("statement__dialogue").prefetch_related(
        prefetch_deliveries("statement__deliveries")
    )


def _prefetch_subjects() -> list[Prefetch]:
    """Situations, instruments, other themes and actors that a position names. Four queries."""
    return public_parts(
        ("situations", Situation),
        ("instruments", Instrument),
        ("other_themes", Theme),
        ("mentions", Actor),
    )


def whole_statements() -> QuerySet[Statement]:
    """Statements with their deliveries, citations, positions and quotations. Seven queries."""
    positions = public(Position).select_related("theme").order_by("order", "pk")
    return Statement.objects.select_related("dialogue", "panel", "speaker").prefetch_related(
        prefetch_deliveries("deliveries"),
        *public_parts(("deliveries__on_behalf_of", Actor)),
        cites(),
        Prefetch("positions", positions.prefetch_related(_prefetch_quotations(), cites())),
    )


def whole_positions() -> QuerySet[Position]:
    """Positions with their statement, quotations, citations and subjects. Eight queries."""
    positions = public(Position).select_related(
        "statement__dialogue", "statement__panel", "statement__speaker", "theme"
    )
    return positions.prefetch_related(
        prefetch_deliveries("statement__deliveries"),
        _prefetch_quotations(),
        cites(),
        *_prefetch_subjects(),
    )


def shared_claims(
    dialogue: Dialogue, positions: Iterable[Position], leaving_out: Statement
) -> dict[str, list[Position]]:
    """For each claim of these positions, the positions of other statements that share it.

    Two queries.
    """
    claims = {position.claim for position in positions if position.claim}
    found: dict[str, list[Position]] = defaultdict(list)
    others = public(Position).filter(statement__dialogue=dialogue, claim__in=claims)
    for position in (
        others.exclude(statement=leaving_out)
        .select_related("statement")
        .prefetch_related(prefetch_deliveries("statement__deliveries"))
        .order_by("serial")
    ):
        found[position.claim].append(position)
    return dict(found)


def neighbours(statement: Statement) -> tuple[Statement | None, Statement | None]:
    """The statements before and after this one in its dialogue. Three queries."""
    same = public(Statement).filter(dialogue=statement.dialogue)
    before = same.filter(serial__lt=statement.serial).order_by("-serial").first()
    after = same.filter(serial__gt=statement.serial).order_by("serial").first()
    prefetch_related_objects(
        [near for near in (before, after) if near], prefetch_deliveries("deliveries")
    )
    return before, after


@dataclass(frozen=True)
class HeldPositions:
    """The positions of an actor on a theme in a year, or the silence in their place."""

    positions: list[Position]
    silence: str


@dataclass(frozen=True)
class ThemeYear:
    dialogue: Dialogue
    cells: list[HeldPositions]


def theme_years(actors: list[Actor], theme: Theme) -> list[ThemeYear]:
    """The positions of these actors on a theme in each year of the archive. Three queries."""
    statements_by: dict[tuple[int, int], set[int]] = defaultdict(set)
    delivered = public(Delivery).delivered().filter(actor__in=actors).order_by()
    for actor, year, statement in delivered.values_list(
        "actor", "statement__dialogue__year", "statement"
    ):
        statements_by[year, actor].add(statement)
    on_theme: dict[int, list[Position]] = defaultdict(list)
    statements = delivered.values("statement")
    for position in public(Position).filter(theme=theme, statement__in=statements).in_order():
        on_theme[position.statement_id].append(position)
    rows = []
    for dialogue in public(Dialogue).order_by("year"):
        cells = [
            _theme_cell(actor, dialogue, statements_by[dialogue.year, actor.pk], on_theme)
            for actor in actors
        ]
        rows.append(ThemeYear(dialogue, cells))
    return rows


def _theme_cell(
    actor: Actor, dialogue: Dialogue, statements: set[int], on_theme: dict[int, list[Position]]
) -> HeldPositions:
    positions = [position for pk in sorted(statements) for position in on_theme.get(pk, [])]
    if positions:
        return HeldPositions(positions, "")
    silence = comparison.silence_in_words(actor, dialogue, is_named=bool(statements))
    return HeldPositions([], silence)


@dataclass(frozen=True)
class PassageExcerpt:
    """The text of a passage, split at the words quoted."""

    passage: Passage
    before: str
    words: str
    after: str


def passage_excerpts(position: Position) -> list[PassageExcerpt]:
    """The passages that a position quotes or cites, of sources that are free to show."""
    found: dict[int, PassageExcerpt] = {}
    for quotation in position.quotations.all():
        passage = quotation.passage
        if passage and passage.pk not in found and _is_free(passage):
            start, end = quotation.start or 0, quotation.end or 0
            text = passage.text
            found[passage.pk] = PassageExcerpt(passage, text[:start], text[start:end], text[end:])
    for citation in position.citations.all():
        passage = citation.passage
        if passage and passage.pk not in found and _is_free(passage):
            found[passage.pk] = PassageExcerpt(passage, passage.text, "", "")
    return list(found.values())


def _is_free(passage: Passage) -> bool:
    return bool(passage.source.free_to_show and passage.text)


def language_names(codes: Iterable[str]) -> dict[str, str]:
    """Languages in words: {"es": "Spanish"}. A code that Django does not know stays a code."""
    names: dict[str, Any] = {}
    for code in filter(None, codes):
        try:
            names[code] = get_language_info(code)["name_translated"]
        except KeyError:
            names[code] = code
    return names


@require_safe
@allow_query_params()
def statement(request: HttpRequest, ref: str) -> HttpResponse:
    """One statement with its positions. At most twenty queries."""
    found = get_public_or_tombstone(whole_statements(), ref=ref)
    if not found.is_published:
        return gone_response(request, found)
    positions = list(found.positions.all())
    before, after = neighbours(found)
    context: dict[str, Any] = {
        "statement": found,
        "positions": positions,
        "shared": shared_claims(found.dialogue, positions, leaving_out=found),
        "before": before,
        "after": after,
        "languages": language_names([found.language]),
    }
    return render(request, "dialogues/statement.html", context)


@require_safe
@allow_query_params()
def position(request: HttpRequest, ref: str) -> HttpResponse:
    """One point: who holds it, in whose words, and where that is read. At most twenty queries."""
    found = whole_positions().filter(ref=ref).first()
    if found is None:
        return _withdrawn_position(request, ref)
    statement = found.statement
    actors = [delivery.actor for delivery in statement.delivered]
    quotations = list(found.quotations.all())
    context = {
        "position": found,
        "statement": statement,
        "actors": actors,
        "quotations": quotations,
        "years": theme_years(actors, found.theme),
        "shared": shared_claims(statement.dialogue, [found], leaving_out=statement),
        "passages": passage_excerpts(found),
        "languages": language_names(quotation.language for quotation in quotations),
        "address": request.build_absolute_uri(found.get_absolute_url()),
    }
    return render(request, "dialogues/position.html", context)


def _withdrawn_position(request: HttpRequest, ref: str) -> HttpResponse:
    """410 for a position that was withdrawn, alone or with its statement; else Http404.

    At most two queries. A position that never was public is a 404 too.
    """
    if part := withdrawn_part(ref):
        return gone_response(request, part)
    withdrawn = Statement.objects.tombstones().filter(
        positions__in=Position.objects.filter(ref=ref, ref__startswith="RTOP-")
    )
    if (found := withdrawn.first()) is None:
        raise Http404
    return gone_response(request, found)
