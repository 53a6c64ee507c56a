"""The page of a statement, and the page of a position."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_info
from django.views.decorators.http import require_safe

from dialogues import comparison
from dialogues.models import (
    Actor,
    Delivery,
    Dialogue,
    Passage,
    Position,
    Statement,
    Theme,
    withdrawn_part,
)
from dialogues.public import cites, prefetch_public, public

from .errors import allow_query_params, get_public_or_tombstone, gone_response

QUOTED_FROM = ("source", "passage__source", "instrument")


def with_names(positions: QuerySet[Position]) -> QuerySet[Position]:
    """Positions with who holds them. Two queries."""
    return prefetch_public(positions, "statement__dialogue", "statement__deliveries__actor")


def whole_statements() -> QuerySet[Statement]:
    """Statements with their deliveries, citations, positions and quotations. Nine queries."""
    return prefetch_public(
        Statement.objects.all(),
        *("dialogue", "panel", "speaker", "deliveries__actor", "deliveries__on_behalf_of"),
        *("positions__theme", *(f"positions__quotations__{name}" for name in QUOTED_FROM)),
    ).prefetch_related(cites(), cites("positions__citations"))


def whole_positions() -> QuerySet[Position]:
    """Positions with their statement, quotations, citations and subjects. Ten queries."""
    return prefetch_public(
        public(Position),
        *("statement__dialogue", "statement__panel", "statement__speaker"),
        *("statement__deliveries__actor", *(f"quotations__{name}" for name in QUOTED_FROM)),
        *("theme", "situations", "instruments", "other_themes", "mentions"),
    ).prefetch_related(cites())


def shared_claims(
    dialogue: Dialogue, positions: Iterable[Position], leaving_out: Statement
) -> dict[str, list[Position]]:
    """For each claim of these positions, the positions of other statements that share it.

    Two queries.
    """
    claims = {position.claim for position in positions if position.claim}
    found: dict[str, list[Position]] = defaultdict(list)
    others = public(Position).filter(statement__dialogue=dialogue, claim__in=claims)
    others = others.exclude(statement=leaving_out).order_by("serial")
    for position in prefetch_public(others, "statement__deliveries__actor"):
        found[position.claim].append(position)
    return dict(found)


def neighbours(statement: Statement) -> tuple[Statement | None, Statement | None]:
    """The statements before and after this one in its dialogue. Four queries."""
    same = public(Statement).filter(dialogue=statement.dialogue)
    same = prefetch_public(same, "deliveries__actor")
    before = same.filter(serial__lt=statement.serial).order_by("-serial").first()
    after = same.filter(serial__gt=statement.serial).order_by("serial").first()
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
