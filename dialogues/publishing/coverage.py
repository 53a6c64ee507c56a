"""Coverage: how many passages of a source are coded, set aside, or not yet read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q

from dialogues.choices import OF_A_PROPOSAL
from dialogues.models import Citation, Dialogue, Passage, Quotation, Revision, Source, Statement
from dialogues.querysets import PassageQuerySet


@dataclass(frozen=True)
class SourceCoverage:
    """The number of passages of one source; each is in one of the three states."""

    coded: int
    set_aside: int
    not_read: int

    @property
    def passages(self) -> int:
        return self.coded + self.set_aside + self.not_read


@dataclass(frozen=True)
class UnreadPassages:
    """A source that a dialogue cites, with the number of its passages that are not yet read."""

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
    """The proposed records of statements with an open change, by primary key. One query."""
    last = (
        Revision.objects.filter(record_type="statement", object_id__in=statements)
        .filter(action__in=OF_A_PROPOSAL)
        .order_by()
        .values("object_id")
        .annotate(last=Max("number"))
    )
    proposals = Revision.objects.filter(number__in=last.values("last"))
    rows: Any = proposals.order_by().values_list("object_id", "record")
    return dict(rows)


def proposed_cites() -> set[str]:
    """Passages that open changes of published statements cite or quote. One query."""
    changed = Statement.objects.exclude(proposal="").values("pk")
    return {cite for record in proposed_records(changed).values() for cite in cited_in(record)}


def passages_not_read(passages: PassageQuerySet) -> PassageQuerySet:
    """The passages that are neither set aside nor coded, not even in an open change."""
    numbers: dict[str, list[int]] = {}
    for cite in proposed_cites():
        slug, __, number = cite.partition("#p")
        numbers.setdefault(slug, []).append(int(number))
    coded = Q()
    for slug in numbers:
        coded |= Q(source__slug=slug, number__in=numbers[slug])
    waiting = passages.not_read()
    return waiting.exclude(coded & Q(mark=None)) if coded else waiting


def source_coverage(source: Source) -> SourceCoverage:
    """The coverage of one source. Three or four queries."""
    passages = Passage.objects.filter(source=source)
    waiting = passages_not_read(passages).count()
    set_aside = passages.filter(mark__kind="set_aside").count()
    return SourceCoverage(passages.count() - waiting - set_aside, set_aside, waiting)


def unread_passages() -> list[UnreadPassages]:
    """Sources with unread passages, the newest dialogue's first. A fixed number of queries.

    A dialogue's sources are those that its record, its statements or positions cite or quote.
    """
    unread = passages_not_read(Passage.objects.all()).order_by().values("source")
    counts = {row["source"]: row["n"] for row in unread.annotate(n=Count("pk", distinct=True))}
    pairs: set[tuple[int, int]] = set()
    cited = Citation.objects.filter(source__in=counts).order_by()
    for path in ("dialogue", "statement__dialogue", "position__statement__dialogue"):
        pairs |= set(cited.filter(**{f"{path}__isnull": False}).values_list(path, "source"))
    quoted = Quotation.objects.filter(source__in=counts).order_by()
    pairs |= set(quoted.values_list("dialogue", "source"))
    dialogues = Dialogue.objects.in_bulk([dialogue for dialogue, _source in pairs])
    sources = Source.objects.in_bulk(list(counts))
    rows = [UnreadPassages(dialogues[d], sources[s], counts[s]) for d, s in pairs]
    return sorted(rows, key=lambda row: (-row.dialogue.year, row.source.slug))
