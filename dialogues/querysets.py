"""The questions that the archive is asked, and the one gate that decides who may see the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from .choices import DeliveryMode, Mark, State, StatementForm

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# Whoever has not signed in. The public doors ask for everybody as this reader, so that a page
# is the same for all and no session is read.
READER = AnonymousUser()


class GatedQuerySet(QuerySet):
    """Rows behind the gate.

    `published_through` names the states that must all be "published" for a reader to see a row:
    a part follows its whole.
    """

    published_through: ClassVar[tuple[str, ...]] = ("state",)

    @classmethod
    def public(cls, path: str = "") -> Q:
        """That a row is published, asked from where `path` leads to it."""
        states = (f"{path}{name}" for name in cls.published_through)
        return Q(**dict.fromkeys(states, State.PUBLISHED))

    def published(self) -> Self:
        return self.filter(self.public())

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """What this person may see: everything for active staff, what is published for others.

        The only way in for pages, API, search, counts, facets, feeds, exports and sitemap.
        """
        if user.is_active and getattr(user, "is_staff", False):
            return self.all()
        return self.published()


class RecordQuerySet(GatedQuerySet):
    """Records with a state of their own."""

    def tombstones(self) -> Self:
        """What was public once and was withdrawn: its address answers with the reason."""
        return self.filter(state=State.WITHDRAWN)


class EntryQuerySet(RecordQuerySet):
    """Entries of a shared list."""

    def merged(self) -> Self:
        """Those that others were merged into."""
        return self.exclude(former_slugs=[])

    def with_former_slug(self, slug: str) -> Any:
        """The entry that the one of this slug was merged into; None where there is none.

        One query, of the few entries that have former slugs.
        """
        known: Any = self.merged().filter(state__in=(State.PUBLISHED, State.WITHDRAWN))
        return next((entry for entry in known if slug in entry.former_slugs), None)


class TextQuerySet(GatedQuerySet):
    """What search keeps of statements and positions, with the state in which readers find them."""


class DialogueQuerySet(RecordQuerySet):
    def with_parts(self) -> Self:
        """A dialogue's page: its panels and people, tallies, assertions and notes, each once."""
        return self.prefetch_related(
            "panels__participations__person",
            "panels__participations__actor",
            "panels__participations__country",
            "events",
            "citations__source",
            "citations__passage",
        )


class PartOfDialogueQuerySet(GatedQuerySet):
    published_through = ("dialogue__state",)


class PartOfPanelQuerySet(GatedQuerySet):
    published_through = ("panel__dialogue__state",)


class StatementQuerySet(RecordQuerySet):
    published_through = ("state", "dialogue__state")

    def in_order(self) -> Self:
        return self.order_by("dialogue__year", "serial")


class PartOfStatementQuerySet(GatedQuerySet):
    published_through = ("statement__state", "statement__dialogue__state")


class PositionQuerySet(PartOfStatementQuerySet):
    def in_order(self) -> Self:
        return self.order_by("statement__dialogue__year", "serial")


class QuotationQuerySet(GatedQuerySet):
    """A quotation stands in a statement, or in the dialogue's own record."""

    def published(self) -> Self:
        return self.filter(
            Q(statement=None) | Q(statement__state=State.PUBLISHED),
            dialogue__state=State.PUBLISHED,
        )

    def in_order(self) -> Self:
        return self.order_by("dialogue__year", "serial")


class TallyQuerySet(PartOfDialogueQuerySet):
    def in_order(self) -> Self:
        return self.order_by("dialogue__year", "serial")


class PassageQuerySet(GatedQuerySet):
    published_through = ("source__state",)

    def not_read(self) -> Self:
        """Nothing cites or quotes them and nobody has set them aside; or their text has changed.

        What is only proposed is no row yet: `publishing.not_read` leaves that out as well.
        """
        untouched = Q(mark=None, citations=None, quotations=None)
        return self.filter(untouched | Q(mark__kind=Mark.CHANGED)).distinct()


class MembershipQuerySet(GatedQuerySet):
    published_through = ("actor__state", "group__state")

    def on(self, day: Any) -> Self:
        """Memberships in force on a day (a date, or an F() of one)."""
        return self.filter(
            Q(date_from=None) | Q(date_from__lte=day), Q(date_to=None) | Q(date_to__gt=day)
        )


class DeliveryQuerySet(PartOfStatementQuerySet):
    def delivered(self) -> Self:
        return self.filter(mode=DeliveryMode.DELIVERED)

    def from_the_floor(self) -> Self:
        """What reported counts count: statements, not openings or panel presentations."""
        return self.delivered().filter(statement__form=StatementForm.STATEMENT)


class CitationQuerySet(GatedQuerySet):
    """A citation is public when its source is, and what cites it."""

    owners: ClassVar[dict[str, type[GatedQuerySet]]] = {
        "dialogue": DialogueQuerySet,
        "panel": PartOfDialogueQuerySet,
        "participation": PartOfPanelQuerySet,
        "statement": StatementQuerySet,
        "position": PositionQuerySet,
        "tally": TallyQuerySet,
        "assertion": PartOfDialogueQuerySet,
        "note": PartOfDialogueQuerySet,
        "actor": RecordQuerySet,
        "membership": MembershipQuerySet,
    }

    def published(self) -> Self:
        public = Q()
        for owner, rows in self.owners.items():
            public |= rows.public(f"{owner}__")
        return self.filter(public, source__state=State.PUBLISHED)

    def of_public(self) -> Self:
        """The public ones, of owners that came through the gate: what is left to ask is the source.

        To ask for the state of ten kinds of owners costs more than all else that a list reads.
        """
        return self.filter(source__state=State.PUBLISHED)
