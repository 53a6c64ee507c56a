"""The plan of an import: all records checked and compared, then written or refused."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError
from django.db.models import Model, ProtectedError, prefetch_related_objects

from dialogues import search
from dialogues.models import Dialogue, Panel, Passage, Quotation, Statement
from dialogues.records import checks, files, record_forms
from dialogues.records.difference import difference
from dialogues.records.files import FileFault, RecordFile
from dialogues.records.record_forms import DIALOGUE, SHARED, STATEMENT, RecordForm
from dialogues.records.resolver import RecordReference, Resolver
from dialogues.records.rows import NewRows, batches
from dialogues.records.schema import MOST_FAULTS, file_faults
from dialogues.texts.passages import check_quotations

from . import refs, slugs
from .entry import ImportEntry

Progress = Callable[[str], None]


def no_progress(message: str) -> None:
    """Reports nothing."""


class InvalidImport(Exception):
    """An import is refused and nothing was changed; `faults` has each fault with its place."""

    def __init__(self, faults: list[FileFault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


class ImportPlan:
    """The records to import, compared with the archive's, and the faults that prevent it.

    `progress` is called with a message now and then.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        entries: Iterable[ImportEntry] = (),
        progress: Progress = no_progress,
    ) -> None:
        self.progress = progress
        self.entries: list[ImportEntry] = list(entries)
        self.faults: list[FileFault] = []
        for read in files.read(list(paths)):
            if isinstance(read, FileFault):
                self.faults.append(read)
                continue
            faults = list(file_faults(read))
            self.faults += faults
            if not faults:
                self.entries += _entries(read)
            progress(f"{len(self.entries)} records read, up to {read.name}")
        merged = slugs.former()
        self._follow_merges(merged)
        self._find_existing()
        self.faults += slugs.faults(self.entries, merged)
        self._check()

    def _of(self, form: RecordForm) -> list[ImportEntry]:
        return [entry for entry in self.entries if entry.form is form]

    def _follow_merges(self, merged: slugs.Former) -> None:
        """Replaces the slugs of entries that were merged, in the archive or by these files."""
        to = {kind: dict(slugs) for kind, slugs in merged.items()}
        for entry in self.entries:
            former = entry.record.get("former_slugs", [])
            to.setdefault(entry.form.name, {}).update(dict.fromkeys(former, entry.key))
        for entry in self.entries if any(to.values()) else ():
            entry.record = slugs.renamed(entry.form, entry.record, to)

    def _find_existing(self) -> None:
        for form in record_forms.FORMS.values():
            entries = {entry.key: entry for entry in self._of(form) if entry.existing is None}
            for keys in batches(list(entries)):
                rows = form.model._default_manager.filter(**{f"{form.key}__in": keys})
                # Kept to the end, so without their parts: of many records they are most of it all.
                objects = {obj.pk: obj for obj in rows}
                for obj, record in record_forms.records_of(form, rows) if objects else ():
                    entry = entries[str(getattr(obj, form.key))]
                    entry.existing, entry.before = objects[obj.pk], record
        for entry in self.entries:
            if entry.before is not None:
                entry.changes = list(difference(entry.before, entry.record))

    def _check(self) -> None:
        known = _ExistingRecords(self.entries)
        self.faults += refs.duplicates(self.entries)
        for entry in self.entries:
            for reference in record_forms.references(entry.form, entry.record, ""):
                cause = known.missing(reference, entry)
                if cause:
                    self.faults.append(entry.fault(reference.path, cause))
            for path, cause in checks.faults_of(entry.form, entry.record, known.text):
                self.faults.append(entry.fault(path, cause))
            self.faults += refs.lost_parts(entry)

    @property
    def new(self) -> list[ImportEntry]:
        return [entry for entry in self.entries if entry.is_new]

    @property
    def changed(self) -> list[ImportEntry]:
        return [entry for entry in self.entries if not entry.is_new and entry.changes]

    def lines(self) -> Iterator[str]:
        """The changes, a line each."""
        for entry in self.entries:
            if entry.is_new:
                yield f"new {entry.form.name} {entry.key}"
            for change in entry.changes:
                yield f"{entry.form.name} {entry.key}: {change}"

    def write(self) -> list[ImportEntry]:
        """Writes the new and changed records, and returns their entries for `follow_up`.

        Run both in one transaction, to be rolled back if this raises InvalidImport.
        """
        if self.faults:
            raise InvalidImport(self.faults)
        resolver = Resolver(NewRows(_naming_record))
        written: list[ImportEntry] = []
        for form in (*SHARED.values(), DIALOGUE):
            entries = [entry for entry in self._of(form) if entry.differs]
            _write_list(form, entries, resolver)
            written += entries
        statements = [entry for entry in self._of(STATEMENT) if entry.differs]
        if statements:
            self._write_statements(statements, resolver)
        return written + statements

    def _write_statements(self, entries: list[ImportEntry], resolver: Resolver) -> None:
        dialogues = dict(Dialogue.objects.values_list("year", "pk"))
        panels: dict[int, dict[str, int]] = {pk: {} for pk in dialogues.values()}
        for dialogue, key, pk in Panel.objects.values_list("dialogue", "key", "pk"):
            panels[dialogue][key] = pk
        done = 0
        for batch in batches(entries):
            _read_parts(STATEMENT, batch)
            for entry in batch:
                dialogue = dialogues[entry.year]
                resolver.panels = panels[dialogue]
                with _naming_record(entry, resolver.rows):
                    statement = _object_of(entry, Statement(dialogue_id=dialogue))
                    record_forms.apply_record(STATEMENT, entry.record, statement, resolver)
            resolver.rows.write()
            done += len(batch)
            self.progress(f"{done} of {len(entries)} statements written")

    def follow_up(self, entries: list[ImportEntry]) -> None:
        """Re-indexes search and re-checks quotations, for written records and changed states."""
        statements = [entry for entry in entries if entry.form is STATEMENT]
        done = 0
        for batch in batches(statements, 2000):
            keys = [entry.existing.pk for entry in batch if entry.existing]
            search.index(Statement.objects.filter(pk__in=keys))
            done += len(batch)
            self.progress(f"{done} of {len(statements)} statements made ready for the search")
        # A new entry is named by no other statement than these.
        changed = [
            entry.existing
            for entry in entries
            if entry.form is not STATEMENT and entry.existing and not entry.is_new
        ]
        if changed:
            search.index(search.statements_to_reindex(changed))
        years = {entry.year for entry in entries if entry.year}
        check_quotations(Quotation.objects.filter(dialogue__year__in=years))


