"""Record files in: checked whole, compared field by field, then applied or refused."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError
from django.db.models import Model, ProtectedError, prefetch_related_objects

from dialogues import search
from dialogues.choices import State
from dialogues.models import Dialogue, Panel, Passage, Quotation, Statement
from dialogues.models.writing import new_row

from . import checks, files, forms, refs, renaming
from .difference import Change, difference
from .files import Fault, RecordFile
from .forms import DIALOGUE, SHARED, STATEMENT, Form
from .passages import check_quotations
from .resolver import Reference, Resolver
from .rows import Rows, batches
from .validating import MOST_FAULTS, form_faults

Tell = Callable[[str], None]


def silence(words: str) -> None:
    """Where nobody wants to hear how far it is."""


class ImportRefused(Exception):
    """Nothing was changed; `faults` says why, each with its place."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


@dataclass
class Entry:
    """One record of the files beside what the archive has of it."""

    form: Form
    key: str
    record: dict[str, Any]
    file: str
    path: str
    year: int = 0
    existing: Model | None = None
    before: dict[str, Any] | None = None
    changes: list[Change] = field(default_factory=list)
    proposed: bool = False  # its change waits for a curator: nothing is written

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def differs(self) -> bool:
        return not self.proposed and (self.is_new or bool(self.changes))

    @property
    def is_public(self) -> bool:
        return getattr(self.existing, "state", "") == State.PUBLISHED

    def fault(self, path: str, cause: str) -> Fault:
        return Fault(self.file, f"{self.path}.{path}" if path else self.path, cause)


class Plan:
    """What an import would do. `faults` is empty when it can be done.

    `tell` hears how far it is, in words, now and then.
    """

    def __init__(
        self, paths: Iterable[Path], entries: Iterable[Entry] = (), tell: Tell = silence
    ) -> None:
        self.tell = tell
        self.entries: list[Entry] = list(entries)
        self.faults: list[Fault] = []
        for read in files.read(list(paths)):
            if isinstance(read, Fault):
                self.faults.append(read)
                continue
            faults = list(form_faults(read))
            self.faults += faults
            if not faults:
                self.entries += _entries(read)
            tell(f"{len(self.entries)} records read, up to {read.name}")
        merged = renaming.former()
        self._follow_merges(merged)
        self._find_existing()
        self.faults += renaming.faults(self.entries, merged)
        self._check()

    def _of(self, form: Form) -> list[Entry]:
        return [entry for entry in self.entries if entry.form is form]

    def _follow_merges(self, merged: renaming.Former) -> None:
        """What was merged, here or by these files, is named by what it was merged into."""
        to = {kind: dict(slugs) for kind, slugs in merged.items()}
        for entry in self.entries:
            former = entry.record.get("former_slugs", [])
            to.setdefault(entry.form.name, {}).update(dict.fromkeys(former, entry.key))
        for entry in self.entries if any(to.values()) else ():
            entry.record = renaming.renamed(entry.form, entry.record, to)

    def _find_existing(self) -> None:
        for form in forms.FORMS.values():
            entries = {entry.key: entry for entry in self._of(form)}
            for keys in batches(list(entries)):
                found = form.model._default_manager.filter(**{f"{form.key}__in": keys})
                for obj, record in forms.records_of(form, found):
                    entry = entries[str(getattr(obj, form.key))]
                    entry.existing, entry.before = obj, record
                    entry.changes = list(difference(record, entry.record))

    def _check(self) -> None:
        known = _Known(self.entries)
        self.faults += refs.duplicates(self.entries)
        for entry in self.entries:
            for reference in forms.references(entry.form, entry.record, ""):
                cause = known.missing(reference, entry)
                if cause:
                    self.faults.append(entry.fault(reference.path, cause))
            for path, cause in checks.faults_of(entry.form, entry.record, known.text):
                self.faults.append(entry.fault(path, cause))
            self.faults += refs.lost_parts(entry)

    @property
    def new(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_new]

    @property
    def changed(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.is_new and entry.changes]

    def lines(self) -> Iterator[str]:
        """The difference in words, a line each."""
        for entry in self.entries:
            if entry.is_new:
                yield f"new {entry.form.name} {entry.key}"
            for change in entry.changes:
                yield f"{entry.form.name} {entry.key}: {change}"

    def write(self) -> list[Entry]:
        """Writes what differs; the entries written, whom `follow_up` waits for.

        Run both in a transaction. Raises ImportRefused; it must then be rolled back.
        """
        if self.faults:
            raise ImportRefused(self.faults)
        resolver = Resolver(Rows(_naming))
        written: list[Entry] = []
        for form in (*SHARED.values(), DIALOGUE):
            written += _write_list(form, [e for e in self._of(form) if e.differs], resolver)
            resolver.forget_passages()
        statements = [e for e in self._of(STATEMENT) if e.differs]
        for done in _write_statements(statements, resolver):
            self.tell(f"{done} of {len(statements)} statements written")
        return written + statements

    def follow_up(self, entries: list[Entry]) -> None:
        """What follows from records that were written, or whose state was changed."""
        statements = [entry for entry in entries if entry.form is STATEMENT]
        lists = [entry for entry in entries if entry.form is not STATEMENT]
        for done in _after(lists, statements):
            self.tell(f"{done} of {len(statements)} statements made ready for the search")


