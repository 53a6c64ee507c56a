"""Who may do what, to a record in which state: the program equals the table, through the doors."""

import itertools

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import NoReverseMatch, reverse

from dialogues.admin.site import site
from dialogues.choices import State
from dialogues.models import Revision, Statement, Theme
from dialogues.publishing import ROLES, may
from tests.admin.forms import add_url, change_url, save, step_url
from tests.factories import make_dialogue, make_statement, make_theme, make_user

pytestmark = pytest.mark.django_db

DRAFT, REVIEW, PUBLISHED, WITHDRAWN = State.values
STEPS = ("submit", "give_back", "publish", "withdraw")

# Written out by hand, so that a slip in the program's own table shows.
ALLOWED = {
    "Contributor": {("change", DRAFT), ("submit", DRAFT)},
    "Reviewer": {
        ("change", DRAFT),
        ("change", REVIEW),
        ("submit", DRAFT),
        ("give_back", REVIEW),
    },
    "Publisher": {
        ("change", DRAFT),
        ("change", REVIEW),
        ("submit", DRAFT),
        ("give_back", REVIEW),
        ("publish", REVIEW),
        ("withdraw", PUBLISHED),
    },
    "staff": set(),
}
ALLOWED["admin"] = ALLOWED["Publisher"]
CELLS = list(itertools.product(ALLOWED, ("change", *STEPS), State.values))


def signed_in(client: Client, role: str) -> Client:
    client.force_login(make_user("ada", role))
    return client


@pytest.mark.parametrize(("role", "action", "state"), CELLS)
def test_the_program_equals_the_table(client, role, action, state):
    theme = make_theme("a-theme", state=state)
    allowed = (action, state) in ALLOWED[role]
    client = signed_in(client, role)
    if action == "change":
        _try_to_change(client, theme, allowed)
    else:
        _try_a_step(client, theme, action, allowed)
    if role in ROLES:
        assert may(make_user("bob", role), action, theme) is allowed


def _try_to_change(client, theme, allowed):
    page = client.get(change_url(theme))
    assert page.status_code == 200
    assert page.context["has_change_permission"] is allowed
    client.post(
        change_url(theme),
        {"title": "Changed", "slug": "a-theme", "order": 3, "definition": "x", "version": 1},
    )
    assert Theme.objects.get(pk=theme.pk).title == ("Changed" if allowed else theme.title)


def _try_a_step(client, theme, action, allowed):
    page = client.get(change_url(theme))
    assert (action in [step["action"] for step in page.context["steps"]]) is allowed
    before = theme.state
    client.post(step_url(theme, action), {"version": theme.version, "reason": "It is right."})
    after = {"submit": REVIEW, "give_back": DRAFT, "publish": PUBLISHED, "withdraw": WITHDRAWN}
    assert Theme.objects.get(pk=theme.pk).state == (after[action] if allowed else before)


@pytest.mark.parametrize("role", ALLOWED)
def test_who_may_add_has_a_role(client, role):
    response = signed_in(client, role).get(add_url("theme"))
    assert response.status_code == (403 if role == "staff" else 200)


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("role", ALLOWED)
@pytest.mark.parametrize("action", ["submit", "publish"])
def test_bulk_actions_obey_the_table(client, role, action, state):
    theme = make_theme("a-theme", state=state)
    client = signed_in(client, role)
    client.post(
        reverse("admin:dialogues_theme_changelist"),
        {"action": f"{action}_selected", "_selected_action": [theme.pk]},
    )
    # An administrator publishes a stranger's record too; nobody wrote this one here.
    allowed = (action, state) in ALLOWED[role]
    after = {"submit": REVIEW, "publish": PUBLISHED}[action] if allowed else state
    assert Theme.objects.get(pk=theme.pk).state == after


def test_outsiders_are_asked_to_sign_in(client):
    statement = make_statement(make_dialogue(2031))
    urls = [change_url(statement), step_url(statement, "publish"), reverse("admin:index")]
    client.force_login(make_user("reader"))
    for url in urls:
        assert "/admin/login/" in client.get(url)["Location"]


