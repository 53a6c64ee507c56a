"""Every column of a record is in its record form, and in its spreadsheet; or the reason is here."""

from collections.abc import Iterator
from typing import Any

import pytest

from dialogues.models import Publishable
from dialogues.records.fields import Field, ObjectField
from dialogues.records.record_forms import FORMS, NestedRecords, RecordForm
from dialogues.spreadsheets import TABLES, SpreadsheetDefinition

# Columns that no record form has, by model and name, each with the reason.
NO_RECORD_FIELD = {
    ("Dialogue", "first_day"): "the first of `dates`",
    ("Dialogue", "further_days"): "the others of `dates`",
    ("Statement", "serial"): "the number in `ref`",
    ("Statement", "dialogue"): "the file that the statement stands in",
    ("Statement", "actors"): "the actors of `deliveries`",
    ("Passage", "text"): "never exported: it belongs to the publisher of the source",
    ("Position", "serial"): "the number in `ref`",
    ("Quotation", "serial"): "the number in `ref`",
    ("Quotation", "dialogue"): "the dialogue that it stands in, or whose statement has it",
    ("Quotation", "statement"): "the statement whose record it stands in",
    ("Quotation", "position"): "the position whose record it stands in",
    ("Quotation", "passage"): "the end of `source`, as in `icrtop-2011#p12`",
    ("Quotation", "check_result"): "found by checking the words against the passage",
    ("Tally", "serial"): "the number in `ref`",
}
# Fields that no table has, by form and name, each with the reason.
NO_SPREADSHEET_COLUMN = {
    ("statement", "positions"): "a table of its own",
    ("statement", "withdrawn_parts"): "written by a withdrawal only",
    ("position", "quotations"): "entered beside the passage, against which they are checked",
    ("actor", "former_slugs"): "written by a merge only",
}


def all_forms() -> list[RecordForm]:
    forms = list(FORMS.values())
    for form in forms:  # grows by the forms of parts
        parts = [part.form for part in form.fields if isinstance(part, NestedRecords)]
        forms += [part for part in parts if part and part not in forms]
    return forms


def attributes(fields: tuple[Field, ...]) -> Iterator[str]:
    """The attributes of the model that fields say."""
    for part in fields:
        if isinstance(part, ObjectField):
            yield from attributes(part.fields)
        elif part.name == "pillars":
            yield from ("pillar_1", "pillar_2", "pillar_3")
        else:
            yield part.attribute


def is_missing(form: RecordForm, column: Any) -> bool:
    """Whether a column should be in the form, and is not."""
    owners = [
        whole.model._meta.model_name
        for whole in all_forms()
        for part in whole.fields
        if isinstance(part, NestedRecords) and part.form is form
    ]
    workflow = {field.name for field in Publishable._meta.fields}
    return not (
        column.name in set(attributes(form.fields))
        or column.primary_key
        or (issubclass(form.model, Publishable) and column.name in workflow)
        or column.name in owners  # the record that it is a part of
        or (owners and column.name == "order")  # the place in the list of parts
        or (form.model.__name__, column.name) in NO_RECORD_FIELD
    )


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.name)
def test_every_column_of_a_model_is_in_its_record_form(form):
    meta = form.model._meta
    missing = [
        f"{form.model.__name__}.{column.name} is not in the record form {form.name}"
        for column in (*meta.concrete_fields, *meta.many_to_many)
        if is_missing(form, column)
    ]
    assert missing == []


def fields_in(table: SpreadsheetDefinition) -> set[str]:
    steps = {column.steps[0] for column in table.columns if column.steps}
    keys = {column.name for column in table.keys}
    # The actors who delivered and joined a statement are two columns.
    return steps | keys | ({"deliveries"} if "joined_by" in table.header else set())


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_field_of_a_form_is_in_its_spreadsheet(table):
    missing = [
        f"{table.row_form.model.__name__}.{part.name} is not in the spreadsheet {table.name}"
        for part in table.row_form.fields
        if part.name not in fields_in(table)
        and (table.row_form.name, part.name) not in NO_SPREADSHEET_COLUMN
    ]
    assert missing == []


def test_no_exception_outlives_its_column():
    columns = {
        (form.model.__name__, column.name)
        for form in all_forms()
        for column in (*form.model._meta.concrete_fields, *form.model._meta.many_to_many)
    }
    assert set(NO_RECORD_FIELD) <= columns
    fields = {(form.name, part.name) for form in all_forms() for part in form.fields}
    assert set(NO_SPREADSHEET_COLUMN) <= fields
