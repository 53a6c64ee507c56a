"""Actors, their names and memberships, and the persons who speak for them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dialogues.choices import ActorKind, NameKind
from dialogues.querysets import GatedQuerySet, MembershipQuerySet

from .publishing import SharedEntry, address_of, one_of


class Person(SharedEntry):
    """A human being who spoke on a panel or for an actor."""

    name = models.CharField(_("name"), max_length=200, help_text=_("Without honorific."))
    variants = models.JSONField(
        _("other spellings"), default=list, blank=True, help_text=_("One a line.")
    )
    note = models.TextField(_("note"), blank=True)

    class Meta(SharedEntry.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Actor(SharedEntry):
    """A holder of positions: a state, an organization, a group, or an official in person."""

    kind = models.CharField(_("kind"), max_length=24, choices=ActorKind)
    name = models.CharField(
        _("name"), max_length=200, help_text=_("The short name that readers know.")
    )
    iso3 = models.CharField(
        _("ISO code"), max_length=3, blank=True, help_text=_("ISO 3166-1 alpha-3, states only.")
    )
    m49 = models.CharField(
        _("M49 code"), max_length=3, blank=True, help_text=_("UN M49, three digits, states only.")
    )
    un_member_since = models.DateField(_("UN member since"), null=True, blank=True)
    person = models.OneToOneField(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="actor",
        verbose_name=_("person"),
        help_text=_("Only for an official or scholar who speaks as themselves."),
    )
    note = models.TextField(_("note"), blank=True)

    class Meta(SharedEntry.Meta):
        verbose_name = _("actor")
        verbose_name_plural = _("actors")
        ordering = ["name"]
        indexes = [models.Index(fields=["kind", "name"])]
        constraints = [
            *SharedEntry.Meta.constraints,
            one_of("kind", ActorKind),
            models.UniqueConstraint(
                fields=["iso3"], condition=~Q(iso3=""), name="dialogues_actor_iso3_once"
            ),
            models.UniqueConstraint(
                fields=["m49"], condition=~Q(m49=""), name="dialogues_actor_m49_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=ActorKind.MEMBER_STATE) | Q(un_member_since=None),
                name="dialogues_actor_members_are_states",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("dialogues:actor", self.slug)


class PartOfActorQuerySet(GatedQuerySet):
    published_through = ("actor__state",)


class ActorName(models.Model):
    """Another name of an actor: long, former, abbreviated; dated where it changed."""

    actor = models.ForeignKey(
        Actor, on_delete=models.CASCADE, related_name="names", verbose_name=_("actor")
    )
    name = models.CharField(_("name"), max_length=250)
    kind = models.CharField(_("kind"), max_length=12, choices=NameKind)
    date_from = models.DateField(_("from"), null=True, blank=True)
    date_to = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day it was no longer so named.")
    )

    objects = PartOfActorQuerySet.as_manager()

    class Meta:
        verbose_name = _("name")
        verbose_name_plural = _("names")
        ordering = ["kind", "name"]
        constraints = [
            one_of("kind", NameKind),
            models.UniqueConstraint(
                fields=["actor", "name", "kind"], name="dialogues_actorname_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


def in_force(date_from: date | None, date_to: date | None, day: date | None) -> bool:
    """Whether a membership is in force on a day: `MembershipQuerySet.on`, for loaded rows.

    Without a day, only a membership without dates is.
    """
    if day is None:
        return date_from is None and date_to is None
    has_begun = date_from is None or date_from <= day
    has_ended = date_to is not None and date_to <= day
    return has_begun and not has_ended


class Membership(models.Model):
    """An actor in a group or organization, from one day to another."""

    actor = models.ForeignKey(
        Actor, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("member")
    )
    group = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="members", verbose_name=_("group")
    )
    date_from = models.DateField(
        _("from"),
        null=True,
        blank=True,
        help_text=_("Empty: since before the archive begins, or not known to the day."),
    )
    date_to = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day of no longer belonging.")
    )
    note = models.TextField(_("note"), blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["group__slug", F("date_from").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "group", "date_from"], name="dialogues_membership_once"
            ),
            # For memberships without a first day: NULLs are distinct to a database.
            models.UniqueConstraint(
                fields=["actor", "group"],
                condition=Q(date_from=None),
                name="dialogues_membership_undated_once",
            ),
            models.CheckConstraint(
                condition=~Q(actor=F("group")), name="dialogues_membership_not_in_itself"
            ),
            models.CheckConstraint(
                condition=Q(date_from=None) | Q(date_to=None) | Q(date_from__lt=F("date_to")),
                name="dialogues_membership_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return _("%(actor)s in %(group)s") % {"actor": self.actor, "group": self.group}

    def in_force(self, day: date | None) -> bool:
        return in_force(self.date_from, self.date_to, day)

    def clean(self) -> None:
        groups = {ActorKind.GROUP, ActorKind.REGIONAL_ORGANIZATION}
        if self.group_id and self.group.kind not in groups:
            raise ValidationError({"group": _("Choose a group or a regional organization.")})
