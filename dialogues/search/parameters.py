"""The filter parameters of statements and positions, each declared once.

The filter forms, the facets, the search form, the API with its description, the exports, the
comparison and the values in search rows all follow from `PARAMETERS`. To add a filter, add a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from dialogues.choices import ActorKind, PanelKind, Pillar, Stance, StatementForm
from dialogues.models import (
    Actor,
    Delivery,
    Dialogue,
    Instrument,
    Membership,
    Situation,
    Source,
    Statement,
    Tally,
    Theme,
)
from dialogues.querysets import READER


class Level(Enum):
    """The kind of record a filter speaks of: filters of one level hold of one and the same."""

    STATEMENT = "statement"
    DELIVERER = "deliverer"
    POSITION = "position"


@dataclass(frozen=True)
class Parameter:
    """A filter parameter: its name, label, meaning and choices, and how a record meets it.

    `values` reads the values of a statement, delivery or position, by `level`. `condition` says
    the same of deliveries or tallies in SQL, for lists and counts that are not made from search
    rows. `choices` are pairs, or a function that reads them. `model` is the list whose slugs are
    taken. `main` filters stand open in the search form.
    """

    name: str
    level: Level
    label: Any
    means: str
    choices: Any
    values: Callable[[Any], Iterable[object]]
    condition: Callable[[list[str]], Q] | None = None
    model: Any = None
    main: bool = False

    @property
    def is_boolean(self) -> bool:
        return self.choices is YES_OR_NO

    @property
    def is_long(self) -> bool:
        """Too long a list for a checkbox each."""
        return bool(self.model) and not self.main


YES_OR_NO = (("true", _("Yes")), ("false", _("No")))


def years() -> list[tuple[str, str]]:
    numbers = Dialogue.objects.visible_to(READER).order_by("-year").values_list("year", flat=True)
    return [(str(year), str(year)) for year in numbers]


def actors() -> list[tuple[str, str]]:
    return list(Actor.objects.visible_to(READER).order_by("name").values_list("slug", "name"))


def groups() -> list[tuple[str, str]]:
    """Groups and organizations that states are recorded as members of."""
    members = Membership.objects.filter(group=OuterRef("pk"))
    with_members = Actor.objects.visible_to(READER).filter(Exists(members))
    return list(with_members.order_by("name").values_list("slug", "name"))


def themes() -> list[tuple[str, str]]:
    return list(Theme.objects.visible_to(READER).values_list("slug", "title"))


def situations() -> list[tuple[str, str]]:
    return list(Situation.objects.visible_to(READER).values_list("slug", "name"))


def instruments() -> list[tuple[str, str]]:
    return list(Instrument.objects.visible_to(READER).values_list("slug", "name"))


def sources() -> list[tuple[str, str]]:
    return list(Source.objects.visible_to(READER).values_list("slug", "title"))


def _yes_or_no(value: bool) -> list[str]:
    return ["true" if value else "false"]


def _slugs(entries: Iterable[Any]) -> list[str]:
    return [entry.slug for entry in entries if entry.is_published]


def _groups_on_the_day(delivery: Delivery) -> list[str]:
    """The groups that an actor belonged to on the dialogue's first day."""
    day = delivery.statement.dialogue.first_day
    memberships = delivery.actor.memberships.all()
    return _slugs(membership.group for membership in memberships if membership.in_force(day))


def _in_groups_on_the_day(slugs: list[str]) -> Q:
    memberships = Membership.objects.on(OuterRef("statement__dialogue__first_day"))
    return Q(Exists(memberships.filter(actor=OuterRef("actor"), group__slug__in=slugs)))


def _ties_to_pillars(numbers: list[str]) -> Q:
    return Q(*[(f"pillar_{number}", True) for number in numbers], _connector=Q.OR)


def _panel_kinds(statement: Statement) -> list[str]:
    return [statement.panel.kind] if statement.panel else []


