"""Search rows: one for each statement and each position, written by dialogues.search.index.

Each database has its own full-text index over these rows, made in migration 0012: a tsvector with
GIN on PostgreSQL, an FTS5 table on SQLite. Both follow the rows by themselves.
"""

from django.db import models

from dialogues.choices import State
from dialogues.querysets import GatedQuerySet

from .statement import Position, Statement


class SearchText(models.Model):
    """What a list is found, filtered, counted and ordered by, without its records.

    `quoted`, `named` and `said` hold terms (see dialogues.search.text.kept): of quotations; of who
    spoke, in which segment and of what; of summaries and notes. `values` holds the filters' values
    as words such as `theme=sovereignty`, a line for the statement, one for each deliverer and one
    for each position, each line between spaces.
    """

    quoted = models.TextField(default="")
    named = models.TextField(default="")
    said = models.TextField(default="")
    values = models.TextField(default="")
    # The digest of the code that wrote the row: dialogues.search.indexing.rules.
    rules = models.CharField(max_length=16, default="", db_index=True)
    # What the gate asks for: the first state of record, statement and dialogue that hides it.
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    year = models.PositiveSmallIntegerField(default=0)
    serial = models.PositiveIntegerField(default=0)
    ref = models.CharField(max_length=24, default="")

    objects = GatedQuerySet.as_manager()

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["state", "-year", "serial"], name="%(class)s_newest"),
            models.Index(fields=["state", "year", "serial"], name="%(class)s_oldest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class StatementText(SearchText):
    """The search row of a statement with all its positions."""

    statement = models.OneToOneField(
        Statement, on_delete=models.CASCADE, primary_key=True, related_name="terms"
    )


class PositionText(SearchText):
    """The search row of a position, with its statement's deliverers."""

    position = models.OneToOneField(
        Position, on_delete=models.CASCADE, primary_key=True, related_name="terms"
    )
