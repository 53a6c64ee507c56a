"""The upload form of a source's text: pasted or as a file, its size limited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.admin.formfields import PlainTextField
from dialogues.texts import documents, paragraphs

MOST_BLOCKS = 2000


class TextUploadForm(forms.Form):
    """A text, pasted or as a file; its size is checked before it is parsed."""

    text = PlainTextField(
        label=gettext_lazy("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("Pasted whole, headings included; at most a million characters."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        allow_empty_file=True,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ",".join(documents.ENDINGS)}),
        help_text=gettext_lazy(".txt (UTF-8), .docx or .pdf with text in it; at most 10 MB."),
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        return self._checked(lambda: documents.validated_text(text)) if text else ""

    def clean_file(self) -> tuple[str, str] | None:
        """The name of the file, and its text."""
        file = self.cleaned_data["file"]
        if file is None:
            return None
        content = file.read() if file.size <= documents.LARGEST_FILE else b""
        text = self._checked(lambda: documents.text_of(file.name, file.size, content))
        return file.name, text

    def _checked(self, read: Callable[[], str]) -> str:
        try:
            text = read()
            count = len(paragraphs.propose_blocks(text))
        except documents.InvalidDocument as refused:
            raise forms.ValidationError(str(refused)) from refused
        if count > MOST_BLOCKS:
            raise forms.ValidationError(
                _("It has %(count)s paragraphs. At most %(most)s are taken.")
                % {"count": count, "most": MOST_BLOCKS}
            )
        return text

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and bool(values.get("text")) == bool(values.get("file")):
            self.add_error("text", _("Paste a text, or choose a file: one of the two."))
        return values

    @property
    def origin_and_text(self) -> tuple[str, str]:
        return self.cleaned_data["file"] or (_("pasted"), self.cleaned_data["text"])
