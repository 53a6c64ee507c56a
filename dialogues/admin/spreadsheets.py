"""Spreadsheets in the admin: download, upload, preview of the changes, confirmation."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dialogues import exporters, publishing, spreadsheets
from dialogues.choices import State
from dialogues.models import Dialogue
from dialogues.publishing import InvalidStep, ProposedRecord, may
from dialogues.records.importing.plan import InvalidImport
from dialogues.records.labels import RecordLabels
from dialogues.records.record_forms import STATEMENT
from dialogues.spreadsheets import (
    TABLES,
    EditedRecord,
    InvalidSpreadsheet,
    SpreadsheetChanges,
    SpreadsheetDefinition,
    SpreadsheetFault,
)
from dialogues.spreadsheets.workbook import MOST_BYTES, MOST_ROWS

from .base import RolePermissionsMixin

SALT = "dialogues.tables"
# The signed changes in the form of the preview: below Django's own limit for a form.
MOST_SIGNED = 2_000_000
FORMATS = (("xlsx", gettext_lazy("XLSX (Excel)")), ("csv", gettext_lazy("CSV")))
RECORDS, TEMPLATE = "records", "template"


def _dialogue_choices() -> list[tuple[str, str]]:
    dialogues = Dialogue.objects.exclude(state=State.WITHDRAWN).order_by("-year")
    years = map(str, dialogues.values_list("year", flat=True))
    return [("", _("all")), *((year, year) for year in years)]


class SpreadsheetDownloadForm(forms.Form):
    content = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=(
            (RECORDS, gettext_lazy("what is there, drafts and proposed changes included")),
            (TEMPLATE, gettext_lazy("an empty template")),
        ),
        initial=RECORDS,
        widget=forms.RadioSelect,
    )
    dialogue = forms.ChoiceField(
        label=gettext_lazy("Dialogue"), required=False, choices=_dialogue_choices
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=FORMATS, initial="xlsx")

    def __init__(self, table: SpreadsheetDefinition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not table.by_dialogue:
            del self.fields["dialogue"]


class SpreadsheetUploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.ods,.csv"}),
        error_messages={"required": gettext_lazy("Choose the file of your table.")},
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Kept in the history of each record, with the name of the file."),
    )


class SpreadsheetAdmin(RolePermissionsMixin):
    """Adds a download and an upload of the list's records as a spreadsheet."""

    table: str

    def get_urls(self) -> list[URLPattern]:
        own = (
            ("tables/", self.tables_view, "tables"),
            ("tables/download/", self.download_view, "download"),
            ("tables/confirm/", self.confirm_view, "confirm"),
        )
        urls = [
            path(address, self.admin_site.admin_view(view), name=self._view_name(name))
            for address, view, name in own
        ]
        return urls + super().get_urls()

    def _view_name(self, name: str) -> str:
        return f"dialogues_{self.opts.model_name}_{name}"

    def tables_url(self, name: str = "tables") -> str:
        return reverse(f"admin:{self._view_name(name)}")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, with a link to its spreadsheet: of one dialogue, if the list is filtered so."""
        names = [name for name in request.GET if name.endswith("dialogue__year")]
        year = request.GET.get(names[0], "") if names else ""
        query = f"?dialogue={year}" if year.isdecimal() else ""
        context = {"tables_url": f"{self.tables_url()}{query}"}
        return super().changelist_view(request, context | (extra_context or {}))

    # The page

    def tables_view(self, request: HttpRequest) -> HttpResponse:
        """The page of downloads and uploads; after an upload, its faults or its changes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request)
        if not _may_upload(request):
            raise PermissionDenied
        form = SpreadsheetUploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, upload=form)
        return self._preview(request, form)

    def _page(
        self,
        request: HttpRequest,
        upload: SpreadsheetUploadForm | None = None,
        download: SpreadsheetDownloadForm | None = None,
        faults: list[SpreadsheetFault] | None = None,
    ) -> HttpResponse:
        table = TABLES[self.table]
        initial = {"dialogue": request.GET.get("dialogue", "")}
        context = {
            **self.admin_site.each_context(request),
            "title": _("Tables"),
            "subtitle": str(self.opts.verbose_name_plural),
            "opts": self.opts,
            "table": table,
            "together": [TABLES[name] for name in table.together],
            "download": download or SpreadsheetDownloadForm(table, initial=initial),
            "download_url": self.tables_url("download"),
            "upload": (upload or SpreadsheetUploadForm()) if _may_upload(request) else None,
            "faults": faults,
            "most_rows": MOST_ROWS,
            "most_size": MOST_BYTES >> 20,
        }
        return TemplateResponse(request, "admin/dialogues/tables.html", context)

    # Out

    def download_view(self, request: HttpRequest) -> HttpResponse | FileResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        table = TABLES[self.table]
        form = SpreadsheetDownloadForm(table, request.GET)
        if not form.is_valid():
            return self._page(request, download=form)
        values = form.cleaned_data
        year, kind = values.get("dialogue", ""), values["format"]
        template = values["content"] == TEMPLATE
        tables = [table, *(TABLES[name] for name in table.together if kind != "csv")]
        sheets = (
            [(each.name, each.header, []) for each in tables] if template else _rows(tables, year)
        )
        if any(len(rows) > MOST_ROWS for _name, _header, rows in sheets):
            words = _("That is more than the %(most)s rows of a table: choose one dialogue.")
            form.add_error(None, words % {"most": MOST_ROWS})
            return self._page(request, download=form)
        suffix = "template" if template else year
        return _file("-".join(filter(None, ("rtop", table.name, suffix))), kind, sheets)

    # In

    def _preview(self, request: HttpRequest, form: SpreadsheetUploadForm) -> HttpResponse:
        upload, table = form.cleaned_data["file"], TABLES[self.table]
        # One byte more than allowed, which shows that the file is too large.
        data = upload.read(MOST_BYTES + 1)
        digest = hashlib.sha256(data).hexdigest()
        try:
            sheets = spreadsheets.sheets_of(upload.name or "", data)
        except InvalidSpreadsheet as refused:
            form.add_error("file", str(refused))
            return self._page(request, upload=form)
        changes = spreadsheets.read_changes(sheets, table, digest, publishing.current_record)
        reason = _("Table “%(name)s”, SHA-256 %(digest)s.")
        reason %= {"name": upload.name, "digest": digest}
        if form.cleaned_data["why"]:
            reason = f"{form.cleaned_data['why']} {reason}"
        proposed = [_proposed_record(edited) for edited in changes.records]
        changes.faults += _trial_faults(proposed, request.user, reason, changes.records)
        signed = signing.dumps(
            {
                "table": table.name,
                "by": request.user.pk,
                "reason": reason,
                "wanted": [asdict(record) for record in proposed],
            },
            salt=SALT,
            compress=True,
        )
        if len(signed) > MOST_SIGNED:
            words = _("These are too many changes at once: upload fewer rows.")
            changes.faults.append(SpreadsheetFault(cause=words))
        if changes.faults:
            return self._page(request, upload=form, faults=changes.faults)
        context = {
            **self.admin_site.each_context(request),
            "title": _("What the table would change"),
            "subtitle": upload.name,
            "opts": self.opts,
            "rows": changes.rows,
            "groups": _groups(changes),
            "kept": signed,
            "tables_url": self.tables_url(),
            "confirm_url": self.tables_url("confirm"),
        }
        return TemplateResponse(request, "admin/dialogues/table_changes.html", context)

    def confirm_view(self, request: HttpRequest) -> HttpResponse:
        """Saves the changes of the preview, and no others: they come back signed."""
        if not _may_upload(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseRedirect(self.tables_url())
        try:
            signed = signing.loads(request.POST.get("kept", ""), salt=SALT)
        except signing.BadSignature:
            signed = {}
        if (signed.get("table"), signed.get("by")) != (self.table, request.user.pk):
            self.message_user(
                request, _("That page is no longer of use: upload the table again."), messages.ERROR
            )
            return HttpResponseRedirect(self.tables_url())
        proposed = [ProposedRecord(**values) for values in signed["wanted"]]
        user: Any = request.user
        try:
            publishing.save_proposed_records(proposed, user, signed["reason"])
        except InvalidImport as refused:
            faults = [
                SpreadsheetFault(cause=f"{fault.file}: {fault.cause}") for fault in refused.faults
            ]
            return self._page(request, faults=faults)
        except InvalidStep as refused:
            return self._page(request, faults=[SpreadsheetFault(cause=str(refused))])
        new = sum(record.version is None for record in proposed)
        words = ngettext(
            "The table was taken in: %(new)s new record, %(changed)s changed.",
            "The table was taken in: %(new)s new records, %(changed)s changed.",
            new,
        )
        values = {"new": new, "changed": len(proposed) - new}
        self.message_user(request, words % values, messages.SUCCESS)
        return HttpResponseRedirect(reverse(f"admin:dialogues_{self.opts.model_name}_changelist"))


def _may_upload(request: HttpRequest) -> bool:
    return may(request.user, "add") or may(request.user, "change")


Sheet = tuple[str, list[str], list[list[Any]]]


def _rows(tables: list[SpreadsheetDefinition], year: str) -> list[Sheet]:
    """The rows of tables of one form, from the records that curators edit: proposals in place."""
    form = tables[0].form
    model: Any = form.model
    objects: QuerySet = model._default_manager.exclude(state=State.WITHDRAWN)
    if form is STATEMENT:
        objects = objects.select_related("dialogue")
    if year:
        objects = objects.filter(**{"dialogue__year" if form is STATEMENT else "year": year})
    sheets: list[Sheet] = [(table.name, table.header, []) for table in tables]
    for obj, record in publishing.current_records(form, objects):
        record_year = getattr(getattr(obj, "dialogue", obj), "year", 0)
        for table, (_name, _header, rows) in zip(tables, sheets, strict=True):
            rows += spreadsheets.rows_of(table, record, record_year, obj.version)
    return sheets


def _file(name: str, kind: str, sheets: list[Sheet]) -> HttpResponse | FileResponse:
    if kind == "csv":
        ((_name, header, rows),) = sheets
        # Excel takes CSV for UTF-8 only where this mark comes first.
        text = "\ufeff" + "".join(exporters.as_csv(header, rows))
        headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
    book = exporters.as_xlsx(*sheets, edited=True)
    return FileResponse(book, as_attachment=True, filename=f"{name}.{kind}")


def _proposed_record(edited: EditedRecord) -> ProposedRecord:
    version = edited.obj.version if edited.obj else None
    digest = publishing.digest_of(edited.before) if edited.before else ""
    return ProposedRecord(edited.form.name, edited.key, edited.year, edited.record, version, digest)


def _trial_faults(
    proposed: list[ProposedRecord], user: Any, reason: str, records: list[EditedRecord]
) -> list[SpreadsheetFault]:
    """The faults of saving the records, those of role and database too: it is done and undone."""
    if not proposed:
        return []
    try:
        with publishing.rolled_back():
            publishing.save_proposed_records(proposed, user, reason)
    except InvalidImport as refused:
        return list(spreadsheets.faults_of(refused.faults, records))
    except InvalidStep as refused:
        return [SpreadsheetFault(cause=str(refused))]
    return []


def _groups(changes: SpreadsheetChanges) -> list[dict[str, Any]]:
    """The changed fields, by row of the table."""
    groups: dict[tuple[str, int], dict[str, Any]] = {}
    for edited in changes.records:
        labels = RecordLabels(edited.form)
        for change in edited.changes:
            place = edited.place(change.path)
            group = groups.setdefault(
                (place.sheet, place.row),
                {"sheet": place.sheet, "row": place.row, "record": _name(edited), "fields": []},
            )
            group["fields"].append(labels.row(change.path, change.before, change.after))
    order = list(TABLES)
    return [groups[key] for key in sorted(groups, key=lambda key: (order.index(key[0]), key[1]))]


def _name(edited: EditedRecord) -> str:
    """The name of a row's record, and whether it is created, changed or proposed."""
    kind = edited.form.model._meta.verbose_name
    if edited.obj is None:
        return _("new %(what)s: a draft") % {"what": kind}
    becomes = _("changed at once")
    if edited.obj.is_published:
        becomes = _("becomes a proposed change; readers go on seeing the published text")
    words = _("%(record)s (%(stage)s): %(becomes)s")
    return words % {"record": edited.obj, "stage": edited.obj.stage.label, "becomes": becomes}
