"""Nobody overwrites anybody: a save goes only onto the record that was opened."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from dialogues.models import Panel, Revision, Theme
from dialogues.publishing import submit
from tests.admin.forms import change_url, errors_of, fields_of, save
from tests.factories import (
    make_assertion,
    make_dialogue,
    make_panel,
    make_position,
    make_statement,
    make_theme,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(make_user("ada", "Contributor"))
    return client


@pytest.fixture
def bob() -> Client:
    client = Client()
    client.force_login(make_user("bob", "Contributor"))
    return client


def test_the_second_of_two_saves_is_refused_and_named(ada, bob):
    theme = make_theme("a-theme", title="Before")
    opened = fields_of(bob.get(change_url(theme)))
    save(ada, change_url(theme), title="From Ada")
    revisions = Revision.objects.count()

    response = bob.post(change_url(theme), opened | {"title": "From Bob"})
    assert "ada has saved this record since you opened it" in errors_of(response)
    # What was typed stays on the page, and goes on being refused.
    assert "From Bob" in response.content.decode()
    again = bob.post(change_url(theme), fields_of(response))
    assert again.status_code == 200
    assert Theme.objects.get(pk=theme.pk).title == "From Ada"
    assert Revision.objects.count() == revisions


@pytest.mark.parametrize("token", [None, "", "0", "x", "99"])
def test_a_form_without_its_version_is_refused(ada, token):
    theme = make_theme("a-theme", title="Before")
    data = fields_of(ada.get(change_url(theme))) | {"title": "After", "version": token}
    ada.post(change_url(theme), {k: v for k, v in data.items() if v is not None})
    assert Theme.objects.get(pk=theme.pk).title == "Before"


def test_a_change_of_a_row_alone_counts(ada, bob):
    statement = make_statement(make_dialogue(2031), ["mexico"])
    make_position(statement)
    opened = fields_of(bob.get(change_url(statement)))
    save(ada, change_url(statement), positions__0__summary="Ada’s reading.")
    response = bob.post(change_url(statement), opened | {"positions-0-summary": "Bob’s reading."})
    assert "ada has saved" in errors_of(response)
    assert statement.positions.get().summary == "Ada’s reading."


def test_a_panel_on_its_own_page_counts_for_its_dialogue(ada, bob):
    dialogue = make_dialogue(2031)
    panel = make_panel(dialogue)
    opened = fields_of(bob.get(change_url(dialogue)))
    assert save(ada, change_url(panel), title="The morning").status_code == 302
    dialogue.refresh_from_db()
    assert dialogue.version == 2
    response = bob.post(change_url(dialogue), opened | {"title": "From Bob"})
    assert "ada has saved" in errors_of(response)

    opened = fields_of(bob.get(change_url(panel)))
    save(ada, change_url(dialogue), title="From Ada")
    response = bob.post(change_url(panel), opened | {"title": "The afternoon"})
    assert "ada has saved" in errors_of(response)
    assert Panel.objects.get(pk=panel.pk).title == "The morning"


def test_a_record_sent_to_review_meanwhile_is_not_changed(ada, bob):
    theme = make_theme("a-theme", title="Before")
    opened = fields_of(ada.get(change_url(theme)))
    submit(theme, None)
    response = ada.post(change_url(theme), opened | {"title": "After"}, follow=True)
    assert "Nothing was saved" in response.content.decode()
    assert Theme.objects.get(pk=theme.pk).title == "Before"


def test_a_step_is_taken_on_what_was_looked_at(client):
    theme = make_theme("a-theme", state="in_review")
    client.force_login(make_user("eve", "Publisher"))
    url = f"{change_url(theme).removesuffix('change/')}step/publish/"
    version = client.get(url).context["form"]["version"].value()
    Theme.objects.filter(pk=theme.pk).update(version=version + 1)
    response = client.post(url, {"version": version})
    assert "It was changed meanwhile" in response.content.decode()
    assert Theme.objects.get(pk=theme.pk).state == "in_review"


def test_the_address_of_a_record_stays_once_somebody_else_wrote_in_it(ada, bob):
    theme = make_theme("a-thema")
    assert save(ada, change_url(theme), slug="a-theme").status_code == 302
    assert "slug" not in fields_of(bob.get(change_url(theme)))
    assert "slug" in fields_of(ada.get(change_url(theme)))


def test_the_preferred_value_may_change_places(ada):
    dialogue = make_dialogue(2031)
    make_assertion(dialogue, "report_date", "1 July", preferred=True)
    make_assertion(dialogue, "report_date", "2 July")
    url = change_url(dialogue)
    response = save(ada, url, assertions__1__preferred="on")
    assert "Only one value of a fact is preferred" in errors_of(response)
    data = fields_of(ada.get(url)) | {"assertions-1-preferred": "on"}
    del data["assertions-0-preferred"]
    assert ada.post(url, data).status_code == 302
    assert [a.preferred for a in dialogue.assertions.all()] == [False, True]
    # And back, against the order of the rows.
    data = fields_of(ada.get(url)) | {"assertions-0-preferred": "on"}
    del data["assertions-1-preferred"]
    assert ada.post(url, data).status_code == 302
    assert [a.preferred for a in dialogue.assertions.all()] == [True, False]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_saves_in_the_same_moment_one_wins():
    """Two connections: whoever comes second waits for the lock, and then finds another version."""
    theme = make_theme("a-theme", title="Before")
    clients = []
    for name in ("ada", "bob"):
        client = Client()
        client.force_login(make_user(name, "Contributor"))
        clients.append((client, name, fields_of(client.get(change_url(theme)))))
    together = Barrier(2)

    def write(client: Client, name: str, opened: dict) -> int:
        together.wait()
        try:
            return client.post(change_url(theme), opened | {"title": name}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda one: write(*one), clients))
    assert sorted(answers) == [200, 302]
    theme.refresh_from_db()
    assert theme.title == clients[answers.index(302)][1]
    assert Revision.objects.filter(record_key="a-theme").count() == 1
