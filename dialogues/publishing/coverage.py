"""How far the passages of sources are read: coded, set aside, or not yet read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q

from dialogues.choices import OF_A_PROPOSAL
from dialogues.models import Citation, Dialogue, Passage, Quotation, Revision, Source, Statement
from dialogues.querysets import PassageQuerySet


@dataclass(frozen=True)
class SourceCoverage:
    """The passages of one source: each is one of the three."""

    coded: int
    set_aside: int
    not_read: int

    @property
    def passages(self) -> int:
        return self.coded + self.set_aside + self.not_read


@dataclass(frozen=True)
class UnreadPassages:
    """A source that a dialogue's record is read from, and how many passages wait there."""

    dialogue: Dialogue
    source: Source
    not_read: int


def cited_in(record: dict[str, Any]) -> set[str]:
    """Every passage that a statement's record cites or quotes, as `source#p6`."""
    cites = set(record["cites"])
    for position in record["positions"]:
        cites |= {*position["cites"], *(q["source"] for q in position["quotations"])}
    return {cite for cite in cites if "#" in cite}


def proposed_records(statements: Any) -> dict[int, dict[str, Any]]:
    """The open changes of these statements, by the statement. One query."""
    last = (
        Revision.objects.filter(record_type="statement", object_id__in=statements)
        .filter(action__in=OF_A_PROPOSAL)
        .order_by()
        .values("object_id")
        .annotate(last=Max("number"))
    )
    found = Revision.objects.filter(number__in=last.values("last"))
    rows: Any = found.order_by().values_list("object_id", "record")
    return dict(rows)


def proposed_cites() -> set[str]:
    """What open changes of published statements cite or quote. One query."""
    changed = Statement.objects.exclude(proposal="").values("pk")
    return {cite for one in proposed_records(changed).values() for cite in cited_in(one)}


def passages_not_read(passages: PassageQuerySet) -> PassageQuerySet:
    """Those of the passages that nobody has coded, in an open change neither, or set aside."""
    coded = Q()
    for slug, numbers in _by_source(proposed_cites()):
        coded |= Q(source__slug=slug, number__in=numbers)
    waiting = passages.not_read()
    return waiting.exclude(coded & Q(mark=None)) if coded else waiting


def _by_source(cites: set[str]) -> Iterator[tuple[str, list[int]]]:
    found: dict[str, list[int]] = {}
    for cite in cites:
        slug, __, number = cite.partition("#p")
        found.setdefault(slug, []).append(int(number))
    yield from found.items()


def source_coverage(source: Source) -> SourceCoverage:
    """How far one source is read. Three or four queries."""
    own = Passage.objects.filter(source=source)
    waiting = passages_not_read(own).count()
    aside = own.filter(mark__kind="set_aside").count()
    return SourceCoverage(own.count() - waiting - aside, aside, waiting)


def unread_passages() -> list[UnreadPassages]:
    """Where passages wait, dialogue by dialogue: the newest first. A fixed number of queries.

    A dialogue's sources are those that its record, its statements or positions cite or quote.
    """
    counted = passages_not_read(Passage.objects.all()).order_by().values("source")
    counts = {row["source"]: row["n"] for row in counted.annotate(n=Count("pk", distinct=True))}
    pairs: set[tuple[int, int]] = set()
    own = Citation.objects.filter(source__in=counts).order_by()
    for path in ("dialogue", "statement__dialogue", "position__statement__dialogue"):
        pairs |= set(own.filter(**{f"{path}__isnull": False}).values_list(path, "source"))
    quoted = Quotation.objects.filter(source__in=counts).order_by()
    pairs |= set(quoted.values_list("dialogue", "source"))
    dialogues = Dialogue.objects.in_bulk([dialogue for dialogue, _source in pairs])
    sources = Source.objects.in_bulk(list(counts))
    rows = [UnreadPassages(dialogues[d], sources[s], counts[s]) for d, s in pairs]
    return sorted(rows, key=lambda row: (-row.dialogue.year, row.source.slug))
