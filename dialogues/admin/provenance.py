"""The admin pages of provenance: sources, with their text and coding desk; passages; citations."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from dialogues.admin.coding.views import coding_page
from dialogues.admin.texts.views import text_page
from dialogues.admin.workflow.editing import of_record
from dialogues.models import Citation, Passage, Source
from dialogues.models.provenance import CITING

from .base import ReadOnlyAdmin, ReadOnlyPartAdmin, change_url
from .home import site
from .lists import EntryAdmin
from .saving import owning_record


@admin.register(Source, site=site)
class SourceAdmin(EntryAdmin):
    list_display = ("title", "slug", "publisher", "date", "state")
    list_filter = ("state", "proposal", "free_to_show", "language")
    search_fields = ("title", "slug", "publisher")
    prepopulated_fields = {"slug": ("title",)}
    ordering = ("slug",)
    fields = (
        "title",
        "slug",
        ("publisher", "date", "language"),
        "url",
        "free_to_show",
        "note",
        "passages_shown",
    )
    readonly_fields = ("passages_shown",)
    pages = (*EntryAdmin.pages, "text", "desk")

    @method_decorator(csrf_exempt)
    @of_record
    def text_view(self, request: HttpRequest, source: Source) -> HttpResponse:
        """The page of its text. The CSRF token is checked after the size, which has a message."""
        try:
            request.POST  # noqa: B018 (reads it)
        except RequestDataTooBig:
            most = (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) / 1024 / 1024
            words = _("Text: more than %(most)s MB was pasted. Bring it in as a file instead.")
            messages.error(request, words % {"most": most})
            return HttpResponseRedirect(request.path)
        return csrf_protect(text_page)(request, self.admin_site, source)

    @of_record
    def desk_view(self, request: HttpRequest, source: Source) -> HttpResponse:
        return coding_page(request, self.admin_site, source)

    @admin.display(description=gettext_lazy("passages"))
    def passages_shown(self, obj: Source) -> str | SafeString:
        count = obj.passages.count() if obj.pk else 0
        if not count:
            return "-"
        url = reverse("admin:dialogues_passage_changelist")
        return format_html('<a href="{}?source__id__exact={}">{}</a>', url, obj.pk, count)


@admin.register(Passage, site=site)
class PassageAdmin(ReadOnlyPartAdmin):
    """Passages, read-only: they are entered with the text of their source."""

    list_display = ("__str__", "section", "first_words", "words", "loaded")
    list_filter = ("kind", "source")
    list_select_related = ("source",)
    search_fields = ("source__slug", "section", "first_words", "text")
    ordering = ("source__slug", "order", "number")
    fields = ("edited_at", "number", "kind", "section", "subsection", "text", "words", "sha256")
    readonly_fields = ("edited_at", "text")

    @admin.display(description=gettext_lazy("text"), boolean=True)
    def loaded(self, obj: Passage) -> bool:
        return bool(obj.text)


@admin.register(Citation, site=site)
class CitationAdmin(ReadOnlyAdmin):
    list_display = ("cite", "owner", "field")
    list_filter = ("source",)
    search_fields = ("source__slug",)
    ordering = ("source__slug", "passage__number", "pk")
    fields = ("cite", "field", "owner")
    readonly_fields = ("owner",)
    # All that a citation can belong to, so that a list costs no query for each row.
    joined = (
        *("source", "passage", "actor", "dialogue", "panel__dialogue", "position"),
        *("participation__person", "participation__panel__dialogue"),
        *("membership__actor", "membership__group"),
        *("statement__dialogue", "statement__speaker"),
        *("tally__dialogue", "assertion__dialogue", "note__dialogue"),
    )
    prefetched = ("statement__deliveries__actor", "position__statement__deliveries__actor")

    def owner_of(self, obj: Citation) -> Any:
        return next(filter(None, (getattr(obj, name) for name in CITING)))

    def history_of(self, obj: Citation) -> tuple[str, int]:
        return super().history_of(self.owner_of(obj))

    @admin.display(description=gettext_lazy("cited by"))
    def owner(self, obj: Citation) -> SafeString:
        owner = self.owner_of(obj)
        url = change_url(owning_record(owner))
        return format_html('{}: <a href="{}">{}</a>', owner._meta.verbose_name, url, owner)
