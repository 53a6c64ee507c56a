"""Nobody overwrites anybody: a save goes only onto the record that was opened."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from dialogues import publishing
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


def rows_of(response):
    """The fields of the page that shows both, as (label, mine, theirs, what is chosen)."""
    assert response.status_code == 409
    return [
        (row["label"], row["mine"], row["theirs"], row["take"]) for row in response.context["rows"]
    ]


def choose(client, response, *which):
    """Sends that page back with a choice for each of its fields."""
    data = {"kept": response.context["kept"], "version": response.context["original"].version}
    data |= {f"choice-{number}": choice for number, choice in enumerate(which)}
    return client.post(response.context["settle_url"], data)


def test_the_second_of_two_saves_sees_both_and_takes_either(ada, bob):
    theme = make_theme("a-theme", title="Before", definition="Old.")
    publishing.write_save(theme, None, new=True)
    opened = fields_of(bob.get(change_url(theme)))
    save(ada, change_url(theme), title="From Ada", definition="By Ada.")
    revisions = Revision.objects.count()

    response = bob.post(change_url(theme), opened | {"title": "From Bob", "order": 7})
    assert "ada has saved this record since you opened it" in response.content.decode()
    assert rows_of(response) == [
        ("Order", "7", "900", "mine"),
        ("Title", "From Bob", "From Ada", "theirs"),
        ("Definition", "Old.", "By Ada.", "theirs"),
    ]
    assert Revision.objects.count() == revisions

    assert choose(bob, response, "mine", "mine", "theirs").status_code == 302
    theme.refresh_from_db()
    assert (theme.order, theme.title, theme.definition) == (7, "From Bob", "By Ada.")
    last = Revision.objects.latest("number")
    assert (last.number, str(last.by)) == (revisions + 1, "bob")


def test_who_is_too_late_once_more_sees_the_newest(ada, bob):
    theme = make_theme("a-theme", title="Before")
    publishing.write_save(theme, None, new=True)
    opened = fields_of(bob.get(change_url(theme)))
    save(ada, change_url(theme), title="From Ada")
    response = bob.post(change_url(theme), opened | {"title": "From Bob"})
    save(ada, change_url(theme), title="Once more")
    response = choose(bob, response, "mine")
    assert rows_of(response) == [("Title", "From Bob", "Once more", "theirs")]
    choose(bob, response, "mine")
    theme.refresh_from_db()
    assert theme.title == "From Bob"


def test_what_was_kept_on_the_page_cannot_be_altered(ada, bob):
    theme = make_theme("a-theme", title="Before")
    opened = fields_of(bob.get(change_url(theme)))
    save(ada, change_url(theme), title="From Ada")
    response = bob.post(change_url(theme), opened | {"title": "From Bob"})
    choose(ada, response, "mine")  # another's page
    bob.post(response.context["settle_url"], {"kept": "x", "version": 2, "choice-0": "mine"})
    theme.refresh_from_db()
    assert theme.title == "From Ada"


@pytest.mark.parametrize("token", [None, "", "0", "x", "99"])
def test_a_form_without_its_version_is_refused(ada, token):
    theme = make_theme("a-theme", title="Before")
    data = fields_of(ada.get(change_url(theme))) | {"title": "After", "version": token}
    answer = ada.post(change_url(theme), {k: v for k, v in data.items() if v is not None})
    assert answer.status_code == 409
    assert Theme.objects.get(pk=theme.pk).title == "Before"


def test_a_change_of_a_row_alone_counts(ada, bob):
    statement = make_statement(make_dialogue(2031), ["mexico"])
    position = make_position(statement)
    publishing.write_save(statement, None, new=True)
    opened = fields_of(bob.get(change_url(statement)))
    save(ada, change_url(statement), positions__0__summary="Ada’s reading.")
    mine = {"positions-0-summary": "Bob’s reading.", "positions-0-pillar_2": "on"}
    response = bob.post(change_url(statement), opened | mine)
    label = f"Position {position.ref}"
    assert rows_of(response) == [
        (f"{label}, pillars", "2", "nothing", "mine"),
        (f"{label}, summary", "Bob’s reading.", "Ada’s reading.", "theirs"),
    ]
    assert statement.positions.get().summary == "Ada’s reading."
    choose(bob, response, "mine", "theirs")
    now = statement.positions.get()
    assert (now.pillars, now.summary, now.ref) == ([2], "Ada’s reading.", position.ref)


def test_rows_that_came_and_went_are_told_apart(ada, bob):
    """Mine stands on the rows that I saw, whatever has become of them."""
    statement = make_statement(make_dialogue(2031), ["mexico"])
    first, second = make_position(statement), make_position(statement, "veto-and-security-council")
    publishing.write_save(statement, None, new=True)
    opened = fields_of(bob.get(change_url(statement)))
    save(ada, change_url(statement), positions__0__DELETE="on")
    response = bob.post(change_url(statement), opened | {"positions-1-summary": "Bob’s."})
    labels = {row[0]: row[3] for row in rows_of(response)}
    assert labels == {
        f"Position {second.ref}, summary": "mine",
        f"Position {first.ref}": "theirs",
    }
    choose(bob, response, *labels.values())
    assert [(p.ref, p.summary) for p in statement.positions.all()] == [(second.ref, "Bob’s.")]


def test_faults_of_ones_own_are_mended_before_both_are_compared(ada, bob):
    theme = make_theme("a-theme", title="Before")
    opened = fields_of(bob.get(change_url(theme)))
    save(ada, change_url(theme), title="From Ada")
    response = bob.post(change_url(theme), opened | {"title": "", "definition": "Bob’s."})
    assert "This field is required." in errors_of(response)
    assert "Bob’s." in response.content.decode()
    response = bob.post(change_url(theme), fields_of(response) | {"title": "Bob’s title"})
    assert ("Definition", "Bob’s.", "What belongs here.", "mine") in rows_of(response)


def test_a_panel_on_its_own_page_counts_for_its_dialogue(ada, bob):
    dialogue = make_dialogue(2031)
    panel = make_panel(dialogue)
    opened = fields_of(bob.get(change_url(dialogue)))
    assert save(ada, change_url(panel), title="The morning").status_code == 302
    dialogue.refresh_from_db()
    assert dialogue.version == 2
    response = bob.post(change_url(dialogue), opened | {"title": "From Bob"})
    assert response.status_code == 409

    opened = fields_of(bob.get(change_url(panel)))
    save(ada, change_url(dialogue), title="From Ada")
    response = bob.post(change_url(panel), opened | {"title": "The afternoon"})
    assert ("Panel discussion, title", "The afternoon", "The morning", "mine") in rows_of(response)
    assert Panel.objects.get(pk=panel.pk).title == "The morning"


def test_two_who_propose_a_change_of_the_same_record(ada, bob):
    theme = Theme.objects.get(slug="sovereignty")
    opened = fields_of(bob.get(change_url(theme)))
    save(ada, change_url(theme), title="From Ada")
    response = bob.post(change_url(theme), opened | {"title": "From Bob"})
    assert rows_of(response) == [("Title", "From Bob", "From Ada", "theirs")]
    choose(bob, response, "mine")
    theme.refresh_from_db()
    proposal = publishing.proposal_of(theme)
    assert proposal is not None
    assert (theme.title, proposal.record["title"]) == ("Sovereignty", "From Bob")


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


PAIRS = 100


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_pairs_who_save_in_the_same_moment_one_wins_each():
    """Two connections: whoever comes second waits for the lock, and then finds another version.

    Every tenth pair writes in a row of a statement, every fifth proposes a change.
    """
    clients = []
    for name in ("ada", "bob"):
        client = Client()
        client.force_login(make_user(name, "Contributor"))
        clients.append(client)
    statement = make_statement(make_dialogue(2031), ["mexico"])
    make_position(statement)
    publishing.write_save(statement, None, new=True)
    theme = make_theme("a-theme", title="Before")
    publishing.write_save(theme, None, new=True)
    public = Theme.objects.get(slug="sovereignty")
    together = Barrier(2)

    def write(client: Client, url: str, data: dict) -> int:
        together.wait()
        try:
            return client.post(url, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        for number in range(PAIRS):
            record, field = (
                (statement, "positions-0-summary") if number % 10 == 1 else (theme, "title")
            )
            if number % 5 == 0:
                record, field = public, "title"
            url, before = change_url(record), Revision.objects.count()
            if record is theme:
                # All that its page has, also while one alone wrote it and may change its slug.
                theme.refresh_from_db()
                page = {name: getattr(theme, name) for name in ("slug", "order", "definition")}
                opened = [page | {"version": theme.version}] * 2
            else:
                opened = [fields_of(client.get(url)) for client in clients]
            data = [one | {field: f"{who} {number}"} for who, one in enumerate(opened)]
            answers = list(threads.map(write, clients, (url, url), data))
            assert sorted(answers) == [302, 409], number
            assert Revision.objects.count() == before + 1
            last = Revision.objects.latest("number")
            assert f"{answers.index(302)} {number}" in str(last.record)
    assert publishing.first_broken() is None
    public.refresh_from_db()
    assert public.title == "Sovereignty"
