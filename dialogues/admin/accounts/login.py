"""Sign in by allauth: what differs from its defaults, and links to choose a password."""

from __future__ import annotations

import logging
import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import LoginForm as AccountLoginForm
from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import user_pk_to_url_str
from allauth.account.views import PasswordResetView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by invitation only; changes of one are confirmed with its strongest factor."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("admin:index")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """With a second factor, confirmation is by it: a password alone would be weaker."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        stronger = [method for method in methods if method["id"] != "reauthenticate"]
        return stronger or methods

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not required right after signing in."""
        shown = get_authentication_records(self.request, self.request.user)
        since = time.time() - shown[-1]["at"] if shown else None
        if since is not None and since < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Failures to send are logged: what was asked for happens, and the page is the same."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            log.exception("A letter was not sent: %s", template_prefix)


class LoginForm(AccountLoginForm):
    """The first field keeps the name of Django's own form, which browsers and programs know."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = gettext_lazy("Username or e-mail address")

    def add_prefix(self, field_name: str) -> str:
        return super().add_prefix("username" if field_name == "login" else field_name)


class PasswordResetRequestView(PasswordResetView):
    """The page tells where the site sends no mail."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sends_mail=settings.SENDS_MAIL, **kwargs)


class RecentSecondFactorMixin:
    """Setting up a second factor counts as having shown it in this session."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        record_authentication(self.request, self.request.user, "mfa")
        return response


class SetUpTOTPView(RecentSecondFactorMixin, ActivateTOTPView):
    pass


class AddPasskeyView(RecentSecondFactorMixin, AddWebAuthnView):
    pass


def password_link(request: HttpRequest, user: User) -> str:
    """The link by which a person chooses a password: once, within PASSWORD_RESET_TIMEOUT.

    It is signed, and void as soon as the password, the address or the last sign-in is another.
    """
    parts = [user_pk_to_url_str(user), default_token_generator.make_token(user)]
    return request.build_absolute_uri(reverse("account_reset_password_from_key", args=parts))


def send_password_link(request: HttpRequest, user: User, link: str) -> bool:
    """Sends the link to the person's address; whether that succeeded."""
    if not (settings.SENDS_MAIL and user.email):
        return False
    context = {"request": request, "link": link, "user": user, "new": not user.last_login}
    letter = get_adapter(request).render_mail("account/email/invitation", user.email, context)
    try:
        return bool(letter.send())
    except OSError:
        log.exception("A letter was not sent to %s", user.get_username())
        return False
