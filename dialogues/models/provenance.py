"""Provenance: sources, passages and citations; assertions and notes."""

from functools import lru_cache
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from dialogues.choices import NoteKind, PassageKind
from dialogues.querysets import CitationQuerySet, PartOfDialogueQuerySet, PassageQuerySet

from .actor import Actor, Membership
from .dialogue import Dialogue, Panel, Participation
from .publishing import SharedEntry, address_of, one_of

# How the words of a source's slug are written in a citation.
SLUG_WORDS = {
    "apcr2p": "AP R2P",
    "app": "APP",
    "dfat": "DFAT",
    "eeas": "EEAS",
    "eu": "EU",
    "ga": "GA",
    "gaamac": "GAAMAC",
    "gcr2p": "GCR2P",
    "icrtop": "ICRtoP",
    "mfa": "MFA",
    "of": "of",
    "ogpr2p": "OGPR2P",
    "pga": "PGA",
    "pti": "PTI",
    "pv": "PV",
    "sg": "SG",
    "the": "the",
    "un": "UN",
    "una": "UNA",
    "uk": "UK",
    "wfm": "WFM",
}


@lru_cache(maxsize=1000)
def source_short_name(slug: str) -> str:
    """A source as citations name it: ICRtoP 2011; GCR2P 2021 (2) for a second of that year."""
    *words, last = slug.split("-")
    if len(last) == 1 and last.isdigit():
        last = f"({last})"
    return " ".join(SLUG_WORDS.get(word, capfirst(word)) for word in [*words, last])


class Source(SharedEntry):
    """A document that facts were read in."""

    title = models.CharField(_("title"), max_length=400)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    date = models.DateField(_("date"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True, default="en")
    free_to_show = models.BooleanField(
        _("text is free to show"),
        default=False,
        help_text=_("Only where its publisher allows the public to read the text here."),
    )
    sha256 = models.CharField(_("SHA-256 of the text"), max_length=64, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta(SharedEntry.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("dialogues:source", self.slug)

    @property
    def short_name(self) -> str:
        return source_short_name(self.slug)


def passage_anchor(number: int) -> str:
    return f"p{number}"


class Passage(models.Model):
    """A numbered paragraph of a source: its place and digest, and a curator's copy of its text.

    The text is someone else's: it is never exported or searched, and shown to readers only
    where its source is free to show.
    """

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="passages", verbose_name=_("source")
    )
    # Its address, for good; its place in the text is `order`.
    number = models.PositiveSmallIntegerField(_("number"))
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    kind = models.CharField(
        _("kind"), max_length=12, choices=PassageKind, default=PassageKind.PARAGRAPH
    )
    section = models.CharField(_("section"), max_length=250, blank=True)
    subsection = models.CharField(_("sub-heading"), max_length=250, blank=True)
    first_words = models.CharField(_("first words"), max_length=200)
    last_words = models.CharField(_("last words"), max_length=200)
    words = models.PositiveSmallIntegerField(_("words"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    text = models.TextField(_("text"), blank=True, editable=False)

    objects = PassageQuerySet.as_manager()

    class Meta:
        verbose_name = _("passage")
        verbose_name_plural = _("passages")
        ordering = ["source", "order", "number"]
        constraints = [
            one_of("kind", PassageKind),
            models.UniqueConstraint(fields=["source", "number"], name="dialogues_passage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source.slug}#{self.anchor}"

    def get_absolute_url(self) -> str:
        return f"{self.source.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        return passage_anchor(self.number)


def cite(source: str, passage: int | None) -> str:
    """A citation as record files write it: `source` or `source#p12`."""
    return source if passage is None else f"{source}#{passage_anchor(passage)}"


class CitationLink(NamedTuple):
    """A citation as pages print it: a link to the source, or to a passage of it."""

    address: str
    title: str
    text: str


def citation_link(slug: str, title: str, passage: int | None) -> CitationLink:
    """The link to a source of this slug and title, or to its passage of this number."""
    address, text = address_of("dialogues:source", slug), source_short_name(slug)
    if passage is None:
        return CitationLink(address, title, text)
    anchor = passage_anchor(passage)
    return CitationLink(f"{address}#{anchor}", title, f"{text}, {anchor}")


class Assertion(models.Model):
    """A fact of a dialogue as its sources give it; where they differ, each value is kept."""

    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.CASCADE, related_name="assertions", verbose_name=_("dialogue")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    fact = models.SlugField(
        _("fact"), help_text=_("The dialogue’s field, or another word: report_date, panelists.")
    )
    value = models.JSONField(_("value"), null=True, blank=True)
    meaning = models.TextField(_("what it means"), blank=True)
    preferred = models.BooleanField(_("preferred"), default=False)
    reason = models.TextField(_("why preferred"), blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = PartOfDialogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("assertion")
        verbose_name_plural = _("assertions")
        ordering = ["dialogue", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["dialogue", "fact"],
                condition=Q(preferred=True),
                name="dialogues_assertion_one_preferred",
            )
        ]

    def __str__(self) -> str:
        return f"{self.dialogue.year} {self.fact}: {self.value}"


class Note(models.Model):
    """An ambiguity and how it was read, or what surrounds a dialogue; shown to readers."""

    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.CASCADE, related_name="notes", verbose_name=_("dialogue")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    kind = models.CharField(_("kind"), max_length=12, choices=NoteKind)
    issue = models.TextField(_("what is uncertain"))
    reading = models.TextField(_("how it was read"), blank=True)

    objects = PartOfDialogueQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["dialogue", "order"]
        constraints = [one_of("kind", NoteKind)]

    def __str__(self) -> str:
        return self.issue[:80]


# The foreign keys of records and parts that can cite.
CITING = tuple(CitationQuerySet.owners)


def _citing(model: Any) -> Any:
    """A foreign key to what cites, which goes with it."""
    return models.ForeignKey(
        model, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )


def _exactly_one() -> Q:
    """A condition: one of the foreign keys is set and the others are not."""
    condition = Q()
    for chosen in CITING:
        condition |= Q(**{f"{field}__isnull": field != chosen for field in CITING})
    return condition


class Citation(models.Model):
    """A reference from a fact to its source, and to the passage where that is known.

    It belongs to exactly one record or part; of a dialogue it also names the field.
    """

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="citations", verbose_name=_("source")
    )
    passage = models.ForeignKey(
        Passage,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="citations",
        verbose_name=_("passage"),
    )
    order = models.PositiveSmallIntegerField(default=1)
    field = models.SlugField(_("field"), blank=True)

    dialogue = _citing(Dialogue)
    panel = _citing(Panel)
    participation = _citing(Participation)
    statement = _citing("Statement")
    position = _citing("Position")
    tally = _citing("Tally")
    assertion = _citing(Assertion)
    note = _citing(Note)
    actor = _citing(Actor)
    membership = _citing(Membership)

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=_exactly_one(), name="dialogues_citation_one_owner"),
            models.CheckConstraint(
                condition=Q(field="") | Q(dialogue__isnull=False),
                name="dialogues_citation_field_of_dialogue",
            ),
        ]

    def __str__(self) -> str:
        return self.cite

    def get_absolute_url(self) -> str:
        # Through its own source: the passage's is the same, and may not have been read.
        place = f"#{self.passage.anchor}" if self.passage else ""
        return f"{self.source.get_absolute_url()}{place}"

    @property
    def cite(self) -> str:
        return cite(self.source.slug, self.passage.number if self.passage else None)

    @property
    def link(self) -> CitationLink:
        number = self.passage.number if self.passage else None
        return citation_link(self.source.slug, self.source.title, number)