@pytest.mark.parametrize("role", ["Publisher", "admin"])
def test_nothing_is_deleted(client, role):
    client = signed_in(client, role)
    for model in site._registry:
        obj = model._default_manager.first()
        if obj is None:
            continue
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        url = reverse(f"{name}_delete", args=[obj.pk])
        assert client.get(url).status_code == 403
        assert client.post(url, {"post": "yes"}).status_code == 403
        page = client.get(reverse(f"{name}_changelist"))
        assert "delete_selected" not in page.content.decode()
        client.post(
            reverse(f"{name}_changelist"),
            {"action": "delete_selected", "_selected_action": [obj.pk], "post": "yes"},
        )
        assert model._default_manager.filter(pk=obj.pk).exists()
    assert not LogEntry.objects.exists()


def test_nobody_publishes_what_they_wrote(client):
    client = signed_in(client, "Publisher")
    client.post(
        add_url("theme"),
        {"title": "A theme", "slug": "a-theme", "order": 9, "definition": "x", "_step": "submit"},
    )
    theme = Theme.objects.get(slug="a-theme")
    client.post(step_url(theme, "submit"), {"version": 1})
    page = client.get(step_url(theme, "publish"))
    assert "nobody publishes what they wrote" in page.content.decode()
    client.post(step_url(theme, "publish"), {"version": 1, "reason": "Alone."})
    theme.refresh_from_db()
    assert theme.state == REVIEW

    client.force_login(make_user("bob", "Publisher"))
    client.post(step_url(theme, "publish"), {"version": 1})
    theme.refresh_from_db()
    assert theme.state == PUBLISHED


def test_an_administrator_alone_gives_a_reason(client):
    client = signed_in(client, "admin")
    data = {"title": "A theme", "slug": "a-theme", "order": 9, "definition": "x"}
    client.post(add_url("theme"), data)
    theme = Theme.objects.get(slug="a-theme")
    client.post(step_url(theme, "submit"), {"version": 1})
    client.post(step_url(theme, "publish"), {"version": 1})
    theme.refresh_from_db()
    assert theme.state == REVIEW
    client.post(step_url(theme, "publish"), {"version": 1, "reason": "Alone in the office."})
    assert Revision.objects.latest("number").reason == "Alone in the office."


def test_a_save_without_a_change_makes_no_author(client):
    theme = make_theme("a-theme", state=REVIEW)
    client = signed_in(client, "Publisher")
    save(client, change_url(theme), _step="publish")
    client.post(step_url(theme, "publish"), {"version": 1})
    theme.refresh_from_db()
    assert theme.state == PUBLISHED


@pytest.mark.parametrize("action", ["give_back", "withdraw"])
def test_a_reason_is_asked_for_where_it_matters(client, action):
    theme = make_theme("a-theme", state=REVIEW if action == "give_back" else PUBLISHED)
    client = signed_in(client, "Publisher")
    response = client.post(step_url(theme, action), {"version": 1, "reason": " "})
    assert response.context["form"].errors["reason"]
    assert Theme.objects.get(pk=theme.pk).state == theme.state


def test_the_reviewers_comment_stands_on_the_returned_record(client):
    theme = make_theme("a-theme", state=REVIEW)
    client = signed_in(client, "Reviewer")
    client.post(step_url(theme, "give_back"), {"version": 1, "reason": "The title is too long."})
    assert "The title is too long." in client.get(change_url(theme)).content.decode()
    client.post(step_url(theme, "submit"), {"version": 1})
    assert "The title is too long." not in client.get(change_url(theme)).content.decode()


def test_only_administrators_see_accounts(client):
    url = reverse("admin:auth_user_changelist")
    assert signed_in(client, "Publisher").get(url).status_code == 403
    client.force_login(make_user("root", "admin"))
    assert client.get(url).status_code == 200


def test_there_is_no_page_of_permission_groups():
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_group_changelist")


def test_a_withdrawal_that_others_refer_to_is_refused_in_words(client):
    client = signed_in(client, "Publisher")
    theme = Theme.objects.get(slug="sovereignty")
    response = client.post(step_url(theme, "withdraw"), {"version": 1, "reason": "Two in one."})
    assert "Published records refer to it" in response.content.decode()


def test_a_published_statement_says_how_it_is_corrected_and_leads_to_its_page(client):
    statement = Statement.objects.get(ref="RTOP-2011-S010")
    words = signed_in(client, "admin").get(change_url(statement)).content.decode()
    assert "a correction is proposed" in words
    assert f'href="{statement.get_absolute_url()}"' in words
    assert 'name="_save"' not in words
