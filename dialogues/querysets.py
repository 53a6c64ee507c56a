"""Querysets of the archive's records, and the one gate that decides who sees a row.

Who sees what, for everything that a reader is shown: a record is seen while it is published; a part
while its whole is, and every record that it must name (the theme of a position, the actor of a
delivery, the source of a quotation). A record that it may name (a speaker, a panel) is left out
where it is not public, and so is an entry of a list (situations, mentions).
"""

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
    its own, that of its whole, and of every record that it must name.
    """

    published_through: ClassVar[tuple[str, ...]] = ("state",)
    # Foreign keys to another part of the row's own whole, which is public when the row is.
    in_own_whole: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def public(cls, path: str = "") -> Q:
        """The condition that a row is public; `path` is the lookup that leads to the row."""
        states = (f"{path}{name}" for name in cls.published_through)
        return Q(**dict.fromkeys(states, State.PUBLISHED))

    def published(self) -> Self:
        return self.filter(self.public())

    def of_public(self, owner: str = "") -> Self:
        """Public parts of an owner that came through the gate: its states are not asked again."""
        states = (path for path in self.published_through if not path.startswith(f"{owner}__"))
        return self.filter(**dict.fromkeys(states, State.PUBLISHED))

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


class PartOfDialogueQuerySet(GatedQuerySet):
    published_through = ("dialogue__state",)


class PartOfPanelQuerySet(GatedQuerySet):
    published_through = ("panel__dialogue__state",)


class StatementQuerySet(RecordQuerySet):
    published_through = ("state", "dialogue__state")
    in_own_whole = ("panel",)

    def in_order(self) -> Self:
        return self.order_by("dialogue__year", "serial")


class PositionQuerySet(GatedQuerySet):
    published_through = ("statement__state", "statement__dialogue__state", "theme__state")

    def in_order(self) -> Self:
        return self.order_by("statement__dialogue__year", "serial")


class QuotationQuerySet(GatedQuerySet):
    """Quotations of a position, or of the dialogue's own record."""

    published_through = ("dialogue__state", "source__state")
    in_own_whole = ("passage",)

    def published(self) -> Self:
        in_dialogue = Q(position=None)
        return self.filter(self.public(), in_dialogue | PositionQuerySet.public("position__"))

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


class DeliveryQuerySet(GatedQuerySet):
    published_through = ("statement__state", "statement__dialogue__state", "actor__state")

    def delivered(self) -> Self:
        return self.filter(mode=DeliveryMode.DELIVERED)

    def from_the_floor(self) -> Self:
        """What reported counts count: statements, not openings or panel presentations."""
        return self.delivered().filter(statement__form=StatementForm.STATEMENT)


class CitationQuerySet(GatedQuerySet):
    """Citations: public when their source is, and what cites it."""

    published_through = ("source__state",)
    in_own_whole = ("passage",)
    owners: ClassVar[dict[str, type[GatedQuerySet]]] = {
        "dialogue": RecordQuerySet,
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
        """Asks for the states of ten kinds of owners: lists of an owner take `of_public`."""
        owned = Q()
        for owner, rows in self.owners.items():
            owned |= rows.public(f"{owner}__")
        return self.filter(self.public(), owned)
