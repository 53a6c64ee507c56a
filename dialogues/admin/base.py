"""What the admin of every record, part and read-only list shares: who may, and how it is saved."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextareaWidget, RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.db.models import Model, QuerySet, prefetch_related_objects
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.choices import State
from dialogues.models import Publishable, Theme
from dialogues.publishing import authors, may
from dialogues.records.forms import form_of, key_of

from .formfields import LinesField, PlainTextField
from .forms import LAST, RowsFormSet, VersionForm
from .saving import finish, record_of, whole_of

# What a small integer of PostgreSQL and the record form hold.
LARGEST = 32767
# What a row of citations asks for.
CITED = ("citations__source", "citations__passage")


def change_url(obj: Model) -> str:
    """The page of a record in the admin."""
    return reverse(f"admin:dialogues_{obj._meta.model_name}_change", args=[obj.pk])


def not_there(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Django's answer to an address whose record there is not: the index, with a message."""
    response: HttpResponse = model_admin._get_obj_does_not_exist_redirect(
        request, model_admin.opts, object_id
    )
    return response


class Fields:
    """How model fields become form fields, on pages and in rows."""

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
        """Beside a choice stand the two buttons that open a window and keep what was typed."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_view_related = False
            field.widget.can_delete_related = False
            # Themes stay the same over the years: none is made in passing.
            field.widget.can_add_related &= db_field.related_model is not Theme
        return field

    @admin.display(description=gettext_lazy("Cites"))
    def cites(self, obj: Any) -> str | SafeString:
        """Where it was read, each a link, where the form cannot be edited."""
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


class Gate(admin.ModelAdmin):
    """Every curator sees everything; the role table says who changes what; nobody deletes."""

    list_per_page = 50
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "change", obj and whole_of(obj))

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
        """The revisions of the record: there is no second history beside them."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return not_there(self, request, object_id)
        record_type, record_key = self.history_of(obj)
        own = {"record_type__exact": record_type, "record_key__exact": record_key}
        return HttpResponseRedirect(
            f"{reverse('admin:dialogues_revision_changelist')}?{urlencode(own)}"
        )

    def history_of(self, obj: Any) -> tuple[str, str]:
        """The kind and key under which its revisions are kept."""
        whole = whole_of(obj)
        return form_of(whole).name, key_of(whole)


class ReadOnlyAdmin(Fields, Gate):
    """A list to look things up in; what it shows is edited elsewhere or not at all."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyPartAdmin(ReadOnlyAdmin):
    """A list of parts that are edited on the page of their record."""

    @admin.display(description=gettext_lazy("edited on the page of"))
    def edited_at(self, obj: Any) -> SafeString:
        whole = whole_of(obj)
        return format_html('<a href="{}">{}</a>', change_url(whole), whole)


class SavingAdmin(Fields, Gate):
    """A record, or a part that has a page of its own: saved whole, with its revision."""

    form: type[ModelForm] = VersionForm

    class Media:
        js = ("js/admin.js",)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        obj = super().get_object(request, object_id, from_field)
        if obj is not None and hasattr(obj, "citations"):
            prefetch_related_objects([obj], *CITED)
        if obj is None or request.method != "POST":
            return obj
        # Whoever saves second waits here, and then finds another version or state.
        self._lock(whole_of(obj))
        return super().get_object(request, object_id, from_field)

    def _lock(self, whole: Publishable) -> None:
        manager = type(whole)._default_manager
        list(manager.select_for_update().filter(pk=whole.pk).values_list("pk"))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            # Another save came between the look and the write: a second look finds it.
            return super().changeform_view(request, object_id, form_url, extra_context)
        except PermissionDenied:
            if request.method != "POST" or not object_id or not may(request.user, "change"):
                raise
            words = _("Nothing was saved: this record cannot be changed any more, see below.")
            self.message_user(request, words, messages.ERROR)
            return HttpResponseRedirect(request.path)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """With the record's state, and whether it can be changed here."""
        record = context["original"] and whole_of(context["original"])
        context |= {
            "record": record,
            "record_url": record and change_url(record),
            "editable": record is None or may(request.user, "change", record),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        form.before = self.record_before(obj)
        super().save_model(request, obj, form, change)

    def record_before(self, obj: Any) -> dict[str, Any] | None:
        """The record, locked, as it is before this save."""
        return record_of(obj) if obj.pk else None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        self.save_rest(form.instance)
        finish(whole_of(form.instance), request.user, form.before)  # type: ignore[arg-type]

    def save_rest(self, obj: Any) -> None:
        """What follows from the form and its rows; before the record is written down."""


class RecordAdmin(SavingAdmin):
    """A record with a state: of a shared list, a dialogue, a statement."""

    key = "slug"  # the field that its address is made of

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The key is for good once somebody else knows it: history is kept by it."""
        fields = tuple(super().get_readonly_fields(request, obj))
        if obj and self.key and authors(obj) - {request.user.pk}:
            return (*fields, self.key)
        return fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else dict(super().get_prepopulated_fields(request, obj))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Choices to refer to leave out what was withdrawn."""
        match = request.resolver_match
        if match and match.url_name == "autocomplete":
            queryset = queryset.exclude(state=State.WITHDRAWN)
        return super().get_search_results(request, queryset, search_term)

    def view_on_site(self, obj: Any) -> str | None:
        """The public page, where there is one."""
        shown = obj.is_published and hasattr(obj, "get_absolute_url")
        return obj.get_absolute_url() if shown else None


class PartAdmin(SavingAdmin):
    """A part on a page of its own; its record's state says who may change it."""

    whole: str  # the field that names the record

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        return (*fields, self.whole) if obj else fields

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Its record must be one that this curator may change."""
        form = super().get_form(request, obj, change, **kwargs)
        whole, user = self.whole, request.user

        def clean_whole(self: ModelForm) -> Publishable:
            record: Publishable = self.cleaned_data[whole]
            if not may(user, "change", record):
                raise ValidationError(
                    _("You cannot add to “%(record)s”. Its state: %(state)s.")
                    % {"record": record, "state": record.get_state_display()}
                )
            return record

        return type(form.__name__, (form,), {f"clean_{whole}": clean_whole, "whole": whole})

    def record_before(self, obj: Any) -> dict[str, Any] | None:
        whole = whole_of(obj)
        self._lock(whole)
        whole.refresh_from_db(fields=["version", "state"])
        return record_of(whole)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change and "order" not in form.fields and hasattr(obj, "order"):
            obj.order = LAST
        super().save_model(request, obj, form, change)

    def save_rest(self, obj: Any) -> None:
        """Its place among the parts of its record."""
        if hasattr(obj, "order"):
            alike = type(obj)._default_manager.filter(**{self.whole: whole_of(obj)})
            for order, part in enumerate(alike.order_by("order", "pk"), start=1):
                if part.order != order:
                    part.order = order
                    part.save(update_fields=["order"])

    def view_on_site(self, obj: Any) -> str | None:
        whole = whole_of(obj)
        return whole.get_absolute_url() if whole.is_published else None  # type: ignore[attr-defined]


class PartInline(Fields, admin.StackedInline):
    """Rows of a record's page: editable where the record is."""

    extra = 0
    formset = RowsFormSet

    def _editable(self, request: HttpRequest, obj: Model | None) -> bool:
        return may(request.user, "change", whole_of(obj)) if obj else may(request.user, "add")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_add_permission(  # type: ignore[override]
        self, request: HttpRequest, obj: Any
    ) -> bool:
        return self._editable(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._editable(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row of a draft may be taken out again: its revisions keep it."""
        return self._editable(request, obj)
