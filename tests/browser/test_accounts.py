"""A curator's first day at the door: a link, a password, a passkey, and in by the passkey alone."""

from collections.abc import Callable
from typing import Literal

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import RequestFactory
from playwright.sync_api import Page, expect

from dialogues.admin.accounts.login import password_link
from tests.browser.screenshots import grave_faults, misfits
from tests.factories import PASSWORD, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# A telephone or computer that asks for a fingerprint, and is shown one.
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def look(page: Page, scheme: Literal["light", "dark"]) -> None:
    """It fits every window, and axe finds nothing serious."""
    assert misfits(page, 320, 768, 1280) == []
    page.emulate_media(color_scheme=scheme)
    assert grave_faults(page) == [], page.url


@pytest.fixture
def invited() -> User:
    user = make_user("jane", "Publisher", email="jane@example.org")
    user.set_unusable_password()
    user.save()
    return user


def test_from_an_invitation_to_signing_in_with_a_passkey_alone(
    window: Callable[..., Page], live_server, settings, invited, complaints
):
    settings.REQUIRE_SECOND_FACTOR = True
    address = live_server.url.removeprefix("http://")
    request = RequestFactory().get("/", headers={"host": address})
    page = window(reduced_motion="reduce")
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})

    page.goto(password_link(request, invited))
    look(page, "light")
    page.get_by_label("New Password:").fill(PASSWORD)
    page.get_by_label("New Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Keep this password").click()

    expect(page.get_by_text("Your role needs a second step")).to_be_visible()
    look(page, "dark")
    page.get_by_role("link", name="Set up an app").click()
    expect(page.locator(".qr-code")).to_be_visible()
    look(page, "light")
    page.go_back()
    page.get_by_role("link", name="Add a passkey or key").click()
    look(page, "dark")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    look(page, "light")
    page.get_by_role("link", name="On to the archive").click()
    expect(page.get_by_text("What would you like to enter or check?")).to_be_visible()
    assert Authenticator.objects.filter(user=invited, type="webauthn").count() == 1

    page.get_by_role("button", name="Log out").click()
    look(page, "dark")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("What would you like to enter or check?")).to_be_visible()

    # With the password the key is the second step.
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Username").fill("jane")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    look(page, "light")
    page.get_by_role("button", name="Use your key").click()
    expect(page.get_by_text("What would you like to enter or check?")).to_be_visible()
    # What axe itself may not do is no fault of ours.
    assert [said for said in complaints if said.startswith(live_server.url)] == []
