"""A yearly dialogue, its panels, and who took part in them."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dialogues.choices import Coding, DialogueFormat, PanelKind, ParticipationRole
from dialogues.querysets import PartOfDialogueQuerySet, PartOfPanelQuerySet

from .actor import Actor, Person
from .publishing import Publishable, WithParts, address_of, one_of
from .vocabulary import Event


def _reported(label: Any, **options: Any) -> Any:
    """A number that sources may give of a whole dialogue."""
    return models.PositiveSmallIntegerField(label, null=True, blank=True, **options)


class Dialogue(Publishable, WithParts):
    """One year's meeting of the General Assembly on the Responsibility to Protect."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    title = models.CharField(_("title"), max_length=250)
    format = models.CharField(_("format"), max_length=32, choices=DialogueFormat)
    reason_not_held = models.TextField(
        _("why none was held"), blank=True, help_text=_("Only for a year without a meeting.")
    )
    first_day = models.DateField(_("first day"), null=True, blank=True)
    further_days = models.JSONField(
        _("further days"), default=list, blank=True, help_text=_("One a line, as 2009-07-23.")
    )
    duration = models.CharField(_("duration"), max_length=120, blank=True)
    theme = models.CharField(
        _("theme"), max_length=300, blank=True, help_text=_("As the meeting was announced.")
    )
    ordinal = models.CharField(
        _("which in the series"),
        max_length=200,
        blank=True,
        help_text=_("As a source counts it; sources differ by one."),
    )
    ga_session = models.PositiveSmallIntegerField(_("Assembly session"), null=True, blank=True)
    convener = models.CharField(_("convener"), max_length=200, blank=True)
    assembly_president = models.CharField(
        _("President of the Assembly"), max_length=200, blank=True
    )
    secretary_general = models.CharField(_("Secretary-General"), max_length=200, blank=True)
    report_title = models.CharField(_("Secretary-General’s report"), max_length=300, blank=True)
    report_symbols = models.JSONField(
        _("symbols of the report"), default=list, blank=True, help_text=_("One a line.")
    )
    report_date = models.DateField(_("date of the report"), null=True, blank=True)

    member_states = _reported(
        _("Member States, reported"),
        help_text=_("What the preferred source counts, not what this record names."),
    )
    regional_organizations = _reported(_("regional organizations, reported"))
    observers = _reported(_("observers, reported"))
    civil_society = _reported(_("civil society, reported"))
    states_spoken_for = _reported(_("states spoken for, reported"))
    observers_spoken_for = _reported(_("observers spoken for, reported"))
    speakers = _reported(_("speakers in all, reported"))

    coding = models.CharField(
        _("how far coded"),
        max_length=12,
        choices=Coding,
        blank=True,
        help_text=_("How far the sources have been turned into statements; empty if none held."),
    )
    coding_note = models.TextField(_("note on the coding"), blank=True)
    summary = models.TextField(_("summary"), blank=True, help_text=_("In our own words."))
    events = models.ManyToManyField(
        Event, blank=True, related_name="dialogues", verbose_name=_("events beside it")
    )

    class Meta(Publishable.Meta):
        verbose_name = _("dialogue")
        verbose_name_plural = _("dialogues")
        ordering = ["year"]
        constraints = [
            *Publishable.Meta.constraints,
            one_of("format", DialogueFormat),
            one_of("coding", Coding, blank=True),
            models.CheckConstraint(
                condition=Q(year__gte=2005, year__lte=2100), name="dialogues_dialogue_year_range"
            ),
            models.CheckConstraint(
                condition=Q(format=DialogueFormat.NONE_HELD, first_day=None, coding="")
                | ~Q(format=DialogueFormat.NONE_HELD) & Q(first_day__isnull=False) & ~Q(coding=""),
                name="dialogues_dialogue_held_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.title}"

    def get_absolute_url(self) -> str:
        return address_of("dialogues:dialogue", self.year)

    @property
    def dates(self) -> list[str]:
        """All days of the meeting, ISO dates in order."""
        return [self.first_day.isoformat(), *self.further_days] if self.first_day else []

    @property
    def was_held(self) -> bool:
        return self.format != DialogueFormat.NONE_HELD


class Panel(models.Model):
    """A segment of a dialogue, in order."""

    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.CASCADE, related_name="panels", verbose_name=_("dialogue")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    key = models.SlugField(_("key"), help_text=_("A short word, once in a dialogue: opening."))
    kind = models.CharField(_("kind"), max_length=12, choices=PanelKind)
    title = models.CharField(_("title"), max_length=250)
    part = models.CharField(
        _("when"), max_length=120, blank=True, help_text=_("Morning; 23 July: as the source says.")
    )
    summary = models.TextField(_("summary"), blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = PartOfDialogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("panel")
        verbose_name_plural = _("panels")
        ordering = ["dialogue__year", "order"]
        constraints = [
            one_of("kind", PanelKind),
            models.UniqueConstraint(fields=["dialogue", "key"], name="dialogues_panel_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue.year}: {self.title}"


class Participation(models.Model):
    """A person on a panel, with the post then held."""

    panel = models.ForeignKey(
        Panel, on_delete=models.CASCADE, related_name="participations", verbose_name=_("panel")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("person"),
        help_text=_("Empty where the source names an office only."),
    )
    actor = models.ForeignKey(
        Actor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="participations",
        verbose_name=_("stands for"),
    )
    country = models.ForeignKey(
        Actor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="panelists",
        verbose_name=_("nationality"),
        help_text=_("Only where a source gives it."),
    )
    honorific = models.CharField(_("honorific"), max_length=60, blank=True)
    post = models.CharField(_("post then held"), max_length=250, blank=True)
    organization = models.CharField(
        _("organization"), max_length=250, blank=True, help_text=_("As printed.")
    )
    role = models.CharField(_("role"), max_length=20, choices=ParticipationRole)
    summary = models.TextField(_("summary"), blank=True, help_text=_("In our own words."))

    objects = PartOfPanelQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["panel", "order"]
        constraints = [
            one_of("role", ParticipationRole),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(post="") | ~Q(organization=""),
                name="dialogues_participation_says_who",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person or self.post or self.organization)
