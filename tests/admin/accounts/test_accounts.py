"""Signing in: who needs a second factor, invitations, lost passwords, ended sessions, limits."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.module_loading import import_string

from rtop import settings as site_settings
from tests.admin.forms import change_url, step_url
from tests.factories import PASSWORD, make_theme, make_user

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
NEW = "another long passphrase"
NO_LONGER_GOOD = "This link is no longer good"


@pytest.fixture
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def mail(settings):
    settings.SENDS_MAIL = True
    settings.DEFAULT_FROM_EMAIL = "archive@example.org"


def sign_in(name, password=PASSWORD, **more):
    """A client that has sent the form of the login page, and the answer."""
    client = Client()
    response = client.post(LOGIN, {"username": name, "password": password}, **more)
    return client, response


def signed_in(name, password=PASSWORD):
    client, response = sign_in(name, password)
    assert response.status_code == 302
    return client


def enters(client):
    return client.get("/admin/").status_code == 200


def code(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def with_app(user):
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


# Who needs a second factor


@pytest.mark.parametrize(
    ("role", "needs"),
    [
        ("Contributor", False),
        ("Reviewer", False),
        ("Publisher", True),
        ("Administrator", True),
        ("admin", True),
    ],
)
def test_who_decides_what_readers_see_comes_in_with_a_second_factor_only(role, needs, required):
    user = make_user("ada", role)
    theme = make_theme("a-theme", state="in_review")
    client = signed_in("ada")
    assert enters(client) is not needs
    if not needs:
        return
    set_up = reverse("mfa_index")
    assert client.get("/admin/dialogues/statement/").url == set_up
    assert client.post(step_url(theme, "publish"), {"version": 1}).url == set_up
    theme.refresh_from_db()
    assert theme.state == "in_review"

    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    client.post(page.request["PATH_INFO"], {"code": code(secret)})
    assert enters(client)
    assert Authenticator.objects.filter(user=user, type="recovery_codes").exists()


def test_the_password_alone_is_half_the_way(required):
    user = make_user("ada", "Publisher")
    with_app(user)
    one_use = RecoveryCodes.activate(user).get_unused_codes()[0]
    client, response = sign_in("ada")
    second = reverse("mfa_authenticate")
    assert response.url == second
    assert not enters(client)
    client.post(second, {"code": "000000"})
    assert not enters(client)
    client.post(second, {"code": one_use})
    assert enters(client)

    client, response = sign_in("ada")
    client.post(second, {"code": one_use})
    assert not enters(client)


def test_a_session_from_before_the_second_factor_must_show_it(required):
    user = make_user("ada", "Publisher")
    older = signed_in("ada")
    secret = with_app(user)
    for path in ("/admin/", reverse("mfa_add_webauthn"), reverse("mfa_view_recovery_codes")):
        assert older.get(path).url.startswith(reverse("mfa_reauthenticate"))
    # The password once more is not enough.
    older.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert not enters(older)
    response = older.post(reverse("mfa_reauthenticate") + "?next=/admin/", {"code": code(secret)})
    assert response.url == "/admin/"
    assert enters(older)


def test_an_administrator_lets_somebody_in_again_who_lost_their_telephone(required):
    lost = make_user("ada", "Reviewer")
    with_app(lost)
    root = make_user("root", "admin")
    secret = with_app(root)
    client, _ = sign_in("root")
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    url = reverse("admin:auth_user_factors", args=[lost.pk])
    assert client.get(url).status_code == 200
    assert Authenticator.objects.filter(user=lost).exists()
    client.post(url)
    assert enters(signed_in("ada"))


# Invitations


def invited(client, **changes):
    data = {"first_name": "Jane", "last_name": "Doe", "email": "Jane@example.org"}
    url = reverse("admin:auth_user_add")
    return client.post(url, data | {"role": "Reviewer"} | changes)


@pytest.fixture
def administrator():
    make_user("root", "admin")
    return signed_in("root")


def link_in(letter):
    (link,) = re.findall(r"http://testserver(/\S+/account/\S+)", letter.body)
    return link


def choose(link, password=NEW):
    """Opens a link in a browser of its own and chooses a password."""
    client = Client()
    page = client.get(link, follow=True)
    if "form" not in page.context or page.context.get("token_fail"):
        return client, page
    data = {"password1": password, "password2": password}
    return client, client.post(page.request["PATH_INFO"], data)


def test_an_invited_curator_chooses_a_password_once(administrator, mail, mailoutbox):
    page = invited(administrator)
    assert "http://testserver" not in page.content.decode()
    jane = User.objects.get(email="jane@example.org")
    assert [group.name for group in jane.groups.all()] == ["Reviewer"]
    (letter,) = mailoutbox
    assert letter.to == ["jane@example.org"]
    link = link_in(letter)
    _, refused = choose(link, "too short")
    assert refused.context["form"].errors["password1"]
    client, _ = choose(link)
    assert enters(client)
    assert enters(signed_in("Jane@example.org", NEW))
    _, again = choose(link, "the third passphrase")
    assert NO_LONGER_GOOD in again.content.decode()


def test_a_link_that_is_old_altered_or_replaced_opens_nothing(administrator):
    """Without a mail server the administrator gets the link, on the page."""
    page = invited(administrator)
    jane = User.objects.get(email="jane@example.org")
    link = page.context["link"].removeprefix("http://testserver")
    assert page.context["link"] in page.content.decode()
    altered = link[:-2] + ("a" if link[-2] != "a" else "b") + "/"
    of_nobody = link.replace(link.split("/")[4].partition("-")[0] + "-", "zzzz-")
    late = timedelta(seconds=site_settings.PASSWORD_RESET_TIMEOUT + 1)
    later = PasswordResetTokenGenerator()._now() + late
    answers = [choose(altered)[1], choose(of_nobody)[1]]
    with patch.object(PasswordResetTokenGenerator, "_now", lambda self: later):
        answers.append(choose(link)[1])
    administrator.post(reverse("admin:auth_user_link", args=[jane.pk]))
    answers.append(choose(link)[1])
    assert all(NO_LONGER_GOOD in answer.content.decode() for answer in answers)
    jane.refresh_from_db()
    assert not jane.has_usable_password()


def test_an_address_is_one_accounts(administrator):
    invited(administrator)
    page = invited(administrator, first_name="John", email="JANE@example.org")
    assert page.context["adminform"].form.errors["email"]
    assert User.objects.filter(email__iexact="jane@example.org").count() == 1


def test_nobody_signs_up():
    response = Client().post(reverse("account_signup"), {"username": "eve", "password1": NEW})
    assert "By invitation only" in response.content.decode()
    assert not User.objects.filter(username="eve").exists()


# Sessions


def test_a_changed_password_ends_every_session():
    make_user("ada", "Reviewer")
    here, there = signed_in("ada"), signed_in("ada")
    data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post(reverse("admin:password_change"), data)["Location"] == "/admin/"
    assert not enters(here)
    assert not enters(there)
    assert enters(signed_in("ada", NEW))


def test_who_is_deactivated_is_out_with_the_next_request_and_for_good(administrator):
    ada = make_user("ada", "Reviewer")
    client = signed_in("ada")
    form = {"username": "ada", "is_staff": "on", "groups": [ada.groups.get().pk]}
    administrator.post(reverse("admin:auth_user_change", args=[ada.pk]), form)
    assert not enters(client)
    _, refused = sign_in("ada")
    _, unknown = sign_in("nobody")
    assert refused.context["form"].errors == unknown.context["form"].errors
    administrator.post(reverse("admin:auth_user_change", args=[ada.pk]), form | {"is_active": "on"})
    assert User.objects.get(pk=ada.pk).is_active
    assert not enters(client)


# What is asked again and again, and what is found out by asking


def test_attempts_are_counted_for_a_name_whether_there_is_one_or_not():
    make_user("ada", "Reviewer")
    # What every process of a site sees.
    assert isinstance(caches["default"], DatabaseCache)
    said = {}
    for name, address in (("ada", "192.0.2.1"), ("nobody", "192.0.2.2")):
        tries = [sign_in(name, "wrong", REMOTE_ADDR=address)[1] for _ in range(5)]
        answers = [answer.context["form"].errors for answer in tries]
        client, last = sign_in(name, REMOTE_ADDR=address)
        said[name] = [*answers, last.context["form"].errors]
        assert not enters(client)
    assert said["ada"] == said["nobody"]
    assert "Too many" in str(said["ada"][-1])


def test_an_address_is_believed_only_from_a_proxy_that_is_counted(settings):
    make_user("ada", "Reviewer")

    def attempts():
        """Ten names from ten addresses, as a proxy would tell them."""
        for number in range(10):
            sign_in(f"name{number}", "wrong", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
        return enters(sign_in("ada", HTTP_X_FORWARDED_FOR="192.0.2.99")[0])

    assert not attempts()
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert attempts()


def test_asking_for_a_new_password_tells_nobody_who_has_an_account(mail, mailoutbox):
    make_user("ada", "Reviewer", email="ada@example.org")
    make_user("bob", "Reviewer", email="bob@example.org", is_active=False)
    pages = set()
    for address in ("ada@example.org", "bob@example.org", "nobody@example.org"):
        client = Client()
        response = client.post(reverse("account_reset_password"), {"email": address})
        then = client.get(response["Location"])
        pages.add((response.status_code, response["Location"], then.content))
    assert len(pages) == 1
    assert [letter.to for letter in mailoutbox] == [
        ["ada@example.org"],
        ["bob@example.org"],
        ["nobody@example.org"],
    ]
    assert ["/account/password/" in letter.body for letter in mailoutbox] == [True, False, False]
    client, _ = choose(link_in(mailoutbox[0]))
    assert enters(client)


def test_a_mail_server_that_is_down_changes_no_answer(mail, administrator, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    response = Client().post(reverse("account_reset_password"), {"email": "a@example.org"})
    assert response["Location"] == reverse("account_reset_password_done")
    assert invited(administrator).context["link"]


def test_passwords_are_kept_as_argon2():
    hasher = import_string(site_settings.PASSWORD_HASHERS[0])()
    assert make_password(PASSWORD, hasher=hasher).startswith("argon2$argon2id$")


# What is kept by nobody


def addresses(patterns, before=""):
    """Every address below a list of patterns, with 1 for what varies."""
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, path)
        elif isinstance(pattern, URLPattern):
            yield path


def test_no_page_behind_the_door_is_kept_by_a_browser_or_a_proxy():
    client = Client()
    paths = [path for path in addresses(get_resolver().url_patterns) if path.startswith("admin/")]
    assert len(paths) > 100
    for path in paths:
        filled = re.sub(r"<[^>]+>", "1", path.replace("(?P<uidb36>[0-9A-Za-z]+)", "1"))
        filled = re.sub(r"\(\?P<\w+>[^)]*\)|[\^$\\]|\(\?:.*?\)", "", filled)
        assert "no-store" in client.get(f"/{filled}")["Cache-Control"], path
    theme = make_theme("a-theme")
    signed = signed_in(make_user("ada", "Reviewer").username)
    for path in ("/admin/", "/admin/jsi18n/", "/admin/nowhere/", change_url(theme)):
        assert signed.get(path)["Cache-Control"] == "no-store, private"
    public = signed.get("/about/")
    assert "no-store" not in public.get("Cache-Control", "")
    assert not public.cookies