def _object_of(entry: Entry, new: Model) -> Model:
    """What an entry is written to. A form that a curator has open is out of date after it."""
    if entry.existing is None:
        return new
    entry.existing.version += 1  # type: ignore[attr-defined]
    return entry.existing


def _read_parts(form: Form, entries: Iterable[Entry]) -> None:
    """Reads at once what will be compared with the records, of those that are there already."""
    there = [entry.existing for entry in entries if entry.existing]
    prefetch_related_objects(there, *form.shape.lookups)


def _write_list(form: Form, entries: list[Entry], resolver: Resolver) -> list[Entry]:
    """Writes a list in two steps, since its records may name each other."""
    _read_parts(form, entries)
    fresh: list[tuple[Entry, bool]] = []
    for entry in entries:
        with _naming(entry, resolver.rows):
            entry.existing = _object_of(entry, new_row(form.model))
            fresh.append((entry, forms.fill(form, entry.record, entry.existing, resolver)))
    resolver.rows.write()
    for entry, _new in fresh:
        assert entry.existing is not None
        resolver.learn(entry.existing, entry.key)
    for entry, new in fresh:
        with _naming(entry, resolver.rows):
            assert entry.existing is not None
            forms.relate(form, entry.record, entry.existing, resolver, new)
    resolver.rows.write()
    return entries


def _write_statements(entries: list[Entry], resolver: Resolver) -> Iterator[int]:
    """Writes statements; gives how many are done, now and then."""
    dialogues = dict(Dialogue.objects.values_list("year", "pk"))
    panels: dict[int, dict[str, int]] = {pk: {} for pk in dialogues.values()}
    for of, key, pk in Panel.objects.values_list("dialogue", "key", "pk"):
        panels[of][key] = pk
    done = 0
    for batch in batches(entries):
        _read_parts(STATEMENT, batch)
        for entry in batch:
            dialogue = dialogues[entry.year]
            resolver.panels = panels[dialogue]
            with _naming(entry, resolver.rows):
                entry.existing = _object_of(entry, new_row(Statement, dialogue_id=dialogue))
                forms.apply_record(STATEMENT, entry.record, entry.existing, resolver)
        resolver.rows.write()
        done += len(batch)
        yield done


def _after(lists: list[Entry], statements: list[Entry]) -> Iterator[int]:
    """What follows from records: the search text, and whether quotations stand where they say.

    Gives how many statements are done, now and then.
    """
    done = 0
    for batch in batches(statements, 2000):
        keys = [entry.existing.pk for entry in batch if entry.existing]
        search.index(Statement.objects.filter(pk__in=keys))
        done += len(batch)
        yield done
    # What is new is named by no statement but those.
    search.index(search.concerned(e.existing for e in lists if e.existing and not e.is_new))
    years = {entry.year for entry in (*lists, *statements) if entry.year}
    check_quotations(Quotation.objects.filter(dialogue__year__in=years))


