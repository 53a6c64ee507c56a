"""Verify the whole archive: records against their rules, quotations against their passages."""

from __future__ import annotations

from dataclasses import dataclass, field

from dialogues.choices import Check
from dialogues.models import Citation, Passage, Quotation, Tally
from dialogues.records import checks
from dialogues.records.record_forms import FORMS, records_of
from dialogues.texts.digests import digest
from dialogues.texts.passages import check_words


@dataclass
class VerificationReport:
    """Faults, a line each, and counts of what was checked or could not be."""

    faults: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, label: str, number: int = 1) -> None:
        self.counts[label] = self.counts.get(label, 0) + number


def verify_records() -> VerificationReport:
    """Checks every record, quotation, citation, passage and tally."""
    report = VerificationReport()
    texts = {
        f"{slug}#p{number}": text
        for slug, number, text in Passage.objects.values_list("source__slug", "number", "text")
    }
    for form in FORMS.values():
        for _, record in records_of(form, form.model._default_manager.order_by("pk")):
            key = record[form.key]
            report.count("records")
            for path, cause in checks.faults_of(form, record, lambda cite: texts.get(cite, "")):
                report.faults.append(f"{form.name} {key}: {path}: {cause}")
    _passages(report)
    _quotations(report)
    _citations(report)
    _tallies(report)
    return report


def _passages(report: VerificationReport) -> None:
    for passage in Passage.objects.select_related("source").iterator():
        if not passage.text:
            report.count("passages not loaded")
        elif digest(passage.text) != passage.sha256:
            report.faults.append(f"passage {passage}: its text does not agree with its digest")
        else:
            report.count("passages verified")


def _quotations(report: VerificationReport) -> None:
    for quotation in Quotation.objects.select_related("passage__source", "source").iterator():
        text = quotation.passage.text if quotation.passage else ""
        result = check_words(quotation.text, text, quotation.start, quotation.end)
        if result != quotation.check_result:
            stored = quotation.check_result
            report.faults.append(
                f"quotation {quotation.ref}: stored as {stored}, found {result.value}"
            )
        report.count(
            "quotations verified" if result == Check.VERIFIED else "quotations not checked",
            0 if result == Check.NOT_FOUND else 1,
        )
        if quotation.passage and quotation.passage.source_id != quotation.source_id:
            report.faults.append(f"quotation {quotation.ref}: its passage is of another source")


def _citations(report: VerificationReport) -> None:
    for citation in Citation.objects.select_related("source", "passage__source").iterator():
        if citation.passage is None:
            report.count("citations without a passage")
        elif citation.passage.source_id != citation.source_id:
            report.faults.append(f"citation {citation.pk}: its passage is of another source")
        else:
            report.count("citations of a passage")


def _tallies(report: VerificationReport) -> None:
    for tally in Tally.objects.prefetch_related("actors", "events").iterator(chunk_size=500):
        if tally.matches is None:
            report.count("tallies without a number")
        elif tally.matches:
            report.count("tallies that match their names")
        else:
            # A finding, not a fault: sources count more than they name.
            report.count("tallies that differ from their names")
