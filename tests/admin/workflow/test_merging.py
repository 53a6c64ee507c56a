"""What may be entered twice is pointed out; two entries are made one from a page that shows it."""

import pytest
from django.test import Client
from django.urls import reverse

from dialogues import publishing
from dialogues.choices import State
from dialogues.models import Actor, Person, Revision
from tests.admin.forms import add_url, change_url, errors_of, fields_of, rows, step_url
from tests.factories import make_actor, make_dialogue, make_person, make_statement, make_user
from tests.snapshot import fingerprint

pytestmark = pytest.mark.django_db


def signed_in(name, role):
    client = Client()
    client.force_login(make_user(name, role))
    return client


@pytest.fixture
def ada():
    return signed_in("ada", "Contributor")


@pytest.fixture
def mexiko():
    gone = make_actor("mexiko", state=State.PUBLISHED)
    dialogue = make_dialogue(2031, state=State.PUBLISHED)
    statement = make_statement(dialogue, [gone], state=State.PUBLISHED)
    for obj in (gone, dialogue, statement):
        publishing.write_save(obj, None, new=True)
    return gone


def merge_url(obj):
    return reverse(f"admin:dialogues_{obj._meta.model_name}_merge", args=[obj.pk])


def take(client, obj, action, **data):
    obj.refresh_from_db()
    return client.post(step_url(obj, action), {"version": obj.version, "reason": "", **data})


def test_who_is_entered_twice_is_pointed_out_and_saved_all_the_same(ada):
    make_person("edward-luckner", name="Edward Luckner")
    new = {"name": "E. Luckner", "slug": "e-luckner", "variants": "", "note": ""}
    page = ada.post(add_url("person"), new | {"_continue": "1"}, follow=True)
    person = Person.objects.get(slug="e-luckner")
    text = page.content.decode()
    assert "“E. Luckner” may be entered already" in text  # once saved
    assert "It may be entered already:" in text  # and on its page from now on
    assert text.count(change_url(Person.objects.get(slug="edward-luckner"))) == 2
    assert merge_url(person) in text


def test_a_merge_is_looked_at_proposed_and_approved_by_a_publisher(ada, mexiko):
    kept = Actor.objects.get(slug="mexico")
    before = fingerprint()
    assert "Mexico" in ada.get(merge_url(mexiko)).content.decode()  # it may be this one
    page = ada.get(merge_url(mexiko), {"into": "mexicoo"})
    assert page.context["kept"] is None
    assert [one.entry.slug for one in page.context["near"]] == ["mexico"]
    page = ada.get(merge_url(mexiko), {"into": "mexico"})
    (shown,) = page.context["moves"]
    assert [(row.before, row.after) for row in shown["rows"]] == [("Mexiko", "Mexico")]
    assert ada.post(merge_url(mexiko), {"into": "mexico", "reason": ""}).status_code == 200
    assert fingerprint() == before

    answer = ada.post(merge_url(mexiko), {"into": "mexico", "reason": "Misspelt."})
    assert answer["Location"] == step_url(kept, "submit")
    take(ada, kept, "submit")
    reviewer, publisher = signed_in("eve", "Reviewer"), signed_in("bob", "Publisher")
    page = reviewer.get(step_url(kept, "approve")).content.decode()
    assert "a publisher approves it" in page
    assert "What would move: 1 record" in page
    take(reviewer, kept, "approve")
    assert Actor.objects.get(slug="mexiko").is_published
    take(publisher, kept, "approve")
    mexiko.refresh_from_db()
    assert mexiko.state == State.WITHDRAWN
    assert kept.statements.filter(dialogue__year=2031).exists()
    assert "Merged into it: mexiko." in ada.get(change_url(kept)).content.decode()
    assert merge_url(mexiko) not in ada.get(change_url(mexiko)).content.decode()
    # The slug stays that one's.
    taken = fields_of(ada.get(add_url("actor"))) | {"name": "M", "slug": "mexiko", "kind": "group"}
    Actor.objects.filter(pk=mexiko.pk).update(slug="elsewhere")  # as in a mirror
    assert "leads to “Mexico”" in errors_of(ada.post(add_url("actor"), taken | rows("names")))


def test_two_that_nobody_knows_are_merged_at_once_and_others_are_refused_in_words(ada, mexiko):
    gone, kept = make_person("jane-doe"), make_person("jane-d")
    for one in (gone, kept):
        publishing.write_save(one, None, new=True)
    answer = ada.post(merge_url(gone), {"into": "jane-d", "reason": "One person."})
    assert answer["Location"] == change_url(kept)
    page = ada.get(merge_url(gone), {"into": "jane-d"})
    assert page.context["objections"] == ["“Jane Doe” was withdrawn or merged already."]
    count = Revision.objects.count()
    assert ada.post(merge_url(gone), {"into": "jane-d", "reason": "Again."}).status_code == 200
    for into in ("mexiko", "\x00", "none such"):
        assert ada.get(merge_url(mexiko), {"into": into}).status_code == 200
    assert signed_in("staff", "staff").get(merge_url(mexiko)).status_code == 403
    assert ada.get(merge_url(mexiko).replace(str(mexiko.pk), "0")).status_code == 302
    assert Revision.objects.count() == count
