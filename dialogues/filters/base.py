"""What all selections share: they refuse what they do not know, and say it in words."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any, ClassVar

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.choices import BaseChoiceIterator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.issues import Issue
from dialogues.querysets import READER

from .cache import cached, version

MOST_VALUES = 50
LONGEST_VALUE = 200
# How many values an error lists; of a longer list it names the nearest only.
MOST_LISTED = 40
# What others add to links; pages pass over it.
TRACKING = ("utm_", "fbclid", "gclid")


def nearest(value: str, known: Iterable[str]) -> str:
    """The known value most like this one, or ""; of numbers, the next one."""
    known = list(known)
    if known and all(one.isdecimal() for one in (value, *known)):
        return min(known, key=lambda one: abs(int(one) - int(value)))
    found = difflib.get_close_matches(value.lower(), known, n=1, cutoff=0.5)
    return found[0] if found else ""


def address_now(request: HttpRequest, problems: list[Issue]) -> str:
    """The same address with the slugs of today, where old ones are all that is wrong; else ""."""
    if not problems or not all(problem.now for problem in problems):
        return ""
    query = request.GET.copy()
    for problem in problems:
        values = [problem.now if v == problem.value else v for v in query.getlist(problem.field)]
        query.setlist(problem.field, list(dict.fromkeys(values)))
    return f"{request.path}?{query.urlencode()}"


def unknown_value(value: str, known: list[str]) -> str:
    """The sentence for a value that is none of the known ones."""
    near = nearest(value, known)
    parts = [_("“%(value)s” is not known here.") % {"value": value[:80].replace("\x00", "\ufffd")}]
    if near:
        parts.append(_("The nearest is “%(near)s”.") % {"near": near})
    if len(known) <= MOST_LISTED:
        parts.append(_("Allowed: %(known)s.") % {"known": ", ".join(known)})
    return " ".join(parts)


class ChoicesField(forms.MultipleChoiceField):
    """Any number of values of a list; others are named with the nearest valid one.

    `model`: the list has slugs of its entries, and knows those that were merged.
    """

    def __init__(self, *args: Any, model: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model = model

    def validate(self, value: list[str]) -> None:
        if len(value) > MOST_VALUES:
            raise ValidationError(
                _("takes at most %(most)d values.") % {"most": MOST_VALUES}, code="too_many"
            )
        if not value:
            return  # Without asking the database for the list.
        choices: Any = self.choices
        known = [str(key) for key, _label in choices]
        for one in value:
            if one not in known:
                self._refuse_former(one)
                raise ValidationError(unknown_value(one, known), code="unknown_value")

    def _refuse_former(self, slug: str) -> None:
        kept = self.model and self.model.objects.published().once(slug)
        if kept:
            message = _("“%(value)s” was merged into “%(now)s”.")
            values = {"value": slug, "now": kept.slug}
            raise ValidationError(message, code="merged", params=values)


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """A parameter whose values come from a list, or are slugs of a model; twice means or."""

    field_class = ChoicesField

    def __init__(self, choices: Any, label: Any, **kwargs: Any) -> None:
        super().__init__(choices=choices, label=label, **kwargs)


class BooleanFilter(django_filters.ChoiceFilter):
    """`true` or `false`."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            choices=[("true", gettext_lazy("Yes")), ("false", gettext_lazy("No"))],
            label=label,
            empty_label=gettext_lazy("Either"),
        )


