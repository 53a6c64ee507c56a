"""Checks of refs and keys: each is given once, and a published part keeps its ref."""

from __future__ import annotations

from collections.abc import Iterator

from dialogues.models import Dialogue, Position, Quotation, Statement, Tally
from dialogues.records import checks
from dialogues.records.files import FileFault
from dialogues.records.record_forms import DIALOGUE, STATEMENT
from dialogues.records.rows import batches

from .entry import ImportEntry


def duplicates(entries: list[ImportEntry]) -> Iterator[FileFault]:
    """Faults of keys and refs that are given twice, in the files or in them and the archive."""
    seen: dict[tuple[str, str], ImportEntry] = {}
    refs: dict[str, ImportEntry] = {}
    for entry in entries:
        first = seen.setdefault((entry.form.name, entry.key), entry)
        if first is not entry:
            yield entry.fault("", f"{entry.key} stands in {first.file} already")
            continue
        for ref, path in checks.refs_of(entry.form, entry.record):
            if ref in refs:
                yield entry.fault(path, f"{ref} is given out at {refs[ref].path} already")
            elif ref.startswith("RTOP-") and ref[5:9] != str(entry.year):
                yield entry.fault(path, f"{ref} is no ref of {entry.year}")
            refs.setdefault(ref, entry)
    # A ref that its record had before belongs to it.
    had = {ref for e in entries if e.before for ref, _path in checks.refs_of(e.form, e.before)}
    new_refs = {ref: entry for ref, entry in refs.items() if ref not in had}
    yield from _taken(new_refs) if new_refs else ()


def _taken(refs: dict[str, ImportEntry]) -> Iterator[FileFault]:
    """Faults of refs that belong to another record of the archive."""
    owners = (
        (Position, "P", "statement__ref"),
        (Quotation, "Q", "statement__ref"),
        (Tally, "T", "dialogue__year"),
        (Statement, "S", "dialogue__year"),
    )
    for model, letter, owner in owners:
        # A provisional ref has no letter for its kind.
        known = [ref for ref in refs if ref.rpartition("-")[2][0] == letter or ref[0] == "D"]
        rows = model._default_manager.order_by().values_list("ref", owner)
        owned = [row for batch in batches(known) for row in rows.filter(ref__in=batch)]
        for ref, owner_key in owned:
            entry = refs[ref]
            own_key: int | str | None = entry.year
            if owner == "statement__ref":
                # A quotation of the dialogue itself is of no statement.
                own_key = entry.key if entry.form is STATEMENT else None
            if owner_key != own_key:
                yield entry.fault("", f"{ref} belongs to another record of the archive")
    yield from _withdrawn(refs)


def _withdrawn(refs: dict[str, ImportEntry]) -> Iterator[FileFault]:
    """Faults of refs of withdrawn parts of another record."""
    for form, model in ((STATEMENT, Statement), (DIALOGUE, Dialogue)):
        rows = model._default_manager.exclude(withdrawn_parts=[])
        for key, parts in rows.values_list(form.key, "withdrawn_parts"):
            for part in parts:
                entry = refs.get(part["ref"])
                if entry and (entry.form is not form or entry.key != str(key)):
                    yield entry.fault("", f"{part['ref']} belongs to another record of the archive")


def lost_parts(entry: ImportEntry) -> Iterator[FileFault]:
    """Faults of published parts that are left out: a public ref keeps its address for good."""
    if not entry.is_public:
        return
    before = dict(checks.refs_of(entry.form, entry.before or {}))
    after = dict(checks.refs_of(entry.form, entry.record))
    for ref in before:
        if ref not in after:
            yield entry.fault("", f"{ref} is published; it cannot be left out")
    stay = [part["ref"] for part in entry.record.get("withdrawn_parts", [])]
    for part in (entry.before or {}).get("withdrawn_parts", []):
        if part["ref"] not in stay:
            yield entry.fault("withdrawn_parts", f"{part['ref']} was withdrawn, and stays here")
