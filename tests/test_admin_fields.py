"""Every column that curators may edit stands in a form of the admin, or here with its reason."""

from collections import defaultdict

import pytest
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import RequestFactory

from dialogues.admin.base import ReadOnlyAdmin
from dialogues.admin.home import site
from dialogues.models import Publishable

WORKFLOW = "written by the steps of the workflow"
NUMBERED = "given at first publication"
OWNER = "the record or part on whose page the row stands"
PLACE = "the place of the row on its page"
FOUND = "found in the text of the source, from the words and the citation typed"
# By model and column; "*" stands for all models that have it.
NOT_IN_A_FORM = {
    ("*", "state"): WORKFLOW,
    ("*", "proposal"): WORKFLOW,
    ("*", "version"): WORKFLOW,
    ("*", "published_at"): WORKFLOW,
    ("*", "withdrawn_at"): WORKFLOW,
    ("*", "withdrawal_reason"): WORKFLOW,
    ("*", "withdrawn_parts"): WORKFLOW,
    ("*", "former_slugs"): "written by merges",
    ("*", "ref"): NUMBERED,
    ("*", "serial"): NUMBERED,
    ("Participation", "panel"): OWNER,
    ("ActorName", "actor"): OWNER,
    ("Delivery", "statement"): OWNER,
    ("Position", "statement"): OWNER,
    ("Quotation", "statement"): OWNER,
    ("Quotation", "dialogue"): OWNER,
    ("Quotation", "position"): "typed as its number on the page, `position_number`",
    ("Quotation", "source"): "typed as `source_cite`",
    ("Quotation", "passage"): "typed as `source_cite`",
    ("Quotation", "start"): FOUND,
    ("Quotation", "end"): FOUND,
    ("Quotation", "check_result"): FOUND,
    ("Source", "sha256"): "of the text, which has a page of its own",
    ("Statement", "actors"): "those of its deliveries, which are rows of its page",
    ("Tally", "order"): PLACE,
    ("Assertion", "order"): PLACE,
    ("Note", "order"): PLACE,
    ("Delivery", "order"): PLACE,
    ("Position", "order"): PLACE,
    ("Quotation", "order"): PLACE,
}


def edited_columns():
    """By model, the columns in any form in which rows of it are edited."""
    request = RequestFactory().get("/")
    request.user = User(username="root", is_staff=True, is_superuser=True)
    columns: dict[type[Model], set[str]] = defaultdict(set)
    for model, admin in site._registry.items():
        if model is User:
            continue
        if not isinstance(admin, ReadOnlyAdmin):
            columns[model] |= set(flatten_fieldsets(admin.get_fieldsets(request)))
        for inline in admin.get_inline_instances(request):
            columns[inline.model] |= set(flatten_fieldsets(inline.get_fieldsets(request)))
    return columns


def columns_of(model):
    options = model._meta
    return [c.name for c in (*options.concrete_fields, *options.many_to_many) if c.name != "id"]


EDITED = edited_columns()


@pytest.mark.parametrize("model", EDITED, ids=lambda model: model.__name__)
def test_every_column_is_in_a_form_or_has_a_reason(model):
    excepted = {name for known, name in NOT_IN_A_FORM if known in ("*", model.__name__)}
    assert [c for c in columns_of(model) if c not in EDITED[model] | excepted] == []


def test_every_exception_is_of_a_column_that_no_form_has():
    for known, name in NOT_IN_A_FORM:
        models = [m for m in EDITED if known in ("*", m.__name__) and name in columns_of(m)]
        assert models, (known, name)
        assert not [m for m in models if name in EDITED[m]], (known, name)


def test_every_record_is_edited_in_a_form():
    assert {model for model in site._registry if issubclass(model, Publishable)} <= set(EDITED)
