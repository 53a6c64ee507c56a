"""Accounts of curators, for administrators: invitations, roles, lost passwords and factors."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.utils import generate_unique_username
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy

from dialogues.admin.base import missing_record_response
from dialogues.admin.home import site
from dialogues.publishing import ROLES, is_administrator

from .login import password_link, send_password_link
from .middleware import FACTORS


class AccountForm(forms.ModelForm):
    """An e-mail address belongs to one account: it signs in, and gets links to new passwords."""

    class Meta:
        model = User
        fields = (
            "username",
            "first_name",
            "last_name",
            "email",
            "is_active",
            "is_staff",
            "groups",
            "is_superuser",
        )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        others = User.objects.exclude(pk=self.instance.pk)
        if email and others.filter(email__iexact=email).exists():
            raise forms.ValidationError(gettext_lazy("Another account has this e-mail address."))
        return email


class InvitationForm(AccountForm):
    """Invite a new curator: name, e-mail address and role."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), choices=[("", "---------"), *((role, role) for role in ROLES)]
    )

    class Meta:
        model = User
        fields = ("first_name", "last_name", "email")


@admin.register(User, site=site)
class CuratorAdmin(admin.ModelAdmin):
    """A curator's rights are their role; an account that did something is never deleted.

    Nobody chooses another's password: a new account, or one whose password is lost, gets a link.
    """

    form = AccountForm
    list_display = ("username", "first_name", "last_name", "roles", "standing", "second_factor")
    list_filter = ("is_active", "is_superuser", "groups")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", "first_name", "last_name", "email")}),
        (
            gettext_lazy("What they may do"),
            {"fields": ("is_active", "is_staff", "groups", "is_superuser")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
        accounts = super().get_queryset(request).prefetch_related("groups")
        return accounts.annotate(has_second_factor=Exists(factors))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": gettext("Accounts")})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        plain = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {"title": gettext("Invite a curator")} | plain)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = InvitationForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ("first_name", "last_name", "email", "role")})]
        return super().get_fieldsets(request, obj)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["queryset"] = Group.objects.filter(name__in=ROLES)
            kwargs["widget"] = forms.CheckboxSelectMultiple()
            kwargs |= {"label": gettext_lazy("Roles"), "help_text": ""}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request.user)

    has_module_permission = has_add_permission = has_view_permission

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The operator's own account is changed by operators only."""
        operators = obj is not None and obj.is_superuser
        return is_administrator(request.user) and (request.user.is_superuser or not operators)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if request.user.is_superuser else ("is_superuser",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.username = generate_unique_username([obj.get_full_name(), obj.email])
            obj.is_staff = True
            obj.set_unusable_password()
        elif not obj.is_active and "is_active" in form.changed_data:
            # Without a password, every session and every link that is still out is void for good.
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            obj.groups.set(Group.objects.filter(name=form.cleaned_data["role"]))

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._link(request, obj)

    # Lost passwords and second factors

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path("<path:object_id>/link/", wrap(self.link_view), name="auth_user_link"),
            path("<path:object_id>/factors/", wrap(self.factors_view), name="auth_user_factors"),
        ]
        return own + super().get_urls()

    def link_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        title = gettext("Send a link to a new password")
        return self._asked(request, object_id, "link", title, self._link)

    def factors_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        title = gettext("Take the second factor away")
        return self._asked(request, object_id, "factors", title, self._forget_factors)

    def _asked(
        self, request: HttpRequest, object_id: str, what: str, title: str, done: Any
    ) -> HttpResponse:
        """The page that asks for confirmation; a POST does it."""
        user = self.get_object(request, unquote(object_id))
        if user is None:
            return missing_record_response(self, request, object_id)
        if not self.has_change_permission(request, user) or not user.is_active:
            raise PermissionDenied
        if request.method == "POST":
            answer: HttpResponse = done(request, user)
            return answer
        return self._page(request, user, title, asks=what)

    def _link(self, request: HttpRequest, user: User) -> HttpResponse:
        """Makes and sends a link to a new password; earlier links of a new account become void."""
        if not user.has_usable_password():
            user.set_unusable_password()
            user.save(update_fields=["password"])
        link = password_link(request, user)
        sent = send_password_link(request, user, link)
        self.log_change(request, user, gettext("A link to a new password was made."))
        title = gettext("The link is sent") if sent else gettext("Pass this link on")
        return self._page(request, user, title, link="" if sent else link, sent=sent)

    def _forget_factors(self, request: HttpRequest, user: User) -> HttpResponse:
        Authenticator.objects.filter(user=user).delete()
        self.log_change(request, user, gettext("The second factor was taken away."))
        self.message_user(
            request,
            gettext("%(name)s sets up another when signing in.") % {"name": user.get_username()},
        )
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[user.pk]))

    def _page(self, request: HttpRequest, user: User, title: str, **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": user,
            "title": title,
            "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60),
            "sends_mail": settings.SENDS_MAIL and bool(user.email),
            **more,
        }
        return TemplateResponse(request, "admin/auth/user/step.html", context)

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, obj: User) -> str:
        return ", ".join(group.name for group in obj.groups.all()) or "-"

    @admin.display(description=gettext_lazy("standing"))
    def standing(self, obj: User) -> str:
        if not obj.is_active:
            return gettext("deactivated")
        return gettext("active") if obj.has_usable_password() else gettext("invited")

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def second_factor(self, obj: Any) -> bool:
        return bool(obj.has_second_factor)
