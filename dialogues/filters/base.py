"""Selections: a query string validated into filters and an order, the same for every door."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.issues import Issue, given_once
from dialogues.querysets import READER

from .cache import cached, version

MOST_VALUES = 50
LONGEST_VALUE = 200
# An error lists so many values; of a longer list it names the nearest only.
MOST_LISTED = 40
# Parameters that pages ignore: what other sites add to links, and one that once meant something.
IGNORED = ("utm_", "fbclid", "gclid", "exact")


def nearest(value: str, known: Iterable[str]) -> str:
    """The known value most like this one, or ""; of numbers, the closest."""
    known = list(known)
    if known and all(text.isdecimal() for text in (value, *known)):
        return min(known, key=lambda number: abs(int(number) - int(value)))
    matches = difflib.get_close_matches(value.lower(), known, n=1, cutoff=0.5)
    return matches[0] if matches else ""


def address_now(request: HttpRequest, problems: list[Issue]) -> str:
    """The same address with today's slugs, where former slugs are the only problem; else ""."""
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
    """Any number of values of a list; an error names the nearest valid one.

    `model`: the list has the slugs of its entries, and knows those that were merged.
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
        for given in value:
            if given not in known:
                self._refuse_former(given)
                raise ValidationError(unknown_value(given, known), code="unknown_value")

    def _refuse_former(self, slug: str) -> None:
        kept = self.model and self.model.objects.published().with_former_slug(slug)
        if kept:
            message = _("“%(value)s” was merged into “%(now)s”.")
            values = {"value": slug, "now": kept.slug}
            raise ValidationError(message, code="merged", params=values)


# `means` is what the API's description says of the parameter.


class ChoicesFilter(django_filters.MultipleChoiceFilter):
    """A parameter whose values come from a list, or are slugs of a model; repeated means or."""

    field_class = ChoicesField

    def __init__(self, choices: Any, label: Any, means: str, **kwargs: Any) -> None:
        super().__init__(choices=choices, label=label, help_text=means, **kwargs)


class BooleanFilter(django_filters.ChoiceFilter):
    """`true` or `false`."""

    def __init__(self, choices: Any, label: Any, means: str) -> None:
        super().__init__(
            choices=choices, label=label, help_text=means, empty_label=gettext_lazy("Either")
        )


class YearFilter(django_filters.NumberFilter):
    """A bounded year."""

    def __init__(self, label: Any, means: str) -> None:
        bounds: dict[str, Any] = {"min_value": 2005, "max_value": 2100, "decimal_places": 0}
        super().__init__(label=label, help_text=means, **bounds)


class TextFilter(django_filters.CharFilter):
    """Words to search for."""

    def __init__(self, label: Any, means: str) -> None:
        super().__init__(label=label, help_text=means, max_length=LONGEST_VALUE)


def load_choices(form: forms.Form, version: str) -> None:
    """Read each list of choices of a form once for a version of the published data.

    Without it each use of a list asks the database. One query a list, none where it is cached.
    """
    for field in form.fields.values():
        read = getattr(getattr(field, "choices", None), "func", None)
        if read:
            choices: Any = field
            choices.choices = cached(version, f"choices: {read.__name__}", read)


@cache
def _form_of(kind: Any) -> type[forms.Form]:
    """The form class of a kind of selection; made once."""
    fields = {name: each.field for name, each in kind.base_filters.items()}
    return type(f"{kind.__name__}Form", (forms.Form,), fields)


class BoundForm(forms.Form):
    """The fields of the given parameters alone: enough to validate, cheaper than the whole form."""

    def __init__(self, selection: Selection) -> None:
        super().__init__(selection.data)
        kind: Any = type(selection)
        for name, field in _form_of(kind).base_fields.items():
            if name in selection.data:
                self.fields[name] = copy.deepcopy(field)
        if self.fields:
            load_choices(self, selection.version)


class Selection(django_filters.FilterSet):
    """A validated selection of records that a reader may see.

    `data` is a query string. `extra` names further parameters that the caller reads itself
    (cursor, format …); `version` is the version of the published data, where the caller knows it.
    `problems` is empty when the selection holds; `rows` is empty when it does not.
    """

    # sort value -> the order of `list_rows`; its last key is unique, so that a page can end
    # anywhere.
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
        version: str | None = None,
    ) -> None:
        # FilterSet's own __init__ copies each filter for each selection; ours keep nothing of one.
        self.user = user
        self.raw = data if data is not None else QueryDict()
        self.extra = set(extra)
        self._tracking = tracking
        if queryset is None:
            queryset = self._meta.model._default_manager.visible_to(user)
        self.data: Any = self._parameters_with_values()
        self.queryset = queryset
        if version is not None:
            self.version = version

    @cached_property
    def form(self) -> Any:
        """The whole form with all its choices. One query a list, none where it is cached."""
        kind: Any = type(self)
        form = _form_of(kind)(self.data)
        load_choices(form, self.version)
        return form

    @cached_property
    def _validated(self) -> forms.Form:
        return vars(self).get("form") or BoundForm(self)

    def _parameters_with_values(self) -> QueryDict:
        """The parameters without empty ones, which count as absent."""
        data = QueryDict(mutable=True)
        for name, values in self.raw.lists():
            kept = [value for value in values if value != ""]
            if kept and not (self._tracking and name.startswith(IGNORED)):
                data.setlist(name, kept)
        return data

    @cached_property
    def version(self) -> str:
        """Version of the published data; a cache key for anything read after it."""
        return version()

    @property
    def parameters(self) -> list[str]:
        """The names that this selection takes."""
        return [*self.base_filters, "sort"] if self.orders else list(self.base_filters)

    @cached_property
    def problems(self) -> list[Issue]:
        problems = [*self._unknown(), *self._malformed()]
        reported = {problem.field for problem in problems}
        return problems + [issue for issue in self._invalid() if issue.field not in reported]

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
                # The replacement character stands for bytes that are no UTF-8.
                yield Issue(name, "not_utf8", _("is not written in UTF-8."))
            elif any(len(value) > LONGEST_VALUE for value in values) and name not in self.extra:
                message = _("is longer than %(most)d characters.") % {"most": LONGEST_VALUE}
                yield Issue(name, "too_long", message)
            elif name in self._single():
                yield from given_once(self.data, [name])
        if self.orders and "sort" in self.data and self.data["sort"] not in self.orders:
            message = unknown_value(self.data["sort"], list(self.orders))
            yield Issue("sort", "unknown_value", message)

    def _single(self) -> set[str]:
        many = {name for name, f in self.base_filters.items() if isinstance(f, ChoicesFilter)}
        return set(self.parameters) - many

    def _invalid(self) -> Iterable[Issue]:
        for name, errors in self._validated.errors.as_data().items():
            for error in errors:
                for message in error.messages:
                    # The message repeats what was typed.
                    words = message.replace("\x00", "\ufffd")
                    former = error.params if error.code == "merged" else {}
                    yield Issue(name, error.code or "invalid", words, **(former or {}))

    @property
    def sort(self) -> str:
        return self.data.get("sort") or self.default_sort

    @property
    def order(self) -> tuple[str, ...]:
        """The columns of `list_rows` that order the list."""
        return self.orders[self.sort]

    @cached_property
    def rows(self) -> QuerySet:
        """The selected records, not yet in order; none when there are problems."""
        if self.problems:
            return self.queryset.none()
        return self.select(self.queryset, self.given)

    @property
    def list_rows(self) -> QuerySet:
        """The rows that pages of the list are cut from, with the records' keys as their own."""
        return self.rows

    @property
    def in_order(self) -> QuerySet:
        """The selected records in the order asked for."""
        return self.rows.order_by(*(self.order if self.orders and not self.problems else ()))

    def count(self) -> int:
        """How many records are selected. One query."""
        return self.list_rows.count()

    @property
    def given(self) -> dict[str, Any]:
        """The parameters that were given, with their cleaned values."""
        return {name: value for name, value in self._validated.cleaned_data.items() if value}

    def select(self, queryset: QuerySet, chosen: dict[str, Any]) -> QuerySet:
        """The records of a queryset that fit these filters. Subclasses say how."""
        raise NotImplementedError

    @property
    def chosen(self) -> list[tuple[str, str, str, str]]:
        """Each active filter: parameter, value, its label, and the query string without it."""
        filters = []
        for name in self.data:
            if name in ("sort", *self.extra):
                continue
            filters += [
                (name, value, self.label_of(name, value), self.without(name, value))
                for value in self.data.getlist(name)
            ]
        return filters

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
        rest = self._without_place()
        rest.setlist(name, [other for other in rest.getlist(name) if other != value])
        return rest.urlencode()

    def with_values(self, **values: Any) -> str:
        """The query string with these values in place of what it has; None drops one."""
        changed = self._without_place()
        for name, value in values.items():
            if value is None:
                changed.pop(name, None)
            else:
                several = value if isinstance(value, list) else [value]
                changed.setlist(name, [str(each) for each in several])
        return changed.urlencode()

    def _without_place(self) -> QueryDict:
        """The parameters without the place in the list."""
        rest = QueryDict(mutable=True)
        for name in self.data:
            if name not in ("cursor", "at"):
                rest.setlist(name, self.data.getlist(name))
        return rest
