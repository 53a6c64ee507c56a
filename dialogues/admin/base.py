"""Base classes of the admin: form fields, permissions by role, read-only lists, inline rows."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextareaWidget, RelatedFieldWidgetWrapper
from django.db import models
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from dialogues.models import Theme
from dialogues.publishing import may
from dialogues.records.record_forms import form_of

from .formfields import LinesField, PlainTextField
from .forms import OrderedFormSet
from .saving import owning_record

# The largest small integer of PostgreSQL, and of the record form.
LARGEST = 32767
# The relations that a list of citations shows.
CITED = ("citations__source", "citations__passage")


def change_url(obj: Model) -> str:
    """The address of a record's page in the admin."""
    return reverse(f"admin:dialogues_{obj._meta.model_name}_change", args=[obj.pk])


def missing_record_response(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Django's response for a missing record: a redirect to the index, with a message."""
    response: HttpResponse = model_admin._get_obj_does_not_exist_redirect(
        request, model_admin.opts, object_id
    )
    return response


def record_page(
    request: HttpRequest,
    site: admin.AdminSite,
    template: str,
    obj: Model,
    status: int = 200,
    **context: Any,
) -> TemplateResponse:
    """A page about a record, with the context that the admin's templates ask for."""
    context = {
        **site.each_context(request),
        "subtitle": str(obj),
        "opts": obj._meta,
        "original": obj,
        **context,
    }
    return TemplateResponse(request, f"admin/dialogues/{template}.html", context, status=status)


class FormFieldsMixin:
    """Form fields for model fields, on pages and in inline rows; the relations that they show."""

    # Read along with every list and page: foreign keys, and relations to many rows.
    joined: tuple[str, ...] = ()
    prefetched: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        rows = rows.prefetch_related(*self.prefetched)
        return rows.select_related(*self.joined) if self.joined else rows

    formfield_overrides: ClassVar[Any] = {
        models.JSONField: {
            "form_class": LinesField,
            "widget": AdminTextareaWidget(attrs={"rows": 3}),
        },
        models.TextField: {
            "form_class": PlainTextField,
            "widget": AdminTextareaWidget(attrs={"rows": 3}),
        },
        models.PositiveSmallIntegerField: {"max_value": LARGEST},
        models.URLField: {"assume_scheme": "https"},
    }

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Keeps the add and change buttons of a choice, which open a window and lose no typing."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_view_related = False
            field.widget.can_delete_related = False
            # Themes stay the same over the years: they are added on their own page only.
            field.widget.can_add_related &= db_field.related_model is not Theme
        return field

    @admin.display(description=gettext_lazy("Cites"))
    def cites(self, obj: Any) -> str | SafeString:
        """The citations as links, shown where the form is read-only."""
        lines: dict[str, list[SafeString]] = {}
        for citation in obj.citations.all() if obj.pk else ():
            url = reverse("admin:dialogues_source_change", args=[citation.source_id])
            link = format_html('<a href="{}">{}</a>', url, citation.cite)
            lines.setdefault(citation.field, []).append(link)
        return format_html_join(
            mark_safe("<br>"),
            "{}{}{}",
            (
                (field, ": " if field else "", format_html_join(", ", "{}", ((c,) for c in cites)))
                for field, cites in lines.items()
            ),
        )


class RolePermissionsMixin(admin.ModelAdmin):
    """Permissions: every curator sees everything, changes go by role, nobody deletes."""

    list_per_page = 50
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "change", obj and owning_record(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Redirects to the record's revisions, in place of Django's own log."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return missing_record_response(self, request, object_id)
        kind, row = self.history_of(obj)
        own = urlencode({"record_type__exact": kind, "object_id__exact": str(row)})
        return HttpResponseRedirect(f"{reverse('admin:dialogues_revision_changelist')}?{own}")

    def history_of(self, obj: Any) -> tuple[str, int]:
        """The kind of record and primary key under which its revisions are stored."""
        whole = owning_record(obj)
        return form_of(whole).name, whole.pk


class ReadOnlyAdmin(FormFieldsMixin, RolePermissionsMixin):
    """A list to look things up in, edited elsewhere or not at all."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyPartAdmin(ReadOnlyAdmin):
    """A list of parts that are edited on the page of their record."""

    @admin.display(description=gettext_lazy("edited on the page of"))
    def edited_at(self, obj: Any) -> SafeString:
        whole = owning_record(obj)
        return format_html('<a href="{}">{}</a>', change_url(whole), whole)


class PartInline(FormFieldsMixin, admin.StackedInline):
    """Inline rows of a record's page, editable where the record is."""

    extra_in_new = 0  # empty rows on the page of a new record
    formset = OrderedFormSet

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else self.extra_in_new

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "change", owning_record(obj)) if obj else may(request.user, "add")

    # A row may be deleted: the revisions keep it.
    has_add_permission = has_delete_permission = has_change_permission
