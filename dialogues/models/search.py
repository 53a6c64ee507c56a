"""What search looks through: the terms of each statement and position, kept by dialogues.search.

Each database has its own index over these rows, made in migration 0002: a tsvector with GIN on
PostgreSQL, an FTS5 table on SQLite. Both follow the rows by themselves.
"""

from django.db import models

from .statement import Position, Statement


class SearchText(models.Model):
    """Terms of texts, each text between spaces: see dialogues.search.text.kept."""

    quoted = models.TextField(default="")  # quotations
    named = models.TextField(default="")  # who spoke, in which segment, and of what
    said = models.TextField(default="")  # summaries and notes

    class Meta:
        abstract = True


class StatementText(SearchText):
    """The terms of a statement and all its positions."""

    statement = models.OneToOneField(
        Statement, on_delete=models.CASCADE, primary_key=True, related_name="terms"
    )

    def __str__(self) -> str:
        return str(self.pk)


class PositionText(SearchText):
    """The terms of a position, and of whose it is."""

    position = models.OneToOneField(
        Position, on_delete=models.CASCADE, primary_key=True, related_name="terms"
    )

    def __str__(self) -> str:
        return str(self.pk)
