"""Working data of curators on the text of a source: kept between sittings, in no record."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dialogues.choices import Mark

from .provenance import Passage, Source
from .publishing import one_of


class TextDraft(models.Model):
    """An uploaded text whose passages are not recorded yet.

    `blocks` are its paragraphs and headings in order, each `{"as", "text"}`; `is` is the number of
    the recorded passage that a curator takes one for. `kept` are the numbers of passages that stay
    although the text has them no longer.
    """

    source = models.OneToOneField(
        Source, on_delete=models.CASCADE, related_name="text_at_hand", verbose_name=_("source")
    )
    origin = models.CharField(_("from"), max_length=200)
    sha256 = models.CharField(_("SHA-256 of the text"), max_length=64)
    blocks = models.JSONField(_("paragraphs and headings"))
    kept = models.JSONField(_("passages kept"), default=list)
    version = models.PositiveIntegerField(_("version"), default=1)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, verbose_name=_("who brought it in")
    )
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("text at hand")
        verbose_name_plural = _("texts at hand")
        ordering = ["source"]

    def __str__(self) -> str:
        return f"{self.source}: {self.origin}"


class PassageMark(models.Model):
    """A curator's note on a passage: set aside, or read it again."""

    passage = models.OneToOneField(
        Passage, on_delete=models.CASCADE, related_name="mark", verbose_name=_("passage")
    )
    kind = models.CharField(_("mark"), max_length=12, choices=Mark)
    reason = models.CharField(_("reason"), max_length=300)
    # Null where an operator's command did it.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"), auto_now=True)

    class Meta:
        verbose_name = _("mark of a passage")
        verbose_name_plural = _("marks of passages")
        ordering = ["passage"]
        constraints = [one_of("kind", Mark)]

    def __str__(self) -> str:
        return f"{self.passage}: {self.get_kind_display()}"
