"""The controlled vocabulary: themes, situations, instruments, events; and synonyms."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dialogues.choices import InstrumentKind

from .publishing import SharedEntry, address_of, one_of


class Theme(SharedEntry):
    """A subject that stays the same over the years, so that years can be compared."""

    order = models.PositiveSmallIntegerField(_("order"), default=0)
    title = models.CharField(_("title"), max_length=120)
    definition = models.TextField(
        _("definition"), help_text=_("One sentence: what belongs under this theme.")
    )

    class Meta(SharedEntry.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["order", "slug"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("dialogues:theme", self.slug)


class NamedEntry(SharedEntry):
    """An entry with a name and the other ways in which sources write it."""

    name = models.CharField(_("name"), max_length=250)
    variants = models.JSONField(
        _("other wordings"),
        default=list,
        blank=True,
        help_text=_("One a line: other ways in which sources name it. Search finds them."),
    )

    class Meta(SharedEntry.Meta):
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Situation(NamedEntry):
    """A crisis that statements name."""

    description = models.TextField(_("description"), blank=True)

    class Meta(NamedEntry.Meta):
        verbose_name = _("situation")
        verbose_name_plural = _("situations")


class Instrument(NamedEntry):
    """A resolution, treaty, court, mechanism or tool that statements name."""

    kind = models.CharField(_("kind"), max_length=24, choices=InstrumentKind)
    note = models.TextField(_("note"), blank=True)

    class Meta(NamedEntry.Meta):
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        constraints = [*SharedEntry.Meta.constraints, one_of("kind", InstrumentKind)]


class Event(SharedEntry):
    """A side event of a dialogue, or another event that its record names."""

    name = models.CharField(_("name"), max_length=250)
    date_text = models.CharField(
        _("date"), max_length=120, blank=True, help_text=_("As the source words it.")
    )
    note = models.TextField(_("note"), blank=True)

    class Meta(SharedEntry.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Synonym(SharedEntry):
    """Words that mean one thing in search, such as RtoP and R2P."""

    words = models.JSONField(
        _("words"), default=list, help_text=_("One a line. Search takes each for all the others.")
    )

    class Meta(SharedEntry.Meta):
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")

    def __str__(self) -> str:
        return " = ".join(self.words)
