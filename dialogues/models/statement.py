"""Statements, their deliveries, positions and quotations."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dialogues.choices import (
    Attribution,
    Check,
    DeliveryMode,
    HeadingBasis,
    ProposalPart,
    QuotationKind,
    Stance,
    State,
    StatementForm,
)
from dialogues.querysets import (
    DeliveryQuerySet,
    PositionQuerySet,
    QuotationQuerySet,
    StatementQuerySet,
)

from .actor import Actor, Person
from .dialogue import Dialogue, Panel
from .provenance import Passage, Source, cite
from .publishing import (
    PillarsMixin,
    Publishable,
    ReferencedPart,
    WithdrawnPart,
    WithParts,
    address_of,
    one_of,
)
from .vocabulary import Instrument, Situation, Theme


class Statement(Publishable, ReferencedPart, WithParts):
    """A statement in a dialogue, delivered by one actor or several."""

    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.PROTECT, related_name="statements", verbose_name=_("dialogue")
    )
    form = models.CharField(
        _("form"), max_length=12, choices=StatementForm, default=StatementForm.STATEMENT
    )
    panel = models.ForeignKey(
        Panel,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
        verbose_name=_("panel"),
        help_text=_("The segment it was made in; empty where the source does not say."),
    )
    speaker = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
        verbose_name=_("speaker"),
        help_text=_("Who read it out; empty where the source does not say."),
    )
    speaker_post = models.CharField(_("speaker’s post"), max_length=250, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    url = models.URLField(
        _("address"), max_length=500, blank=True, help_text=_("Of its text, where there is one.")
    )
    summary = models.TextField(_("summary"), blank=True, help_text=_("In our own words."))
    note = models.TextField(_("note"), blank=True, help_text=_("Readers see it."))
    actors = models.ManyToManyField(
        Actor, through="Delivery", related_name="statements", verbose_name=_("actors")
    )

    objects = StatementQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Publishable.Meta):
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["dialogue__year", "serial", "pk"]
        indexes = [
            models.Index(fields=["dialogue", "serial"]),
            # The newest of each is asked for with every answer.
            models.Index(fields=["published_at"]),
            models.Index(fields=["withdrawn_at"]),
            # Those that readers see, to be joined to what a search has found.
            models.Index(
                fields=["id", "dialogue"],
                name="dialogues_statement_seen",
                condition=Q(state=State.PUBLISHED),
            ),
        ]
        constraints = [
            *Publishable.Meta.constraints,
            one_of("form", StatementForm),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_review"]) | Q(ref__startswith="RTOP-"),
                name="dialogues_statement_published_has_ref",
            ),
        ]

    def __str__(self) -> str:
        who = ", ".join(delivery.actor.name for delivery in self.delivered)
        return f"{self.ref}: {who or self.speaker or _('nobody named yet')}"

    def get_absolute_url(self) -> str:
        return address_of("dialogues:statement", self.ref)

    @property
    def delivered(self) -> list["Delivery"]:
        """The deliveries by whom it counts. Queries unless `deliveries__actor` is prefetched."""
        return [d for d in self.deliveries.all() if d.mode == DeliveryMode.DELIVERED]

    @property
    def is_from_the_floor(self) -> bool:
        """As `DeliveryQuerySet.from_the_floor`, of a loaded statement."""
        return self.form == StatementForm.STATEMENT

    @property
    def is_joint(self) -> bool:
        return len(self.delivered) > 1


class Delivery(models.Model):
    """An actor of a statement, and those on whose behalf it spoke."""

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("statement")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    actor = models.ForeignKey(
        Actor, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("actor")
    )
    mode = models.CharField(
        _("how"), max_length=12, choices=DeliveryMode, default=DeliveryMode.DELIVERED
    )
    printed_name = models.CharField(
        _("name as printed"),
        max_length=200,
        blank=True,
        help_text=_("Only where the source writes it otherwise."),
    )
    on_behalf_wording = models.TextField(
        _("on behalf of: the words"), blank=True, help_text=_("As the source puts it.")
    )
    on_behalf_number = models.PositiveSmallIntegerField(
        _("on behalf of: how many"), null=True, blank=True
    )
    on_behalf_of = models.ManyToManyField(
        Actor,
        blank=True,
        related_name="spoken_for_in",
        verbose_name=_("on behalf of: those named"),
        help_text=_("They hold no position of their own by this."),
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("actor of the statement")
        verbose_name_plural = _("actors of the statement")
        ordering = ["statement", "order"]
        constraints = [
            one_of("mode", DeliveryMode),
            models.UniqueConstraint(
                fields=["statement", "actor"], name="dialogues_delivery_actor_once"
            ),
        ]

    def __str__(self) -> str:
        return self.printed_name or self.actor.name


class Position(ReferencedPart, PillarsMixin):
    """One point of one statement, held by each actor who delivered it."""

    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, related_name="positions", verbose_name=_("statement")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, related_name="positions", verbose_name=_("theme")
    )
    other_themes = models.ManyToManyField(
        Theme,
        blank=True,
        related_name="also_positions",
        verbose_name=_("other themes"),
        help_text=_("Shown, not counted."),
    )
    heading = models.CharField(
        _("report’s own heading"), max_length=250, blank=True, help_text=_("As printed.")
    )
    heading_basis = models.CharField(
        _("under that heading"), max_length=12, choices=HeadingBasis, blank=True
    )
    stance = models.CharField(_("stance"), max_length=12, choices=Stance)
    summary = models.TextField(_("summary"), help_text=_("One sentence in our own words."))
    attribution = models.CharField(
        _("attribution"),
        max_length=12,
        choices=Attribution,
        default=Attribution.INDIVIDUAL,
        help_text=_("How the source ties the point to its actor."),
    )
    claim = models.SlugField(
        _("shared claim"),
        blank=True,
        help_text=_("The same word on each point that one clause of the source makes for several."),
    )
    proposal_year = models.PositiveSmallIntegerField(
        _("proposal for the dialogue of"), null=True, blank=True
    )
    proposal_part = models.CharField(
        _("part in the proposal"), max_length=16, choices=ProposalPart, blank=True
    )
    proposal_title = models.CharField(_("what is proposed"), max_length=250, blank=True)
    situations = models.ManyToManyField(
        Situation, blank=True, related_name="positions", verbose_name=_("situations")
    )
    instruments = models.ManyToManyField(
        Instrument, blank=True, related_name="positions", verbose_name=_("instruments")
    )
    mentions = models.ManyToManyField(
        Actor,
        blank=True,
        related_name="mentioned_in",
        verbose_name=_("also mentions"),
        help_text=_("Actors that the point speaks of; it is not theirs."),
    )
    note = models.TextField(_("note"), blank=True, help_text=_("Readers see it."))

    objects = PositionQuerySet.as_manager()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        ordering = ["statement", "order"]
        indexes = [models.Index(fields=["theme", "stance"])]
        constraints = [
            one_of("stance", Stance),
            one_of("attribution", Attribution),
            one_of("heading_basis", HeadingBasis, blank=True),
            one_of("proposal_part", ProposalPart, blank=True),
            models.CheckConstraint(
                condition=Q(proposal_year=None, proposal_part="", proposal_title="")
                | Q(proposal_year__isnull=False) & ~Q(proposal_part="") & ~Q(proposal_title=""),
                name="dialogues_position_proposal_whole",
            ),
            models.CheckConstraint(
                condition=Q(heading="", heading_basis="") | ~Q(heading="") & ~Q(heading_basis=""),
                name="dialogues_position_heading_has_basis",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref}: {self.summary[:80]}"

    def get_absolute_url(self) -> str:
        return address_of("dialogues:position", self.ref)


class Quotation(ReferencedPart):
    """Words as printed, with their place in a passage; of a position, or of the dialogue."""

    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.PROTECT, related_name="quotations", verbose_name=_("dialogue")
    )
    statement = models.ForeignKey(
        Statement,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="quotations",
        verbose_name=_("statement"),
    )
    position = models.ForeignKey(
        Position,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="quotations",
        verbose_name=_("position"),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    kind = models.CharField(
        _("kind"), max_length=12, choices=QuotationKind, default=QuotationKind.SPEECH
    )
    text = models.TextField(
        _("words"), help_text=_("Character for character as printed, without the outer marks.")
    )
    fragment = models.BooleanField(
        _("fragment"), default=False, help_text=_("Means little without the summary beside it.")
    )
    opening_mark = models.CharField(_("opening mark"), max_length=2, blank=True)
    closing_mark = models.CharField(_("closing mark"), max_length=2, blank=True)
    language = models.CharField(
        _("language"), max_length=12, blank=True, help_text=_("Empty: English.")
    )
    instrument = models.ForeignKey(
        Instrument,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="quotations",
        verbose_name=_("instrument"),
        help_text=_("The document whose words these are."),
    )
    note = models.TextField(_("note"), blank=True)
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="quotations", verbose_name=_("source")
    )
    passage = models.ForeignKey(
        Passage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="quotations",
        verbose_name=_("passage"),
    )
    start = models.PositiveIntegerField(_("from character"), null=True, blank=True)
    end = models.PositiveIntegerField(_("to character"), null=True, blank=True)
    check_result = models.CharField(
        _("checked"), max_length=12, choices=Check, default=Check.NOT_CHECKED, editable=False
    )

    objects = QuotationQuerySet.as_manager()

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        ordering = ["dialogue__year", "serial", "pk"]
        constraints = [
            one_of("kind", QuotationKind),
            one_of("check_result", Check),
            models.CheckConstraint(
                condition=Q(statement=None, position=None)
                | Q(statement__isnull=False, position__isnull=False),
                name="dialogues_quotation_position_in_statement",
            ),
            models.CheckConstraint(
                # With a null beside it, a comparison is neither true nor refused.
                condition=Q(start=None, end=None)
                | Q(
                    start__isnull=False,
                    end__isnull=False,
                    passage__isnull=False,
                    start__lt=F("end"),
                ),
                name="dialogues_quotation_place_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opening_mark or '“'}{self.text}{self.closing_mark or '”'}"

    @property
    def cite(self) -> str:
        return cite(self.source.slug, self.passage.number if self.passage else None)

    def clean(self) -> None:
        if self.passage and self.passage.source_id != self.source_id:
            raise ValidationError({"passage": _("This passage is of another source.")})


def withdrawn_part(ref: str) -> WithdrawnPart | None:
    """The tombstone of a position, quotation or tally, by its reference. At most two queries.

    Reads the records of the year that have lost a part.
    """
    year = ref[5:9]
    if not (ref.startswith("RTOP-") and year.isascii() and year.isdecimal()):
        return None
    for model, path in ((Statement, "dialogue__year"), (Dialogue, "year")):
        known = model._default_manager.filter(state__in=(State.PUBLISHED, State.WITHDRAWN))
        records = known.filter(**{path: int(year)}).exclude(withdrawn_parts=[])
        for parts in records.values_list("withdrawn_parts", flat=True):
            for part in parts:
                if part["ref"] == ref:
                    return WithdrawnPart(ref, date.fromisoformat(part["on"]), part["reason"])
    return None
