"""Overwrite an object and its parts with a record: for good, or to look at and undo."""

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
from dialogues.records.resolver import Resolver
from dialogues.texts.passages import check_quotations

from .texts import sync_passage_texts
from .workflow import InvalidStep


def apply_to(obj: Publishable, record: dict[str, Any]) -> None:
    """Overwrites an object and its parts with a record. Raises InvalidStep, in words."""
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
    # Parts that were read before are not those that are there now.
    obj.refresh_from_db()


def overwrite(obj: Publishable, record: dict[str, Any]) -> None:
    """Overwrites a draft with a record, for good, as its next version."""
    apply_to(obj, record)
    obj.version += 1
    obj.save(update_fields=["version"])
    reindex_and_recheck(obj)


def reindex_and_recheck(obj: Publishable) -> None:
    """Checks a changed record's quotations and re-indexes the statements that name it for search.

    Run it before the new revision is written: the last one says what has changed.
    """
    if isinstance(obj, Statement):
        check_quotations(obj.quotations.all())
    elif isinstance(obj, Dialogue):
        check_quotations(Quotation.objects.filter(dialogue=obj, statement=None))
    elif isinstance(obj, Source):
        sync_passage_texts(obj)
    search.index(search.statements_to_reindex([obj]))


@contextmanager
def rolled_back() -> Iterator[None]:
    """A savepoint that is always undone: what is written inside can be looked at, and goes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
