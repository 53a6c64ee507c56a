"""Who may do what, to a record in which state: the program equals the table, through the doors."""

import itertools

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import NoReverseMatch, reverse

from dialogues import publishing
from dialogues.admin.home import site
from dialogues.choices import Stage
from dialogues.models import Revision, Statement, Theme
from dialogues.publishing import BUTTONS, ROLES, may
from dialogues.publishing.workflow import PERMISSIONS
from dialogues.records.importing.plan import InvalidImport
from tests import bundled
from tests.admin.forms import add_url, change_url, save, step_url
from tests.factories import make_dialogue, make_statement, make_theme, make_user

pytestmark = pytest.mark.django_db

DRAFT, REVIEW, PUBLISHED, PROPOSED, PROPOSAL, WITHDRAWN = Stage.values
STEPS = ("submit", "give_back", "publish", "approve", "decline", "withdraw")

# Written out by hand, so that a slip in the program's own table shows.
_CONTRIBUTOR = {
    ("change", DRAFT),
    ("change", PUBLISHED),
    ("change", PROPOSED),
    ("submit", DRAFT),
    ("submit", PROPOSED),
    ("decline", PROPOSED),
}
_REVIEWER = _CONTRIBUTOR | {
    ("change", REVIEW),
    ("change", PROPOSAL),
    ("give_back", REVIEW),
    ("give_back", PROPOSAL),
    ("approve", PROPOSAL),
    ("decline", PROPOSAL),
}
_PUBLISHER = _REVIEWER | {
    ("publish", REVIEW),
    ("withdraw", PUBLISHED),
    ("withdraw", PROPOSED),
    ("withdraw", PROPOSAL),
}
ALLOWED: dict[str, set[tuple[str, str]]] = {
    "staff": set(),
    "Contributor": _CONTRIBUTOR,
    "Reviewer": _REVIEWER,
    "Publisher": _PUBLISHER,
    "Administrator": _PUBLISHER,
    "admin": _PUBLISHER,
}
CELLS = list(itertools.product(ALLOWED, ("change", *STEPS), Stage.values))
AFTER = {
    ("submit", DRAFT): REVIEW,
    ("submit", PROPOSED): PROPOSAL,
    ("give_back", REVIEW): DRAFT,
    ("give_back", PROPOSAL): PROPOSED,
    ("publish", REVIEW): PUBLISHED,
    ("approve", PROPOSAL): PUBLISHED,
    ("decline", PROPOSED): PUBLISHED,
    ("decline", PROPOSAL): PUBLISHED,
    ("withdraw", PUBLISHED): WITHDRAWN,
    ("withdraw", PROPOSED): WITHDRAWN,
    ("withdraw", PROPOSAL): WITHDRAWN,
}


def at_stage(stage: str) -> Theme:
    """A theme at a stage, which nobody who signs in here has written."""
    if stage not in (PROPOSED, PROPOSAL):
        theme = make_theme("a-theme", state=stage)
        publishing.write_save(theme, None, new=True)
        return theme
    theme = make_theme("a-theme", state=PUBLISHED)
    publishing.write_save(theme, None, new=True)
    publishing.propose(theme, publishing.record_of(theme) | {"title": "Proposed"}, None)
    if stage == PROPOSAL:
        publishing.submit(theme, None)
    return theme


def stage_of(theme: Theme) -> str:
    return Theme.objects.get(pk=theme.pk).stage


def signed_in(client: Client, role: str) -> Client:
    client.force_login(make_user("ada", role))
    return client


@pytest.mark.sqlite  # two hundred and fifty pages, whose answers no database decides
@pytest.mark.parametrize(("role", "action", "stage"), CELLS)
def test_the_program_equals_the_table(client, role, action, stage):
    """On the page of the record, and at the direct address of the form or the step."""
    theme = at_stage(stage)
    allowed = (action, stage) in ALLOWED[role]
    client = signed_in(client, role)
    if action == "change":
        _try_to_change(client, theme, allowed)
    else:
        _try_a_step(client, theme, action, allowed)
    if role in ROLES:
        assert may(make_user("bob", role), action, at_stage_again(theme, stage)) is allowed


def at_stage_again(theme: Theme, stage: str) -> Theme:
    theme.state, theme.proposal = stage, ""
    if stage in (PROPOSED, PROPOSAL):
        theme.state, theme.proposal = PUBLISHED, {PROPOSED: "draft", PROPOSAL: "in_review"}[stage]
    return theme


def _try_to_change(client, theme, allowed):
    page = client.get(change_url(theme))
    assert page.status_code == 200
    assert page.context["has_change_permission"] is allowed
    count = Revision.objects.count()
    public = theme.is_published
    fields = {"slug": "a-theme", "order": 3, "definition": "x", "version": theme.version}
    client.post(change_url(theme), fields | {"title": "Changed"})
    assert Revision.objects.count() == count + (1 if allowed else 0)
    now = Theme.objects.get(pk=theme.pk)
    # What readers see of a published record stays as it was, whoever changed it.
    assert now.title == ("Changed" if allowed and not public else theme.title)
    if allowed and public:
        proposal = publishing.proposal_of(now)
        assert proposal is not None
        assert proposal.record["title"] == "Changed"


