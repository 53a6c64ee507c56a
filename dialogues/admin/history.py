"""What was done, by whom and when: to read, never to change."""

from __future__ import annotations

import json

from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.models import Revision
from dialogues.records.difference import difference

from .base import ReadOnlyAdmin
from .site import site


@admin.register(Revision, site=site)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ("number", "at", "who", "action", "record_type", "record_key", "reason")
    list_display_links = ("number", "at")
    list_filter = ("action", "record_type")
    list_select_related = ("by",)
    search_fields = ("record_key", "reason", "by__username")
    search_help_text = gettext_lazy("Slug, year or reference of the record; reason; who")
    ordering = ("-number",)
    fields = (
        ("number", "at", "who"),
        ("record_type", "record_key", "action"),
        "reason",
        "changes",
        "whole",
        "digest",
    )
    readonly_fields = ("who", "changes", "whole")

    def history_of(self, obj: Revision) -> tuple[str, str]:
        return obj.record_type, obj.record_key

    @admin.display(description=gettext_lazy("who"), ordering="by")
    def who(self, obj: Revision) -> str:
        return obj.by.get_username() if obj.by else _("a command")

    @admin.display(description=gettext_lazy("what changed"))
    def changes(self, obj: Revision) -> str | SafeString:
        """Field by field, against the revision before."""
        same = Revision.objects.filter(record_type=obj.record_type, record_key=obj.record_key)
        before = same.filter(number__lt=obj.number).last()
        if before is None:
            return _("Its first revision.")
        lines = [(str(change),) for change in difference(before.record, obj.record)]
        if not lines:
            return _("Nothing in the record itself.")
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", lines))

    @admin.display(description=gettext_lazy("the record"))
    def whole(self, obj: Revision) -> SafeString:
        text = json.dumps(obj.record, ensure_ascii=False, indent=2)
        return format_html(
            "<details><summary>{}</summary><pre>{}</pre></details>", _("All of it"), text
        )
