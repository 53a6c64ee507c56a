"""A record put in place of what an object has: for good, or to look at and undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from dialogues import search
from dialogues.models import Dialogue, Publishable, Quotation, Source, Statement
from dialogues.records import record_forms
from dialogues.records.importing.plan import ImportEntry, ImportPlan
from dialogues.records.resolver import Resolver
from dialogues.texts.passages import check_quotations

from .steps import InvalidStep
from .texts import settle


def apply_to(obj: Publishable, record: dict[str, Any]) -> None:
    """Makes the object equal to the record, with all its parts. Raises NotAllowed, in words."""
    record = record_forms.completed(record_forms.form_of(obj), record)
    resolver = Resolver()
    if isinstance(obj, Statement):
        resolver.panels = dict(obj.dialogue.panels.values_list("key", "pk"))
    try:
        with transaction.atomic():
            record_forms.apply_record(record_forms.form_of(obj), record, obj, resolver)
            resolver.rows.write()
    except KeyError as missing:
        words = _("It refers to %(key)s, which is no longer there.") % {"key": missing}
        raise InvalidStep(words) from missing
    except ProtectedError as refused:
        words = _("It leaves out a part that other records refer to.")
        raise InvalidStep(words) from refused
    except (ValidationError, IntegrityError, DataError) as refused:
        words = _("Its parts do not go together: %(why)s") % {"why": " ".join(str(refused).split())}
        raise InvalidStep(words) from refused
    # What was read before of the parts is not what is there now.
    obj.refresh_from_db()


def reindex_and_recheck(obj: Publishable) -> None:
    """What follows from a record: whether its quotations stand, and what is searched.

    Before its revision is written: the one before says what has changed.
    """
    if isinstance(obj, Statement):
        check_quotations(obj.quotations.all())
    elif isinstance(obj, Dialogue):
        check_quotations(Quotation.objects.filter(dialogue=obj, statement=None))
    elif isinstance(obj, Source):
        settle(obj)
    search.index(search.statements_to_reindex([obj]))


def faults_of(obj: Publishable, record: dict[str, Any]) -> list[str]:
    """What import would refuse in a record that is to stand in the object's place."""
    form = record_forms.form_of(obj)
    year = obj.dialogue.year if isinstance(obj, Statement) else getattr(obj, "year", 0)
    whole = record_forms.completed(form, record)
    entry = ImportEntry(form, record_forms.key_of(obj), whole, file="", path="", year=year)
    return [f"{fault.path.lstrip('.')}: {fault.cause}" for fault in ImportPlan([], [entry]).faults]


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever is written inside is undone at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