def _object_of(entry: ImportEntry, new: Model) -> Model:
    """The object to write an entry to. Its new version outdates a form that a curator has open."""
    if entry.existing is None:
        entry.existing = new
    else:
        entry.existing.version += 1  # type: ignore[attr-defined]
    return entry.existing


def _read_parts(form: RecordForm, entries: Iterable[ImportEntry]) -> None:
    """Prefetches the parts of existing objects, to be compared with the records."""
    existing = [entry.existing for entry in entries if entry.existing]
    prefetch_related_objects(existing, *form.prefetch_related)


def _write_list(form: RecordForm, entries: list[ImportEntry], resolver: Resolver) -> None:
    """Writes a shared list in two steps, since its records may refer to each other."""
    _read_parts(form, entries)
    for entry in entries:
        with _naming_record(entry, resolver.rows):
            record_forms.fill(form, entry.record, _object_of(entry, form.model()), resolver)
    resolver.rows.write()
    for entry in entries:
        assert entry.existing is not None
        resolver.learn(entry.existing, entry.key)
    for entry in entries:
        with _naming_record(entry, resolver.rows):
            assert entry.existing is not None
            record_forms.relate(form, entry.record, entry.existing, resolver, entry.is_new)
    resolver.rows.write()


@contextmanager
def _naming_record(entry: ImportEntry, rows: NewRows | None = None) -> Iterator[None]:
    """Makes an error of the database or of a model a fault of the record."""
    if rows:
        rows.record = entry
    try:
        yield
    except ValidationError as error:
        named = getattr(error, "message_dict", None) or {"": error.messages}
        faults = [entry.fault(name, cause) for name, causes in named.items() for cause in causes]
        raise InvalidImport(faults) from error
    except ProtectedError as error:
        cause = "removes a part that other records refer to"
        raise InvalidImport([entry.fault("", cause)]) from error
    except (IntegrityError, DataError) as error:
        cause = f"the database refuses it: {' '.join(str(error).split())}"
        raise InvalidImport([entry.fault("", cause)]) from error


def _entries(record_file: RecordFile) -> Iterator[ImportEntry]:
    content, name = record_file.content, record_file.name
    if "dialogue" in content:
        year = content["dialogue"]["year"]
        record = record_forms.normal_record(DIALOGUE, content["dialogue"])
        yield ImportEntry(DIALOGUE, str(year), record, name, "dialogue", year)
        for given in content["statements"]:
            path = f"statements[{given['ref']}]"
            record = record_forms.normal_record(STATEMENT, given)
            yield ImportEntry(STATEMENT, record["ref"], record, name, path, year)
        return
    for list_name, form in SHARED.items():
        for given in content.get(list_name, []):
            record = record_forms.normal_record(form, given)
            yield ImportEntry(form, record["slug"], record, name, f"{list_name}[{record['slug']}]")


class _ExistingRecords:
    """The slugs, passages and panels that the archive and the files have together."""

    def __init__(self, entries: list[ImportEntry]) -> None:
        self._missing = 0
        self._slugs: dict[str, set[str]] = {form.name: set() for form in SHARED.values()}
        for kind, slug in slugs.of_shared_lists("slug"):
            self._slugs[kind].add(slug)
        for entry in entries:
            if entry.form.name in self._slugs:
                self._slugs[entry.form.name].add(entry.key)
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

    def _replace_passages(self, entry: ImportEntry) -> None:
        recorded = {f"{entry.key}#p{p['number']}": p["sha256"] for p in entry.record["passages"]}
        for cite in [c for c in self._texts if c.startswith(f"{entry.key}#")]:
            if cite not in recorded:
                del self._texts[cite]
        for cite in recorded:
            self._texts.setdefault(cite, "")

    def text(self, cite: str) -> str:
        return self._texts.get(cite, "")

    def missing(self, reference: RecordReference, entry: ImportEntry) -> str:
        """Why a reference leads nowhere; "" where its record exists."""
        known: Collection[str]
        if reference.kind == "panel":
            known = self._panels.get(entry.year, set())
        elif reference.kind == "passage":
            known = self._texts.keys()
        else:
            known = self._slugs[reference.kind]
        if reference.key in known:
            return ""
        self._missing += 1
        # Looking for the nearest of many names costs more than all other checks.
        hints = self._missing <= MOST_FAULTS
        near = difflib.get_close_matches(reference.key, known, n=1) if hints else []
        hint = f"; the nearest is {near[0]!r}" if near else ""
        return f"there is no {reference.kind} {reference.key!r}{hint}"