def _try_a_step(client, theme, action, allowed):
    before = theme.stage
    page = client.get(change_url(theme))
    assert (action in [step["action"] for step in page.context["steps"]]) is allowed
    client.post(step_url(theme, action), {"version": theme.version, "reason": "It is right."})
    assert stage_of(theme) == (AFTER[action, before] if allowed else before)


def test_the_table_has_no_cell_that_is_not_tried():
    # Who may approve a merge is tried where two entries are merged.
    assert set(PERMISSIONS) == {"add", "preview", "change", "merge", *STEPS}
    assert tuple(BUTTONS) == STEPS
    assert set(ROLES) == set(ALLOWED) - {"staff", "admin"}
    assert set(Group.objects.values_list("name", flat=True)) >= set(ROLES)


@pytest.mark.parametrize("role", ALLOWED)
def test_who_may_add_has_a_role(client, role):
    response = signed_in(client, role).get(add_url("theme"))
    assert response.status_code == (403 if role == "staff" else 200)


@pytest.mark.parametrize("stage", Stage.values)
@pytest.mark.parametrize("role", ALLOWED)
@pytest.mark.parametrize("action", ["submit", "publish"])
def test_bulk_actions_obey_the_table(client, role, action, stage):
    theme = at_stage(stage)
    client = signed_in(client, role)
    client.post(
        reverse("admin:dialogues_theme_changelist"),
        {"action": f"{action}_selected", "_selected_action": [theme.pk]},
    )
    allowed = (action, stage) in ALLOWED[role]
    assert stage_of(theme) == (AFTER[action, stage] if allowed else stage)


@pytest.mark.parametrize("stage", Stage.values)
@pytest.mark.parametrize("publish", [False, True])
def test_an_import_obeys_the_table(tmp_path, stage, publish):
    """Without the operator's word it changes drafts, and proposes changes of what is published."""
    theme = at_stage(stage)
    record = publishing.record_of(theme) | {"title": "Imported"}
    bundled.write(tmp_path, themes={"themes": [record]})
    if not publish and stage in (PROPOSED, PROPOSAL):
        with pytest.raises(InvalidImport):
            publishing.import_files([tmp_path])
        return
    publishing.import_files([tmp_path], publish=publish)
    now = Theme.objects.get(pk=theme.pk)
    assert now.title == (theme.title if stage == PUBLISHED and not publish else "Imported")
    after = {PUBLISHED: PROPOSED} if not publish else {DRAFT: PUBLISHED, REVIEW: PUBLISHED}
    assert now.stage == after.get(stage, stage)


@pytest.mark.parametrize("role", ALLOWED)
def test_what_a_curator_brings_in_obeys_the_table(role):
    user = make_user("ada", role)
    for stage in Stage.values:
        with publishing.rolled_back():
            theme = at_stage(stage)
            text = publishing.current_record(theme, publishing.record_of(theme))
            wanted = publishing.ProposedRecord(
                "theme",
                theme.slug,
                0,
                text | {"title": "Brought in"},
                theme.version,
                publishing.digest_of(text),
            )
            allowed, taken = ("change", stage) in ALLOWED[role], True
            try:
                publishing.save_proposed_records([wanted], user)
            except InvalidImport:
                taken = False
            assert taken is allowed, stage
            at_once = allowed and not theme.is_published
            now = Theme.objects.get(pk=theme.pk)
            assert now.title == ("Brought in" if at_once else theme.title)


def test_outsiders_are_asked_to_sign_in(client):
    statement = make_statement(make_dialogue(2031))
    urls = [change_url(statement), step_url(statement, "publish"), reverse("admin:index")]
    client.force_login(make_user("reader"))
    for url in urls:
        assert "/admin/login/" in client.get(url)["Location"]


def test_nothing_is_deleted_even_by_who_may_do_all(client):
    client = signed_in(client, "admin")
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
    words = signed_in(client, "Contributor").get(change_url(statement)).content.decode()
    assert "kept as a proposal" in words
    assert f'href="{statement.get_absolute_url()}"' in words


def test_an_administrator_gives_roles_and_not_the_operators_power(client):
    operator = make_user("root", "admin")
    client = signed_in(client, "Administrator")
    other = make_user("bob", "Contributor")
    url = reverse("admin:auth_user_change", args=[other.pk])
    publisher = Group.objects.get(name="Publisher")
    data = {"username": "bob", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    client.post(url, data | {"groups": [publisher.pk]})
    now = User.objects.get(pk=other.pk)
    assert [group.name for group in now.groups.all()] == ["Publisher"]
    assert not now.is_superuser
    url = reverse("admin:auth_user_change", args=[operator.pk])
    assert client.post(url, data | {"username": "taken"}).status_code == 403
    for step in ("link", "factors"):
        url = reverse(f"admin:auth_user_{step}", args=[operator.pk])
        assert client.post(url).status_code == 403
