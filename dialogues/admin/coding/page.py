"""The coding desk's page: each passage, the positions coded of it, the actors named in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy

from dialogues.admin.base import change_url
from dialogues.choices import Stance
from dialogues.models import (
    Citation,
    Dialogue,
    Passage,
    PassageMark,
    Position,
    Source,
    Statement,
    Theme,
)
from dialogues.models.provenance import CITING
from dialogues.publishing.coverage import SourceCoverage, passages_not_read, proposed_records
from dialogues.records.record_forms import STATEMENT, records_of

from .targets import CodingTargets, speakers_sentence

STATES = {
    "coded": gettext_lazy("Coded"),
    "set_aside": gettext_lazy("Set aside"),
    "changed": gettext_lazy("Changed: read it again"),
    "not_read": gettext_lazy("Not yet read"),
}
MOST_NAMED = 9  # each has a digit as its key


@dataclass
class PassageRow:
    """A passage on the page, with its margin."""

    passage: Passage
    section: str = ""  # only where it begins
    subsection: str = ""
    state: str = "not_read"
    mark: PassageMark | None = None
    points: list[dict[str, Any]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    named: list[tuple[str, str, bool]] = field(default_factory=list)
    pieces: list[tuple[str, bool]] = field(default_factory=list)
    theme: str = ""

    @property
    def words(self) -> str:
        return str(STATES[self.state])


def coding_url(source: Source, dialogue: Dialogue | None = None, **more: Any) -> str:
    """The address of the coding desk, for a dialogue and a passage: `at=6`."""
    address = reverse("admin:dialogues_source_desk", args=[source.pk])
    asked = ({"dialogue": dialogue.year} if dialogue else {}) | more
    at = f"#p{more.get('at') or more.get('passage')}" if {"at", "passage"} & set(more) else ""
    return f"{address}?{urlencode(asked)}{at}" if asked else address


def dialogues_of(source: Source) -> list[Dialogue]:
    """The dialogues that cite a source, the one that cites it most first."""
    counted: dict[int, int] = defaultdict(int)
    for path in ("dialogue", "statement__dialogue", "position__statement__dialogue"):
        own = source.citations.order_by().filter(**{f"{path}__isnull": False})
        for pk, number in own.values_list(path).annotate(n=Count("pk")):
            counted[pk] += number
    dialogues = Dialogue.objects.in_bulk(list(counted))
    return sorted(dialogues.values(), key=lambda dialogue: -counted[dialogue.pk])


def sources_of(dialogue: Dialogue) -> list[Source]:
    """The sources with passages that a dialogue cites."""
    cited = (
        Q(citations__dialogue=dialogue)
        | Q(citations__statement__dialogue=dialogue)
        | Q(citations__position__statement__dialogue=dialogue)
    )
    return list(Source.objects.filter(cited, passages__isnull=False).distinct())


# What stands on the desk


class CodingPage:
    """A source coded for a dialogue. A fixed number of queries, whatever its length."""

    def __init__(self, source: Source, dialogue: Dialogue) -> None:
        self.source, self.dialogue, self.room = source, dialogue, CodingTargets(dialogue)
        self.themes = dict(Theme.objects.values_list("slug", "title"))
        self.records = dict(self._records())
        self.lines = list(self._lines())

    def _records(self) -> Iterator[tuple[Statement, dict[str, Any]]]:
        """Each statement with its current record: the open change where there is one."""
        statements = self.room.statements
        proposed = proposed_records([s.pk for s in statements if s.proposal])
        rows = Statement.objects.filter(pk__in=[s.pk for s in statements])
        published = {obj.pk: record for obj, record in records_of(STATEMENT, rows)}
        for statement in statements:
            yield statement, proposed.get(statement.pk) or published[statement.pk]

    def _lines(self) -> Iterator[PassageRow]:
        passages = list(self.source.passages.select_related("source", "mark"))
        unread = passages_not_read(Passage.objects.filter(source=self.source))
        waiting = set(unread.values_list("pk", flat=True))
        points, quoted = self._points()
        others, themes = self._others(), self._themes()
        pattern = _pattern(self.room.names)
        section = subsection = ""
        for passage in passages:
            line = PassageRow(passage, mark=getattr(passage, "mark", None))
            if passage.section != section:
                line.section, section, subsection = passage.section, passage.section, ""
            if passage.subsection != subsection:
                line.subsection = subsection = passage.subsection
            unmarked = "not_read" if passage.pk in waiting else "coded"
            line.state = line.mark.kind if line.mark else unmarked
            line.points, line.others = points[str(passage)], others[passage.pk]
            line.named = list(self._named(pattern, passage.text))
            line.pieces = list(_pieces(passage.text, quoted[str(passage)]))
            line.theme = themes.get((passage.section, passage.subsection), "")
            yield line

    def _points(self) -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[tuple[int, int]]]]:
        """By passage, the positions that cite it and the places of the words quoted from it."""
        stances = dict(Stance.choices)
        points: dict[str, list[dict[str, Any]]] = defaultdict(list)
        quoted: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for statement, record in self.records.items():
            for position in record["positions"]:
                for quotation in position["quotations"]:
                    if quotation["start"] is not None:
                        quoted[quotation["source"]].append((quotation["start"], quotation["end"]))
                point = {
                    "who": speakers_sentence(statement),
                    "stance": str(stances[position["stance"]]),
                    "theme": self.themes.get(position["theme"], position["theme"]),
                    "summary": position["summary"],
                    "quoted": bool(position["quotations"]),
                    "stage": "" if statement.stage == "published" else statement.stage.label,
                    "url": change_url(statement),
                }
                places = {*position["cites"], *(q["source"] for q in position["quotations"])}
                for cite in places:
                    points[cite].append(point)
        return points, quoted

    def _others(self) -> dict[int, list[str]]:
        """By passage, the other things that cite it, as “2 tallies”. One query."""
        others: dict[int, list[str]] = defaultdict(list)
        names = [name for name in CITING if name != "position"]
        citations = self.source.citations.filter(passage__isnull=False).order_by()
        # The citations in which the field is set.
        rows: Any = citations.values("passage").annotate(**{f"n_{n}": Count(n) for n in names})
        for row in rows:
            for name in names:
                if number := row[f"n_{name}"]:
                    owner: Any = Citation._meta.get_field(name).related_model
                    meta = owner._meta
                    words = meta.verbose_name if number == 1 else meta.verbose_name_plural
                    others[row["passage"]].append(f"{number} {words}")
        return others

    def _themes(self) -> dict[tuple[str, str], str]:
        """The theme last coded under each heading, which mostly has one."""
        positions = Position.objects.filter(
            statement__dialogue=self.dialogue, citations__passage__source=self.source
        )
        place = ("citations__passage__section", "citations__passage__subsection")
        rows = positions.order_by("pk").values_list(*place, "theme__slug")
        return {(section, subsection): theme for section, subsection, theme in rows}

    def _named(self, pattern: re.Pattern[str] | None, text: str) -> Iterator[tuple[str, str, bool]]:
        """The actors named in a text: slug or reference, name, whether they have no statement."""
        offered: dict[str, tuple[str, str, bool]] = {}
        for match in pattern.finditer(text) if pattern else ():
            slug = self.room.names[match.group()]
            statements = self.room.by_actor.get(slug, [])
            if not statements:
                offered.setdefault(slug, (slug, self.room.actors[slug].name, True))
            for statement in statements:
                # Actors who delivered one statement together hold a point together.
                name = speakers_sentence(statement)
                if len(statements) > 1:
                    name = f"{name} ({statement.get_form_display()})"
                offered.setdefault(statement.ref, (statement.ref, name, False))
        yield from list(offered.values())[:MOST_NAMED]

    def line(self, number: int) -> PassageRow | None:
        return next((line for line in self.lines if line.passage.number == number), None)

    @property
    def reading(self) -> SourceCoverage:
        states = [line.state for line in self.lines]
        waiting = states.count("not_read") + states.count("changed")
        return SourceCoverage(states.count("coded"), states.count("set_aside"), waiting)


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds any of the names as a whole word, the longest first."""
    words = sorted((re.escape(name) for name in names if len(name) > 1), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(words)})(?!\w)") if words else None


def _pieces(text: str, places: Iterable[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Splits a text at its quoted places: each piece, and whether it is quoted."""
    cursor = 0
    for start, end in sorted(places):
        start = max(start, cursor)
        if start < end <= len(text):
            yield text[cursor:start], False
            yield text[start:end], True
            cursor = end
    yield text[cursor:], False
