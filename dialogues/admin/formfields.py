"""Form fields for values typed as plain text: citations, lists, days, JSON values."""

from __future__ import annotations

import datetime
import difflib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from dialogues.models import Passage, Source
from dialogues.records.citations import CITE_PATTERN
from dialogues.records.files import encode

CITE = re.compile(CITE_PATTERN)
LONGEST_CITE = 140
BETWEEN_CITES = re.compile(r"[\s,;]+")


def cleaned_text(value: Any) -> str:
    """The text typed, with one kind of line end, and stripped."""
    text = str(value or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if "\x00" in text:
        raise ValidationError(_("Null characters are not allowed."))
    return text


def find_cite(cite: str) -> tuple[Source, Passage | None]:
    """The source and passage that a citation names. Raises ValidationError, in words."""
    slug, __, number = cite.partition("#p")
    if len(cite) > LONGEST_CITE or not CITE.match(cite):
        raise ValidationError(
            _("“%(cite)s” is no citation. Write the source, or source#p6 for its passage 6.")
            % {"cite": cite}
        )
    source = Source.objects.filter(slug=slug).first()
    if source is None:
        slugs = Source.objects.values_list("slug", flat=True)
        near = difflib.get_close_matches(slug, slugs, n=1)
        raise ValidationError(
            _("There is no source “%(slug)s”. The nearest is “%(near)s”.")
            % {"slug": slug, "near": near[0]}
            if near
            else _("There is no source “%(slug)s”. Enter it under Sources first.") % {"slug": slug}
        )
    if not number:
        return source, None
    passage = source.passages.filter(number=int(number)).first()
    if passage is None:
        last = source.passages.order_by("number").last()
        raise ValidationError(
            _("“%(source)s” has no passage p%(number)s: its last is %(last)s.")
            % {"source": slug, "number": number, "last": last.anchor}
            if last
            else _("“%(source)s” has no numbered passages yet. Write the source alone.")
            % {"source": slug}
        )
    return source, passage


def _cites(text: str) -> list[str]:
    return list(dict.fromkeys(cite for cite in BETWEEN_CITES.split(text) if cite))


def _check(cites: Iterable[str]) -> None:
    """Raises ValidationError with every fault of these citations."""
    faults = []
    for cite in cites:
        try:
            find_cite(cite)
        except ValidationError as fault:
            faults.append(fault)
    if faults:
        raise ValidationError(faults)


class PlainTextField(forms.CharField):
    """Text with the archive's line ends in place of the browser's."""

    def to_python(self, value: Any) -> str:
        return cleaned_text(value)


class CitationsField(forms.CharField):
    """A list of citations: `icrtop-2011#p6 icrtop-2011#p7`."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return value if isinstance(value, list) else _cites(cleaned_text(value))

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        _check(value)

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value


class CitationField(forms.CharField):
    """One citation, of the source and passage in which words stand."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if value:
            find_cite(value)


class FieldCitationsField(forms.CharField):
    """Citations by field, a line each: `dates: icrtop-2011#p1`."""

    widget = forms.Textarea

    def __init__(self, *, allowed: tuple[str, ...], **kwargs: Any) -> None:
        self.allowed = allowed
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dict[str, list[str]]:  # type: ignore[override]
        if isinstance(value, dict):
            return value
        cites: dict[str, list[str]] = {}
        for line in filter(str.strip, cleaned_text(value).split("\n")):
            name, colon, rest = (part.strip() for part in line.partition(":"))
            if not colon or not rest:
                raise ValidationError(
                    _("“%(line)s” is not understood. Write a field and its sources: dates: un-2011")
                    % {"line": line}
                )
            if name not in self.allowed:
                raise ValidationError(
                    _("There is no field “%(name)s”. The fields are: %(allowed)s.")
                    % {"name": name, "allowed": ", ".join(self.allowed)}
                )
            cites[name] = list(dict.fromkeys(cites.get(name, []) + _cites(rest)))
        return {name: cites[name] for name in self.allowed if name in cites}

    def validate(self, value: dict[str, list[str]]) -> None:
        super().validate(value)
        _check(cite for cites in value.values() for cite in cites)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return "\n".join(f"{name}: {' '.join(cites)}" for name, cites in value.items())


class LinesField(forms.CharField):
    """A list, one item a line."""

    widget = forms.Textarea

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **kwargs: Any) -> None:
        # A model's JSONField hands its form field the first two.
        kwargs.pop("show_hidden_initial", None)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        if isinstance(value, list):
            return value
        return [line.strip() for line in cleaned_text(value).split("\n") if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class DateLinesField(LinesField):
    """Days, one a line, in order."""

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        for day in value:
            try:
                datetime.date.fromisoformat(day)
            except ValueError:
                raise ValidationError(
                    _("“%(day)s” is no day. Write it as 2009-07-23.") % {"day": day}
                ) from None
        if value != sorted(set(value)):
            raise ValidationError(_("Write the days in order, each once."))


class ValueField(forms.CharField):
    """A number, words, or a list as JSON writes it: the value that a source gives for a fact."""

    def __init__(self, *, encoder: Any = None, decoder: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        return _parsed(cleaned_text(value))

    def prepare_value(self, value: Any) -> Any:
        if value is None:
            return ""
        # Words that JSON reads as a value are quoted.
        words = isinstance(value, str) and _parsed(value) == value
        return value if words else json.dumps(value, ensure_ascii=False)

    def bound_data(self, data: Any, initial: Any) -> Any:
        # Text that was typed is a value already: shown again, it must not be quoted twice.
        return _parsed(data)

    def has_changed(self, initial: Any, data: Any) -> bool:
        # 1 and true are equal to Python, and not to a reader.
        return encode({"": initial}) != encode({"": self.to_python(data)})


def _parsed(text: str | None) -> Any:
    """The JSON value of a text; of any other text, the text itself."""
    if not text:
        return None
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def _refuse(word: str) -> Iterator[None]:
    raise ValueError(word)
