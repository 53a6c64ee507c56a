"""Every column of a record is in the API, and of an exported kind in its files; or here is why not.

Somebody who adds a column to a model is told here which of them it lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from dialogues import exporters, models
from dialogues.api import lists, related, serializers
from dialogues.api.record_serializer import RecordSerializer
from dialogues.exporters import ColumnValue, RowPlan, RowValue
from dialogues.models.provenance import CITING

PRIVATE = "the curators' work on a record: its state, its proposal, its version"
ORDER = "the order of the parts in their whole, which is the order of the list"
OWNER = "the whole that it is shown in"

# Of every model.
NOT_SHOWN = {
    "id": "a key of the database; addresses are made of refs and slugs",
    "state": PRIVATE,
    "proposal": PRIVATE,
    "version": PRIVATE,
    "published_at": PRIVATE,
    "withdrawn_at": PRIVATE,
    "withdrawal_reason": "in the answer at the address of a withdrawn record",
    "withdrawn_parts": "in the answer at the address of a withdrawn part",
    "serial": "the number in the ref",
}
# The serializer in which each model is shown whole, and its own exceptions.
IN_API: dict[type[RecordSerializer], dict[str, str]] = {
    lists.ActorNameSerializer: {"actor": OWNER},
    lists.ActorSerializer: {},
    lists.InstrumentSerializer: {},
    lists.MembershipSerializer: {"actor": OWNER},
    lists.PassageSerializer: {"order": ORDER},
    lists.PersonSerializer: {},
    lists.SituationSerializer: {},
    lists.SourceSerializer: {},
    lists.ThemeSerializer: {},
    serializers.AssertionSerializer: {"dialogue": OWNER, "order": ORDER},
    serializers.DeliverySerializer: {"statement": OWNER, "order": ORDER},
    serializers.DialogueSerializer: {},
    related.EventShownSerializer: {"former_slugs": "an event has no address of its own"},
    related.FieldCiteSerializer: {
        "order": ORDER,
        **dict.fromkeys(CITING, OWNER),
    },
    serializers.NoteSerializer: {"dialogue": OWNER, "order": ORDER},
    serializers.PanelSerializer: {},
    serializers.ParticipationSerializer: {"panel": OWNER, "order": ORDER},
    serializers.PositionSerializer: {"order": ORDER},
    serializers.QuotationSerializer: {"order": ORDER},
    serializers.StatementSerializer: {"actors": "in `deliveries`"},
    serializers.TallySerializer: {"order": ORDER},
}
IN_FILES: dict[str, dict[str, str]] = {
    "actors": {"former_slugs": "only in the API, whose addresses lead on from them"},
    "positions": {"order": ORDER},
    "quotations": {"order": ORDER},
    "statements": {"actors": "in the columns of deliveries"},
    "tallies": {"order": ORDER},
}


def columns_of(model: Any) -> set[str]:
    """The columns of a model, and its lists of others."""
    return {field.name for field in (*model._meta.fields, *model._meta.many_to_many)}


def columns_read(plan: RowPlan) -> Iterator[str]:
    """The columns of a plan's own record that it reads."""
    for field in plan.fields.values():
        if isinstance(field, RowPlan):
            yield from [field.path] if field.path else columns_read(field)
        elif not isinstance(field, RowValue):
            columns = field.columns if isinstance(field, ColumnValue) else (field,)
            yield from (column.partition("__")[0] for column in columns)


def missing(plan: RowPlan, exceptions: Mapping[str, str]) -> set[str]:
    return columns_of(plan.model) - set(columns_read(plan)) - set(NOT_SHOWN) - set(exceptions)


def needless(plan: RowPlan, exceptions: Mapping[str, str]) -> set[str]:
    """Exceptions that are none: the column is shown, or there is no such column."""
    return set(exceptions) & set(columns_read(plan)) | set(exceptions) - columns_of(plan.model)


@pytest.mark.parametrize("serializer", IN_API, ids=lambda serializer: serializer.__name__)
def test_every_column_is_in_its_serializer(serializer):
    plan = serializer.plan("")
    assert missing(plan, IN_API[serializer]) == set()
    assert needless(plan, IN_API[serializer]) == set()


@pytest.mark.parametrize("kind", exporters.KINDS.values(), ids=lambda kind: kind.name)
def test_every_column_is_in_its_file(kind):
    assert missing(kind.plan, IN_FILES[kind.name]) == set()
    assert needless(kind.plan, IN_FILES[kind.name]) == set()


def test_every_model_that_readers_see_is_tried():
    tried = {serializer.Meta.model.__name__ for serializer in IN_API}
    seen = {
        model.__name__
        for model in vars(models).values()
        if isinstance(model, type) and hasattr(getattr(model, "objects", None), "visible_to")
    }
    only_in_search = {"PositionText", "StatementText", "Synonym"}
    abstract = {"Publishable", "SharedEntry"}
    assert tried == seen - only_in_search - abstract
