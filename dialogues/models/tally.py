"""Tallies: how many actors a source counts for a point, and the names found for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dialogues.choices import Stance, TallyRelation
from dialogues.querysets import TallyQuerySet

from .actor import Actor
from .dialogue import Dialogue
from .publishing import PillarsMixin, ReferencedPart, one_of
from .vocabulary import Event, Instrument, Situation, Theme


class Tally(ReferencedPart, PillarsMixin):
    """A count that a source reports ("Ten States voiced support"), and the names found for it."""

    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.CASCADE, related_name="tallies", verbose_name=_("dialogue")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    wording = models.TextField(_("wording"), help_text=_("The source’s few words."))
    claim = models.TextField(_("what it says"), help_text=_("In our own words."))
    unit = models.CharField(_("counts"), max_length=120, blank=True)
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    implied_number = models.PositiveSmallIntegerField(_("number implied"), null=True, blank=True)
    stance = models.CharField(_("stance"), max_length=12, choices=Stance, blank=True)
    theme = models.ForeignKey(
        Theme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="tallies",
        verbose_name=_("theme"),
    )
    heading = models.CharField(_("report’s own heading"), max_length=250, blank=True)
    relation = models.CharField(_("names found"), max_length=12, choices=TallyRelation)
    matches = models.BooleanField(
        _("number and names agree"),
        null=True,
        blank=True,
        help_text=_("Empty where the source gives no number."),
    )
    actors = models.ManyToManyField(
        Actor, blank=True, related_name="tallies", verbose_name=_("actors named")
    )
    events = models.ManyToManyField(
        Event, blank=True, related_name="tallies", verbose_name=_("events named")
    )
    situations = models.ManyToManyField(Situation, blank=True, related_name="tallies")
    instruments = models.ManyToManyField(Instrument, blank=True, related_name="tallies")
    note = models.TextField(_("note"), blank=True)

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        ordering = ["dialogue__year", "serial", "pk"]
        constraints = [
            one_of("stance", Stance, blank=True),
            one_of("relation", TallyRelation),
        ]

    def __str__(self) -> str:
        return f"{self.ref}: {self.wording[:80]}"

    @property
    def reported(self) -> int | None:
        """The number that the source gives, or implies."""
        return self.implied_number if self.number is None else self.number

    @property
    def finding(self) -> bool | None:
        """Whether the names are as many as the source counts; None where it gives no number."""
        if self.reported is None:
            return None
        return self.reported == len(self.actors.all()) + len(self.events.all())
