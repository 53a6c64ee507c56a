"""Every list, form and record opens, and no list asks the database for each of its rows."""

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from dialogues import publishing
from dialogues.admin.home import GROUPS, site
from dialogues.models import Statement, Theme
from dialogues.models.search import SearchText
from tests.factories import (
    make_citation,
    make_dialogue,
    make_note,
    make_passage,
    make_person,
    make_position,
    make_quotation,
    make_source,
    make_statement,
    make_tally,
    make_theme,
    make_user,
)
from tests.views.asking import queries

pytestmark = pytest.mark.django_db

MODELS = [model for model in site._registry if model._meta.app_label == "dialogues"]
# What a curator is at: reached from the page of its source.
AT_WORK = {"PassageMark", "TextDraft"}
# Session, account, role; the page and its number; what its filters offer; what its rows name.
MOST = 14


def url(model, view, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)


@pytest.fixture
def curator(client: Client) -> Client:
    client.force_login(make_user("ada", "Contributor"))
    return client


def test_every_model_is_registered_and_stands_in_a_group():
    named = {name for _, _, names in GROUPS for name in names} - {"User"}
    models = {
        model.__name__
        for model in apps.get_app_config("dialogues").get_models()
        if not issubclass(model, SearchText)
    } - AT_WORK
    assert named == models == {model.__name__ for model in MODELS}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_list_keeps_to_its_budget_of_queries(curator, model):
    response = curator.get(url(model, "changelist"))
    assert response.status_code == 200
    assert len(response.context["cl"].result_list) > 2
    assert queries(curator, url(model, "changelist")) <= MOST


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_list_is_searched_and_filtered(curator, model):
    for admin_filter in site._registry[model].list_filter:
        assert isinstance(admin_filter, str | type)
    assert curator.get(url(model, "changelist"), {"q": "2011"}).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_record_opens(curator, model):
    response = curator.get(url(model, "change", model._default_manager.last().pk))
    assert response.status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_form_opens_where_something_can_be_added(curator, model):
    response = curator.get(url(model, "add"))
    request = response.wsgi_request
    allowed = site._registry[model].has_add_permission(request)
    assert response.status_code == (200 if allowed else 403)
    assert (
        allowed
        or "edited_at" in site._registry[model].list_display
        or model.__name__
        in (
            "Citation",
            "Participation",
            "Passage",
            "Revision",
        )
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_history_of_a_record_is_its_revisions(curator, model):
    obj = model._default_manager.first()
    response = curator.get(url(model, "history", obj.pk), follow=True)
    assert len(response.context["cl"].result_list) == 1


def test_choices_are_found_by_any_name_and_leave_out_the_withdrawn(curator):
    make_person("jane-doe", name="Jane Doe")
    make_person("jane-roe", name="Jane Roe", state="withdrawn")
    asked = {"app_label": "dialogues", "model_name": "statement", "field_name": "speaker"}
    response = curator.get(reverse("admin:autocomplete"), asked | {"term": "jane"})
    assert [one["text"] for one in response.json()["results"]] == ["Jane Doe"]


def test_panels_of_the_newest_dialogue_are_offered_first(curator):
    newest = make_dialogue(2040)
    newest.panels.create(key="opening", kind="opening", title="Opening", order=1)
    asked = {"app_label": "dialogues", "model_name": "statement", "field_name": "panel"}
    results = curator.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert results[0]["text"] == "2040: Opening"


def test_the_index_is_grouped_for_curators(curator):
    response = curator.get(reverse("admin:index"))
    names = [str(app["name"]) for app in response.context["app_list"]]
    assert names == ["Dialogues", "Who", "Provenance", "Shared lists", "History"]
    assert "no-store" in response["Cache-Control"]


def test_the_first_page_counts_what_is_under_way_and_each_number_is_its_list(curator):
    Statement.objects.create(dialogue=make_dialogue(2040))
    theme = Theme.objects.get(slug="sovereignty")
    publishing.propose(theme, publishing.record_of(theme) | {"title": "Another"}, None)
    page = curator.get(reverse("admin:index"))
    rows = {row["name"]: row["cells"] for row in page.context["waiting"]}
    assert queries(curator, reverse("admin:index")) <= MOST
    numbers = {name: [number for number, _ in cells] for name, cells in rows.items()}
    assert numbers == {
        "Dialogues": [1, 0, 0, 0],
        "Statements": [1, 0, 0, 0],
        "Themes": [0, 0, 1, 0],
    }
    for cells in rows.values():
        for number, address in cells:
            assert curator.get(address).context["cl"].result_count == number


def rows_of(client, address):
    return client.get(address).context["cl"].result_count


def test_the_first_page_says_what_waits_for_whom(curator):
    ada = curator.get(reverse("admin:index")).wsgi_request.user
    bob = make_user("bob", "Reviewer")
    reviewer, lone = Client(), Client()
    reviewer.force_login(bob)
    lone.force_login(make_user("root", "admin"))
    mine, theirs, both = (make_theme(slug) for slug in ("mine", "theirs", "both"))
    for theme, by in ((mine, ada), (theirs, bob), (both, ada)):
        publishing.write_save(theme, by, new=True)
    publishing.write_save(both, bob, new=False)
    changed = Theme.objects.get(slug="sovereignty")
    publishing.propose(changed, publishing.record_of(changed) | {"title": "Another"}, ada)
    for theme in (theirs, both, changed):
        publishing.submit(theme, None)

    def own(client):
        page = client.get(reverse("admin:index"))
        for row in page.context["own"]:
            for number, address in row["own"]:
                assert rows_of(client, address) == number, address
        return {row["name"]: [number for number, _ in row["own"]] for row in page.context["own"]}

    assert own(curator) == {"Themes": [1, 0, 0]}
    assert own(reviewer) == {"Themes": [0, 0, 1]}  # not what he wrote in
    assert own(lone) == {"Themes": [0, 0, 3]}
    publishing.return_to_author(changed, bob, "Which passage?")
    assert own(curator) == {"Themes": [2, 1, 0]}
    # Sent off again, then declined: nothing of it is hers any more.
    publishing.submit(changed, ada)
    publishing.decline(changed, bob, "No.")
    record = publishing.record_of(changed) | {"title": "A third"}
    publishing.propose(changed, record, bob)
    assert own(curator) == {"Themes": [1, 0, 0]}


def test_the_first_page_says_what_is_left_of_each_dialogue(curator):
    """Each number is a list of so many rows, and no dialogue costs a query more."""
    dialogue = make_dialogue(2031, member_states=4)
    statement = make_statement(dialogue, ["mexico", "chile", "european-union"])
    make_statement(dialogue, ["mexico"], form="opening")
    make_statement(dialogue, ["ireland"], state="withdrawn")
    read, quoted = make_position(statement), make_position(statement)
    source = make_source("report")
    for number in (1, 2):
        make_passage(source, number, f"Passage {number}.")
    make_citation(read, "report#p1")
    make_quotation(quoted)
    make_tally(dialogue, ["mexico"], number=3, matches=False)
    for kind, reading in (("count", ""), ("count", "Of both days."), ("context", "")):
        make_note(dialogue, kind=kind, reading=reading)

    page = curator.get(reverse("admin:index"))
    before = queries(curator, reverse("admin:index"))
    rows = {row["dialogue"].year: row for row in page.context["remaining"]}
    assert [count for count, _ in rows[2031]["cells"]] == [2, 1, 0, 1, 1, 1]
    assert rows[2011]["dialogue"].member_states == 43
    assert rows[2011]["cells"][0][0] == 31
    for year in (2011, 2031):
        for count, address in rows[year]["cells"]:
            assert rows_of(curator, address) == count, address
    ((unread, desk),) = rows[2031]["unread"]
    assert len(curator.get(desk).context["lines"]) == unread.not_read == 1
    for year in range(2040, 2050):
        make_statement(make_dialogue(year), ["mexico"])
    # Open notes take one more, and passages that nobody has read six.
    assert queries(curator, reverse("admin:index")) <= before <= MOST + 7


def test_drafts_stand_in_the_curators_list(curator):
    Statement.objects.create(dialogue=make_dialogue(2040))
    response = curator.get(url(Statement, "changelist"), {"state__exact": "draft"})
    assert response.context["cl"].result_count == 1


def test_an_account_without_a_role_sees_and_changes_nothing_by_hand():
    request = Client().get("/admin/login/").wsgi_request
    request.user = make_user("bob", "staff")
    for model in MODELS:
        admin = site._registry[model]
        assert admin.has_view_permission(request)
        with pytest.raises(PermissionDenied):
            admin.add_view(request)