class _naming:
    """Turns what the database or a model refuses into a fault of the record at hand."""

    def __init__(self, entry: Entry, rows: Rows | None = None) -> None:
        self.entry = entry
        if rows:
            rows.at_hand = entry

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, ValidationError):
            named = getattr(error, "message_dict", None) or {"": error.messages}
            faults = [
                self.entry.fault(name, cause) for name, causes in named.items() for cause in causes
            ]
            raise ImportRefused(faults) from error
        if isinstance(error, ProtectedError):
            raise ImportRefused(
                [self.entry.fault("", "removes a part that other records refer to")]
            ) from error
        if isinstance(error, (IntegrityError, DataError)):
            raise ImportRefused(
                [self.entry.fault("", f"the database refuses it: {_one_line(error)}")]
            ) from error


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _entries(record_file: RecordFile) -> Iterator[Entry]:
    content, name = record_file.content, record_file.name
    if record_file.is_dialogue:
        year = content["dialogue"]["year"]
        record = forms.normal_record(DIALOGUE, content["dialogue"])
        yield Entry(DIALOGUE, str(year), record, name, "dialogue", year)
        for given in content["statements"]:
            path = f"statements[{given['ref']}]"
            record = forms.normal_record(STATEMENT, given)
            yield Entry(STATEMENT, record["ref"], record, name, path, year)
        return
    for list_name, form in SHARED.items():
        for given in content.get(list_name, []):
            record = forms.normal_record(form, given)
            yield Entry(form, record["slug"], record, name, f"{list_name}[{record['slug']}]")


class _Known:
    """Which records, passages and panels there are, in the archive and in the files together."""

    def __init__(self, entries: list[Entry]) -> None:
        self._missed = 0
        self._slugs: dict[str, set[str]] = {}
        for form in SHARED.values():
            self._slugs[form.name] = set(
                form.model._default_manager.values_list("slug", flat=True)
            ) | {entry.key for entry in entries if entry.form is form}
        self._texts = {
            f"{slug}#p{number}": text
            for slug, number, text in Passage.objects.values_list("source__slug", "number", "text")
        }
        for entry in entries:
            if entry.form is SHARED["sources"]:
                self._replace_passages(entry)
        self._panels: dict[int, set[str]] = {}
        years = {entry.year for entry in entries if entry.form is STATEMENT}
        for panel in Panel.objects.filter(dialogue__year__in=years).select_related("dialogue"):
            self._panels.setdefault(panel.dialogue.year, set()).add(panel.key)
        for entry in entries:
            if entry.form is DIALOGUE:
                self._panels[entry.year] = {panel["key"] for panel in entry.record["panels"]}

    def _replace_passages(self, entry: Entry) -> None:
        recorded = {f"{entry.key}#p{p['number']}": p["sha256"] for p in entry.record["passages"]}
        for cite in [c for c in self._texts if c.startswith(f"{entry.key}#")]:
            if cite not in recorded:
                del self._texts[cite]
        for cite in recorded:
            self._texts.setdefault(cite, "")

    def text(self, cite: str) -> str:
        return self._texts.get(cite, "")

    def missing(self, reference: Reference, entry: Entry) -> str:
        """Why a reference leads nowhere; "" when it leads somewhere."""
        known: Collection[str]
        if reference.kind == "panel":
            known = self._panels.get(entry.year, set())
        elif reference.kind == "passage":
            known = self._texts.keys()
        else:
            known = self._slugs[reference.kind]
        if reference.key in known:
            return ""
        self._missed += 1
        # To look for the nearest of many costs more than all the rest.
        looked = self._missed <= MOST_FAULTS
        near = difflib.get_close_matches(reference.key, known, n=1) if looked else []
        hint = f"; the nearest is {near[0]!r}" if near else ""
        return f"there is no {reference.kind} {reference.key!r}{hint}"
