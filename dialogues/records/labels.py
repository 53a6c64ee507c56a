"""Labels of record fields and texts of their values, as the admin's forms have them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .base import NestedRecords, RecordForm
from .difference import difference
from .fields import Field, ForeignKeyField, ManyToManyField, ObjectField

STEP = re.compile(r"\[([^\]]*)\]|([a-z_0-9]+)|( \(order\))")


@dataclass(frozen=True)
class LabelledChange:
    """A changed field: its label, and its two values as texts."""

    label: str
    before: str
    after: str


class RecordLabels:
    """Labels and texts for records of one form. Each list that they refer to is read once."""

    def __init__(self, form: RecordForm) -> None:
        self.form = form
        self._names: dict[type[Model], dict[str, str]] = {}

    def rows(self, before: dict[str, Any], after: dict[str, Any]) -> list[LabelledChange]:
        """The changed fields, in the order of the record."""
        return [
            self.row(change.path, change.before, change.after)
            for change in difference(before, after)
        ]

    def row(self, path: str, before: Any, after: Any) -> LabelledChange:
        label, part, form = self._place(path)
        return LabelledChange(label, self._text(part, form, before), self._text(part, form, after))

    def label(self, path: str) -> str:
        return self._place(path)[0]

    def value(self, path: str, value: Any) -> str:
        __, part, form = self._place(path)
        return self._text(part, form, value)

    def _place(self, path: str) -> tuple[str, Field | None, RecordForm]:
        """The label of a path, its field, and the form of the field."""
        form, fields, part = self.form, self.form.fields, None
        words: list[str] = []
        for item, name, order in STEP.findall(path):
            if order:
                words.append(_("order"))
            elif name:
                part = next((field for field in fields if field.name == name), None)
                if isinstance(part, NestedRecords):
                    form, fields = part.form, part.form.fields
                    words.append(str(form.model._meta.verbose_name_plural))
                    continue
                words.append(_label(form, part) if part else name.replace("_", " "))
                if isinstance(part, ObjectField):
                    fields = part.fields
            elif isinstance(part, NestedRecords):
                number = item if form.key else str(int(item) + 1)
                words[-1] = f"{form.model._meta.verbose_name} {number}"
        return capfirst(", ".join(words)), part, form

    def _text(self, part: Field | None, form: RecordForm, value: Any) -> str:
        if value is None or value == "" or value == [] or value == {}:
            return _("nothing")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, list):
            separator = "\n" if any(isinstance(item, (dict, list)) for item in value) else ", "
            return separator.join(self._text(part, form, item) for item in value)
        if isinstance(value, dict):
            return self._record_text(part, form, value)
        if isinstance(part, (ForeignKeyField, ManyToManyField)):
            return self._name(part.model, str(value))
        labels = dict(getattr(column_of(form, part), "flatchoices", None) or ()) if part else {}
        return str(labels.get(value, value))

    def _record_text(self, part: Field | None, form: RecordForm, value: dict[str, Any]) -> str:
        fields = part.fields if isinstance(part, ObjectField) else form.fields
        lines = []
        for name, inner in value.items():
            field = next((field for field in fields if field.name == name), None)
            if inner in (None, "", [], {}, False):
                continue
            inner_form = field.form if isinstance(field, NestedRecords) else form
            label = _label(form, field) if field else name.replace("_", " ")
            lines.append(f"{label}: {self._text(field, inner_form, inner)}")
        return "; ".join(lines)

    def _name(self, model: type[Model], slug: str) -> str:
        if model not in self._names:
            rows: Any = model._default_manager.all()
            self._names[model] = {row.slug: str(row) for row in rows}
        return self._names[model].get(slug, slug)


def column_of(form: RecordForm, part: Field | None) -> Any:
    """The model's field behind a field of a form, where there is one."""
    try:
        return form.model._meta.get_field(part.attribute) if part else None
    except FieldDoesNotExist:
        return None


def _label(form: RecordForm, part: Field) -> str:
    if isinstance(part, NestedRecords):
        return str(part.form.model._meta.verbose_name_plural)
    return str(getattr(column_of(form, part), "verbose_name", part.name.replace("_", " ")))
