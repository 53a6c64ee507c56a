"""Fields of the API whose values are made from columns of the record, or from its finished row."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from dialogues.choices import DeliveryMode
from dialogues.exporters import PILLARS, Row, value_at


class ComputedField(serializers.Field):
    """A value that is made from `columns` of the record."""

    columns: tuple[str, ...] = ()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, source="*", **kwargs)

    def value(self, *columns: Any) -> Any:
        raise NotImplementedError

    def to_representation(self, record: Any) -> Any:
        return self.value(*(value_at(record, column) for column in self.columns))


class PillarsField(ComputedField, serializers.ListField):
    """The pillars that the source ties a point to."""

    columns = PILLARS.columns
    child = serializers.IntegerField(min_value=1, max_value=3)

    def value(self, *columns: Any) -> Any:
        return PILLARS.of(*columns)


class AnchorField(ComputedField, serializers.CharField):
    """A passage's place in its source: `p12`."""

    def __init__(self, column: str = "number", **kwargs: Any) -> None:
        self.columns = (column,)
        super().__init__(**kwargs)

    def value(self, *columns: Any) -> str | None:
        return None if columns[0] is None else f"p{columns[0]}"


class LanguageField(ComputedField, serializers.CharField):
    """The language of words: English where nothing is recorded."""

    columns = ("language",)

    def value(self, *columns: Any) -> str:
        return columns[0] or "en"


class JointField(serializers.BooleanField):
    """Whether several actors delivered a statement."""

    def row_value(self, row: Row) -> bool:
        delivered = [each for each in row["deliveries"] if each["mode"] == DeliveryMode.DELIVERED]
        return len(delivered) > 1


class MeetingDatesField(ComputedField, serializers.ListField):
    """All days of the meeting, in order."""

    columns = ("first_day", "further_days")
    child = serializers.DateField()

    def value(self, *columns: Any) -> list[str]:
        first, further = columns
        return [first.isoformat(), *further] if first else []


class FreeTextField(ComputedField, serializers.CharField):
    """The text of a passage whose source is free to show."""

    columns = ("text", "source__free_to_show")

    def value(self, *columns: Any) -> str | None:
        text, is_free = columns
        return (text or None) if is_free else None