def _tallies_naming(relation: str) -> Callable[[list[str]], Q]:
    """A condition on a many-to-many relation of tallies, without a row for each match."""
    return lambda slugs: Q(
        pk__in=Tally.objects.filter(**{f"{relation}__slug__in": slugs}).values("pk")
    )


# In the order of the search form.
PARAMETERS = (
    Parameter(
        "year",
        Level.STATEMENT,
        _("Year"),
        "Year of the dialogue, one of those in `dialogues/`.",
        years,
        values=lambda statement: [statement.dialogue.year],
        main=True,
    ),
    Parameter(
        "theme",
        Level.POSITION,
        _("Theme"),
        "Main theme of a position: slugs of `themes/`.",
        themes,
        values=lambda position: _slugs([position.theme]),
        condition=lambda slugs: Q(theme__slug__in=slugs),
        model=Theme,
        main=True,
    ),
    Parameter(
        "stance",
        Level.POSITION,
        _("Stance"),
        "Stance of a position.",
        Stance.choices,
        values=lambda position: [position.stance],
        condition=lambda stances: Q(stance__in=stances),
        main=True,
    ),
    Parameter(
        "actor",
        Level.DELIVERER,
        _("Actor"),
        "Who delivered it: slugs of `actors/`.",
        actors,
        values=lambda delivery: _slugs([delivery.actor]),
        condition=lambda slugs: Q(actor__slug__in=slugs),
        model=Actor,
    ),
    Parameter(
        "group",
        Level.DELIVERER,
        _("Group, as of the dialogue"),
        "Group that the actor belonged to on the dialogue’s first day: slugs of `actors/`.",
        groups,
        values=_groups_on_the_day,
        condition=_in_groups_on_the_day,
        model=Actor,
    ),
    Parameter(
        "situation",
        Level.POSITION,
        _("Situation"),
        "Situation that a position names: slugs of `situations/`.",
        situations,
        values=lambda position: _slugs(position.situations.all()),
        condition=_tallies_naming("situations"),
        model=Situation,
    ),
    Parameter(
        "instrument",
        Level.POSITION,
        _("Instrument"),
        "Instrument that a position names: slugs of `instruments/`.",
        instruments,
        values=lambda position: _slugs(position.instruments.all()),
        condition=_tallies_naming("instruments"),
        model=Instrument,
    ),
    Parameter(
        "kind",
        Level.DELIVERER,
        _("Kind of actor"),
        "Kind of the actor who delivered it.",
        ActorKind.choices,
        values=lambda delivery: [delivery.actor.kind],
        condition=lambda kinds: Q(actor__kind__in=kinds),
    ),
    Parameter(
        "panel",
        Level.STATEMENT,
        _("Segment"),
        "Kind of segment.",
        PanelKind.choices,
        values=_panel_kinds,
    ),
    Parameter(
        "form",
        Level.STATEMENT,
        _("Form"),
        "Form of the statement.",
        StatementForm.choices,
        values=lambda statement: [statement.form],
    ),
    Parameter(
        "pillar",
        Level.POSITION,
        _("Pillar"),
        "Pillar that the source ties the point to.",
        tuple((str(pillar.value), pillar.label) for pillar in Pillar),
        values=lambda position: position.pillars,
        condition=_ties_to_pillars,
    ),
    Parameter(
        "joint",
        Level.STATEMENT,
        _("Joint statement"),
        "Delivered by several actors together, or not.",
        YES_OR_NO,
        values=lambda statement: _yes_or_no(statement.is_joint),
    ),
    Parameter(
        "quoted",
        Level.POSITION,
        _("With a quotation"),
        "With a quotation, or without.",
        YES_OR_NO,
        values=lambda position: _yes_or_no(
            any(quotation.source.is_published for quotation in position.quotations.all())
        ),
    ),
)
BY_NAME = {parameter.name: parameter for parameter in PARAMETERS}


def of_level(level: Level, names: Iterable[str]) -> list[str]:
    """Those of these parameters that speak of one level, in their declared order."""
    given = set(names)
    return [p.name for p in PARAMETERS if p.level is level and p.name in given]