class YearFilter(django_filters.NumberFilter):
    """A bounded year."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, min_value=2005, max_value=2100, decimal_places=0)


class TextFilter(django_filters.CharFilter):
    """Words to search for."""

    def __init__(self, label: Any = None) -> None:
        super().__init__(label=label or gettext_lazy("Words"), max_length=LONGEST_VALUE)


@cache
def _form_of(kind: Any) -> type[forms.Form]:
    """The form of a kind of selection, made once: each form copies its fields."""
    fields = {name: one.field for name, one in kind.base_filters.items()}
    return type(f"{kind.__name__}Form", (forms.Form,), fields)


class CachedChoices(BaseChoiceIterator):
    """Choices as they were read: the framework would look through all of them again."""

    def __init__(self, choices: list[tuple[str, str]]) -> None:
        self.choices = choices

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from self.choices


def kept_list(read: Callable[[], list[tuple[str, str]]], state: str) -> Iterable[tuple[str, str]]:
    """What this list of choices gives in this state. One query, none where it is kept."""
    kept = cached(state, "choices", [read], lambda lists: {one: one() for one in lists})
    return CachedChoices(kept[read])


class BoundForm(forms.Form):
    """The fields of what was given: most of a form is there for a page to choose from."""

    def __init__(self, selection: Selection) -> None:
        super().__init__(selection.data)
        kind: Any = type(selection)
        for name, field in _form_of(kind).base_fields.items():
            if name in selection.data:
                self.fields[name] = self._settled(field, selection)

    def _settled(self, field: Any, selection: Selection) -> Any:
        read = getattr(getattr(field, "choices", None), "func", None)
        if read:
            field = copy.deepcopy(field)
            field.choices = kept_list(read, selection.state)
        return field


class Selection(django_filters.FilterSet):
    """A validated selection of rows that a reader may see.

    `data` is a query string. `extra` names further parameters that the caller reads itself
    (cursor, format …), `state` what `remembering.version` says, where that was asked before.
    `problems` is empty when the selection holds; `rows` gives nothing when it does not.
    """

    # sort value -> the order of rows; the last key is unique, so that pages can be cut anywhere.
    orders: ClassVar[dict[str, tuple[str, ...]]] = {}
    default_sort: ClassVar[str] = ""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        user: Any = READER,
        extra: Iterable[str] = (),
        tracking: bool = False,
        queryset: QuerySet | None = None,
        state: str | None = None,
    ) -> None:
        self.user = user
        self.raw = data if data is not None else QueryDict()
        self.extra = set(extra)
        self._tracking = tracking
        if queryset is None:
            queryset = self._meta.model._default_manager.visible_to(user)
        # Not the framework's, which copies each filter: ours hold nothing of one selection.
        self.data: Any = self._given()
        self.queryset = queryset
        if state is not None:
            self.state = state

    @cached_property
    def form(self) -> Any:
        """All that there is to choose from."""
        kind: Any = type(self)
        return _form_of(kind)(self.data)

    @cached_property
    def _checked(self) -> forms.Form:
        """What was given, cleaned; by the whole form where that is here already."""
        return vars(self).get("form") or BoundForm(self)

    def _given(self) -> QueryDict:
        """The parameters that say something: an empty one counts as absent."""
        given = QueryDict(mutable=True)
        for name, values in self.raw.lists():
            kept = [value for value in values if value != ""]
            if kept and not (self._tracking and name.startswith(TRACKING)):
                given.setlist(name, kept)
        return given

    @cached_property
    def state(self) -> str:
        """What stands for all that readers see now: what is read after it may be kept under it."""
        return version()

    @property
    def parameters(self) -> list[str]:
        """The names that this selection takes."""
        return [*self.base_filters, "sort"] if self.orders else list(self.base_filters)

    @cached_property
    def problems(self) -> list[Issue]:
        found = [*self._unknown(), *self._malformed()]
        told = {problem.field for problem in found}
        # What is malformed is not said again by the form.
        return found + [problem for problem in self._refused() if problem.field not in told]

    def _unknown(self) -> Iterable[Issue]:
        allowed = self.parameters
        for name in self.data:
            if name not in allowed and name not in self.extra:
                message = unknown_value(name, [*allowed, *sorted(self.extra)])
                yield Issue(name.replace("\x00", ""), "unknown_parameter", message)

    def _malformed(self) -> Iterable[Issue]:
        known = {*self.parameters, *self.extra}
        for name in filter(known.__contains__, self.data):
            values = self.data.getlist(name)
            if any("\x00" in value for value in values):
                yield Issue(name, "null_character", _("has a null character."))
            elif any("\ufffd" in value for value in values):
                # What stands for bytes that are no UTF-8.
                yield Issue(name, "not_utf8", _("is not written in UTF-8."))
            elif any(len(value) > LONGEST_VALUE for value in values) and name not in self.extra:
                message = _("is longer than %(most)d characters.") % {"most": LONGEST_VALUE}
                yield Issue(name, "too_long", message)
            elif len(values) > 1 and name in self._single():
                yield Issue(name, "repeated", _("is given once only."))
        if self.orders and "sort" in self.data and self.data["sort"] not in self.orders:
            message = unknown_value(self.data["sort"], list(self.orders))
            yield Issue("sort", "unknown_value", message)

    def _single(self) -> set[str]:
        many = {name for name, f in self.base_filters.items() if isinstance(f, ChoicesFilter)}
        return set(self.parameters) - many

    def _refused(self) -> Iterable[Issue]:
        for name, errors in self._checked.errors.as_data().items():
            for error in errors:
                for message in error.messages:
                    # The message repeats what was typed.
                    said = message.replace("\x00", "\ufffd")
                    former = error.params if error.code == "merged" else {}
                    yield Issue(name, error.code or "invalid", said, **(former or {}))

    @property
    def sort(self) -> str:
        return self.data.get("sort") or self.default_sort

    @property
    def order(self) -> tuple[str, ...]:
        return self.orders[self.sort]

    @cached_property
    def rows(self) -> QuerySet:
        """The selected rows, not yet in order; none when there are problems."""
        if self.problems:
            return self.queryset.none()
        return self.select(self.queryset, self.given)

    @property
    def number(self) -> int:
        """How many rows are selected. One query."""
        return self.rows.count()

    @property
    def sorted_rows(self) -> QuerySet:
        """The selected rows with all that their order needs, not yet in order."""
        return self.rows

    @property
    def found(self) -> QuerySet | None:
        """Where search keeps a row of each: those of the selected rows, to cut pages at."""
        return None

    @property
    def listed_rows(self) -> QuerySet:
        """The rows of which a page is shown: those that are `found`, or the sorted ones."""
        return self.sorted_rows

    @property
    def in_order(self) -> QuerySet:
        """The selected rows in the order asked for."""
        if self.problems:
            return self.queryset.none()
        return self.sorted_rows.order_by(*self.order)

    @property
    def given(self) -> dict[str, Any]:
        """The parameters that were given, with their cleaned values."""
        return {name: value for name, value in self._checked.cleaned_data.items() if value}

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        """The rows that fit what was chosen. Subclasses say how."""
        raise NotImplementedError

    @property
    def chosen(self) -> list[tuple[str, str, str, str]]:
        """What is chosen: parameter, value, its label, and the query string without it."""
        found = []
        for name in self.data:
            if name in ("sort", *self.extra):
                continue
            found += [
                (name, value, self.label_of(name, value), self.without(name, value))
                for value in self.data.getlist(name)
            ]
        return found

    @property
    def first_page(self) -> str:
        """The query string without a place in the list."""
        return self.with_values()

    def label_of(self, name: str, value: str) -> str:
        """A value in words: "Côte d’Ivoire" for `cote-divoire`."""
        field = self.form.fields.get(name)
        choices: Any = getattr(field, "choices", ())
        return next((str(label) for key, label in choices if str(key) == value), value)

    def without(self, name: str, value: str) -> str:
        """The query string less one value; the place in the list is dropped with it."""
        rest = self._anywhere()
        rest.setlist(name, [one for one in rest.getlist(name) if one != value])
        return rest.urlencode()

    def with_values(self, **values: Any) -> str:
        """The query string with these values in place of what it has; None drops one."""
        changed = self._anywhere()
        for name, value in values.items():
            if value is None:
                changed.pop(name, None)
            else:
                several = value if isinstance(value, list) else [value]
                changed.setlist(name, [str(one) for one in several])
        return changed.urlencode()

    def _anywhere(self) -> QueryDict:
        """What was given but for the place in the list."""
        rest = QueryDict(mutable=True)
        for name in self.data:
            if name not in ("cursor", "at"):
                rest.setlist(name, self.data.getlist(name))
        return rest
