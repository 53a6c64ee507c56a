"""Base models of all records: state, slug or reference, and the revisions."""

import secrets
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dialogues.choices import SEEN_BY_READERS, ProposalState, RevisionAction, Stage, State
from dialogues.querysets import EntryQuerySet, RecordQuerySet


def address_of(page: str, key: Any) -> str:
    """The path of a record's page. Reversed once a page: a list has hundreds of records."""
    before, after = _around(page)
    return f"{before}{key}{after}"


@cache
def _around(page: str) -> tuple[str, str]:
    before, _key, after = reverse(page, args=["2011"]).rpartition("2011")
    return before, after


def one_of(
    field: str, choices: type[models.Choices], blank: bool = False
) -> models.CheckConstraint:
    """A constraint: a field holds one of its choices, in the database too."""
    allowed = list(choices.values) + ([""] if blank else [])
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": allowed}), name=f"%(app_label)s_%(class)s_{field}_known"
    )


def draft_ref() -> str:
    """A provisional reference, until first publication: `DRAFT-` and eight hex digits."""
    return f"DRAFT-{secrets.token_hex(4).upper()}"


class Publishable(models.Model):
    """A record with a state: draft, in review, published, withdrawn."""

    state = models.CharField(
        _("state"),
        max_length=12,
        choices=State,
        default=State.DRAFT,
        editable=False,
        help_text=_("Readers see published records only."),
    )
    proposal = models.CharField(
        _("proposed change"),
        max_length=12,
        choices=ProposalState,
        blank=True,
        default="",
        editable=False,
        help_text=_("Of a published record; its text is kept in the history."),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    withdrawal_reason = models.TextField(_("reason for withdrawal"), blank=True, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            one_of("state", State),
            one_of("proposal", ProposalState, blank=True),
            models.CheckConstraint(
                condition=Q(proposal="") | Q(state=State.PUBLISHED),
                name="%(app_label)s_%(class)s_proposal_of_published",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
                name="%(app_label)s_%(class)s_published_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN)
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
                name="%(app_label)s_%(class)s_withdrawn_has_reason",
            ),
        ]

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED

    @property
    def stage(self) -> Stage:
        """Its state, a proposed change included."""
        if self.proposal:
            in_review = self.proposal == ProposalState.IN_REVIEW
            return Stage.PROPOSAL_IN_REVIEW if in_review else Stage.PROPOSED
        return Stage(self.state)


class WithParts(models.Model):
    """A record whose parts have addresses, which go on answering when a part is withdrawn."""

    withdrawn_parts = models.JSONField(
        _("withdrawn parts"),
        default=list,
        blank=True,
        editable=False,
        help_text=_("The reference of each, since when it is withdrawn, and why."),
    )

    class Meta:
        abstract = True


@dataclass(frozen=True)
class WithdrawnPart:
    """The tombstone of a withdrawn part: shown at its address."""

    ref: str
    withdrawn_at: date
    withdrawal_reason: str


class SharedEntry(Publishable):
    """An entry of a shared list, known by its slug."""

    slug = models.SlugField(
        _("slug"),
        max_length=120,
        unique=True,
        help_text=_("Its address, for good: lowercase words joined by hyphens."),
    )
    former_slugs = models.JSONField(
        _("former slugs"),
        default=list,
        blank=True,
        editable=False,
        help_text=_("Of entries that were merged into it: their addresses lead here."),
    )

    objects = EntryQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Publishable.Meta):
        abstract = True
        ordering = ["slug"]


class ReferencedPart(models.Model):
    """A part or record that others cite by a ref which is given once and never used again."""

    ref = models.CharField(
        _("reference"),
        max_length=24,
        unique=True,
        default=draft_ref,
        editable=False,
        help_text=_("Given at first publication; provisional until then."),
    )
    # The number in the ref, so that the thousandth comes after the nine hundred and ninety-ninth.
    serial = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def has_public_ref(self) -> bool:
        return not self.ref.startswith("DRAFT-")


class PillarsMixin(models.Model):
    """The pillars that the source ties a point to; several, or none."""

    pillar_1 = models.BooleanField(_("pillar I"), default=False)
    pillar_2 = models.BooleanField(_("pillar II"), default=False)
    pillar_3 = models.BooleanField(_("pillar III"), default=False)

    class Meta:
        abstract = True

    @property
    def pillars(self) -> list[int]:
        return [number for number in (1, 2, 3) if getattr(self, f"pillar_{number}")]

    @pillars.setter
    def pillars(self, numbers: list[int]) -> None:
        for number in (1, 2, 3):
            setattr(self, f"pillar_{number}", number in numbers)


class RevisionQuerySet(models.QuerySet):
    """An append-only queryset: rows are never changed or deleted."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError("A revision is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("A revision is never deleted.")


class Revision(models.Model):
    """A change of a record: who, when, why, and the whole record after it.

    Each digest covers the one before it: an altered past shows in `manage.py verify_archive`.
    """

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    record_type = models.CharField(_("kind of record"), max_length=20)
    record_key = models.CharField(_("record"), max_length=120)
    # A key may change until the record is published; its row does not.
    object_id = models.PositiveBigIntegerField(null=True, editable=False)
    action = models.CharField(_("what was done"), max_length=12, choices=RevisionAction)
    reason = models.TextField(_("why"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        verbose_name=_("who"),
        help_text=_("Empty when a command did it."),
    )
    at = models.DateTimeField(_("when"))
    record = models.JSONField(_("the record"))
    digest = models.CharField(_("digest"), max_length=64)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["number"]
        indexes = [
            models.Index(fields=["record_type", "record_key", "number"]),
            models.Index(fields=["record_type", "object_id", "number"]),
            # For the last of them: it is the version of the published data.
            models.Index(
                fields=["number"],
                name="dialogues_revision_seen",
                condition=Q(action__in=SEEN_BY_READERS),
            ),
        ]
        constraints = [one_of("action", RevisionAction)]

    def __str__(self) -> str:
        return f"{self.number}: {self.record_key} {self.get_action_display()}"
