"""Second-factor check and no-store headers for /admin/."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from dialogues.publishing import needs_second_factor

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# The only pages open to a session whose second factor was not shown yet.
SHOWING = {
    "account_login",
    "account_logout",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}


class SecondFactorMiddleware:
    """Forbids caching of curators' pages, and asks for the second factor before any of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _behind(request):
            response["Cache-Control"] = "no-store, private"
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Redirects to the page of the second factor. One query a page, where one is required."""
        if not (settings.REQUIRE_SECOND_FACTOR and _behind(request)):
            return None
        match = request.resolver_match
        if not request.user.is_authenticated or match is None or match.url_name in SHOWING:
            return None
        if is_mfa_enabled(request.user, FACTORS):
            # Also a session from before the factor was set up: whoever holds it must show it.
            shown = get_authentication_records(request, request.user)
            has_shown = any(record["method"] == "mfa" for record in shown)
            return None if has_shown else _show_first(request)
        if match.namespace == "admin" and needs_second_factor(request.user):
            messages.warning(
                request,
                gettext("Your role needs a second step when you sign in. Set one up to go on."),
            )
            return HttpResponseRedirect(reverse("mfa_index"))
        return None


def _behind(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("admin:index"))


def _show_first(request: HttpRequest) -> HttpResponse:
    way = get_adapter().get_reauthentication_methods(request.user)[0]["url"]
    next_page = request.get_full_path() if request.method == "GET" else reverse("admin:index")
    return HttpResponseRedirect(f"{way}?{urlencode({'next': next_page})}")
