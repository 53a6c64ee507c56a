"""The coding form: one point of a passage, saved as a position of each actor who holds it."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues import publishing
from dialogues.admin.formfields import PlainTextField
from dialogues.admin.saving import save_record
from dialogues.choices import (
    Attribution,
    DeliveryMode,
    HeadingBasis,
    Pillar,
    QuotationKind,
    Stance,
    State,
    StatementForm,
)
from dialogues.models import Panel, Passage, Source, Statement, Theme
from dialogues.models.publishing import draft_ref
from dialogues.publishing import may
from dialogues.texts.digests import normalise

from .targets import CodingTarget, CodingTargets

# The key that chooses a stance while the form is open; shown beside each.
STANCE_KEYS = {
    Stance.SUPPORTS: "s",
    Stance.WELCOMES: "w",
    Stance.CALLS_FOR: "c",
    Stance.NOTES: "n",
    Stance.CONCERNED: "e",
    Stance.MIXED: "m",
    Stance.OPPOSES: "o",
}
OPENING_MARKS, CLOSING_MARKS = "“‘\"'«„", "”’\"'»“"
BETWEEN_NAMES = re.compile(r"\s*[;\n]\s*")


class InvalidCodingVersion(Exception):
    """A statement was saved or created since the desk was opened; the message names it."""


class CodingForm(forms.Form):
    """One point that a passage makes for one actor or several."""

    passage = forms.IntegerField(widget=forms.HiddenInput)
    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    start = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    text = PlainTextField(
        label=gettext_lazy("Quotation"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "The speaker’s own words, as selected. Empty it where they are the report’s."
        ),
    )
    fragment = forms.BooleanField(
        label=gettext_lazy("A fragment: it means little without the summary"), required=False
    )
    who = forms.MultipleChoiceField(
        label=gettext_lazy("Named in this passage"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    others = forms.CharField(
        label=gettext_lazy("Others"),
        required=False,
        help_text=gettext_lazy("Names, parted by semicolons; or a statement’s reference."),
    )
    theme = forms.ModelChoiceField(
        label=gettext_lazy("Theme"),
        queryset=Theme.objects.exclude(state=State.WITHDRAWN),
        to_field_name="slug",
    )
    stance = forms.ChoiceField(
        label=gettext_lazy("Stance"), choices=Stance.choices, widget=forms.RadioSelect
    )
    pillars = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Pillars"),
        choices=[(number, f"{'I' * number}") for number in Pillar.values],
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    summary = PlainTextField(
        label=gettext_lazy("Summary"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "One sentence in our own words. {actor} stands for the name, where it is for several."
        ),
    )
    attribution = forms.ChoiceField(
        label=gettext_lazy("Attribution"),
        choices=[
            ("", gettext_lazy("Named alone; in a list, where several are")),
            *Attribution.choices,
        ],
        required=False,
    )
    panel = forms.ModelChoiceField(
        label=gettext_lazy("Panel of a new statement"),
        queryset=Panel.objects.none(),
        required=False,
    )
    why = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Kept in the history."),
    )

    def __init__(self, *args: Any, source: Source, room: CodingTargets, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source, self.room = source, room
        panel: Any = self.fields["panel"]
        panel.queryset = room.dialogue.panels.select_related("dialogue")
        who: Any = self.fields["who"]
        # The choices that the page offered: slugs of actors, or references of statements.
        offered = self.data.getlist("who") if isinstance(self.data, QueryDict) else []
        who.choices = [(word, word) for word in offered]

    def clean_passage(self) -> Passage:
        number = self.cleaned_data["passage"]
        passages = self.source.passages.filter(number=number)
        passage = passages.first() if number < 32768 else None
        if passage is None:
            raise forms.ValidationError(_("There is no passage p%(n)s.") % {"n": number})
        return passage

    def clean_text(self) -> str:
        return normalise(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        words = [*values.get("who", []), *BETWEEN_NAMES.split(values.get("others", "").strip())]
        targets: dict[Any, CodingTarget] = {}
        for word in filter(None, words):
            try:
                target = self.room.target(word)
            except forms.ValidationError as fault:
                self.add_error("others", fault)
                continue
            # Actors who delivered one statement together hold the point once.
            targets[target.statement or target.actor] = target
        if not targets and "others" not in self.errors:
            self.add_error("others", _("Say who holds it: at least one actor."))
        values["targets"] = list(targets.values())
        if values.get("text") and values.get("passage"):
            self._place(values["text"], values["passage"])
        return values

    @property
    def words_of_the_report(self) -> bool:
        """Whether the words quoted stand outside of all quotation marks in their passage."""
        passage, start = self.cleaned_data["passage"], self.cleaned_data.get("start")
        return start is not None and not inside_quotation_marks(passage.text[:start])

    def _place(self, text: str, passage: Passage) -> None:
        """Sets the place of the words: as selected, or the only place where they stand."""
        start = self.cleaned_data.get("start")
        if not passage.text:
            self.cleaned_data["start"] = None
        elif text not in passage.text:
            self.add_error(
                "text",
                _("These words do not stand in %(passage)s. Copy them character for character.")
                % {"passage": passage.anchor},
            )
        elif start is None or passage.text[start : start + len(text)] != text:
            once = passage.text.count(text) == 1
            self.cleaned_data["start"] = passage.text.index(text) if once else None


def inside_quotation_marks(before: str) -> bool:
    """Whether a text ends inside quotation marks."""
    return (
        any(
            before.rfind(opening) > before.rfind(closing) for opening, closing in ("“”", "«»", "‘’")
        )
        or before.count('"') % 2 == 1
    )


# The save


@transaction.atomic
def save_coding(form: CodingForm, user: Any) -> tuple[list[str], list[str]]:
    """Saves the positions of a valid form; the names of whose were saved, and whose proposed.

    Raises InvalidCodingVersion where a statement has changed since the desk was opened, and
    PermissionDenied where a role may not change one of them; nothing is written then.
    """
    values, targets = form.cleaned_data, form.cleaned_data["targets"]
    _lock(form, user)
    saved: list[str] = []
    proposed: list[str] = []
    claim = f"claim-{secrets.token_hex(4)}" if len(targets) > 1 else ""
    for target in targets:
        statement = target.statement or Statement(dialogue=form.room.dialogue)
        if target.statement is None:
            record = _new_statement(values, target)
        else:
            record = publishing.current_record(statement)
        point = _position(values, target, claim)
        record = {**record, "positions": [*record["positions"], point]}
        (proposed if statement.is_published else saved).append(target.name)
        save_record(statement, record, user, values["why"])
    return saved, proposed


def _lock(form: CodingForm, user: Any) -> None:
    """Locks every statement, and checks that each is as it was when the desk was opened.

    Statements in the order of their keys, then their dialogue, as publishing does: no deadlock.
    """
    targets, dialogue = form.cleaned_data["targets"], form.room.dialogue
    seen = dict(pair.split(":", 1) for pair in form.cleaned_data["opened"].split() if ":" in pair)
    coded = [target for target in targets if target.statement]
    for target in sorted(coded, key=lambda target: target.statement.pk):
        publishing.lock(target.statement)
        if seen.get(str(target.statement.pk)) != str(target.statement.version):
            raise InvalidCodingVersion(target.name)
        if not may(user, "change", target.statement):
            raise PermissionDenied(target.name)
    new = [target for target in targets if target.statement is None]
    if new and not may(user, "add"):
        raise PermissionDenied
    if new:
        # Whoever adds a statement of the same actor at the same time waits here, and is too late.
        publishing.lock(dialogue)
    statements = dialogue.statements.exclude(state=State.WITHDRAWN)
    for target in new:
        delivered = {"deliveries__actor": target.actor, "deliveries__mode": DeliveryMode.DELIVERED}
        if statements.filter(**delivered).exists():
            raise InvalidCodingVersion(target.name)


# New records, without the texts and lists that are empty: the save completes them.


def _new_statement(values: dict[str, Any], target: CodingTarget) -> dict[str, Any]:
    assert target.actor is not None
    delivery = {"actor": target.actor.slug, "mode": DeliveryMode.DELIVERED.value}
    return {
        "ref": draft_ref(),
        "form": StatementForm.STATEMENT.value,
        "panel": values["panel"].key if values["panel"] else None,
        "deliveries": [{**delivery, "on_behalf_of": None}],
        "cites": [str(values["passage"])],
        "positions": [],
    }


def _position(values: dict[str, Any], target: CodingTarget, claim: str) -> dict[str, Any]:
    passage = values["passage"]
    heading = passage.subsection or passage.section
    usual = Attribution.LIST if claim else Attribution.INDIVIDUAL
    if target.statement and target.statement.is_joint and not claim:
        usual = Attribution.JOINT
    return {
        "ref": draft_ref(),
        "theme": values["theme"].slug,
        "heading": heading,
        "heading_basis": HeadingBasis.PRINTED.value if heading else "",
        "stance": values["stance"],
        "pillars": sorted(values["pillars"]),
        "summary": values["summary"].replace("{actor}", target.name),
        "attribution": values["attribution"] or usual.value,
        "claim": claim,
        "proposal": None,
        "cites": [str(passage)],
        "quotations": [_quotation(values)] if values["text"] else [],
    }


def _quotation(values: dict[str, Any]) -> dict[str, Any]:
    text, start, passage = values["text"], values.get("start"), values["passage"]
    end = None if start is None else start + len(text)
    before = passage.text[start - 1 : start] if start else ""
    after = passage.text[end : end + 1] if end else ""
    marked = before and before in OPENING_MARKS and after and after in CLOSING_MARKS
    return {
        "ref": draft_ref(),
        "kind": QuotationKind.SPEECH.value,
        "text": text,
        "fragment": values["fragment"],
        "opening_mark": before if marked else "",
        "closing_mark": after if marked else "",
        "source": str(passage),
        "start": start,
        "end": end,
    }
