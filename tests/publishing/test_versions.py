"""The state in which readers find the archive has another name after each change that they see."""

import datetime
from unittest.mock import patch

import pytest
from django.utils import timezone

from dialogues import publishing
from dialogues.choices import State
from tests.factories import make_theme, make_user

pytestmark = pytest.mark.django_db


def test_each_step_that_readers_see_makes_another_tag():
    tags = [publishing.version().tag("/")]
    theme = make_theme("something-new")
    publishing.write_save(theme, make_user("ann", "Contributor"), new=True)
    publishing.submit(theme, None)
    assert publishing.version().tag("/") == tags[0]
    publishing.publish(theme, make_user("bob", "Reviewer"))
    tags.append(publishing.version().tag("/"))
    publishing.withdraw(theme, None, "A trial.")
    tags.append(publishing.version().tag("/"))
    assert len({*tags, publishing.version().tag("/other")}) == 4


def test_what_is_seen_last_makes_another_tag_although_it_began_first():
    before = publishing.version()
    theme = make_theme("something-late", state=State.IN_REVIEW)
    yesterday = timezone.now() - datetime.timedelta(days=1)
    with patch("django.utils.timezone.now", return_value=yesterday):
        publishing.publish(theme, make_user("bob", "Reviewer"))
    after = publishing.version()
    assert after.changed == before.changed
    assert after.tag("/") != before.tag("/")


def test_it_costs_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        publishing.version()


def test_a_state_that_was_met_costs_a_short_query(kept, django_assert_num_queries):
    first = publishing.version()
    with django_assert_num_queries(1) as asked:
        assert publishing.version() == first
    assert "published_at" not in asked.captured_queries[0]["sql"]
    assert first.kept == first.state != ""
    theme = make_theme("something-new", state=State.IN_REVIEW)
    publishing.publish(theme, make_user("bob", "Reviewer"))
    after = publishing.version()
    assert after.changed != first.changed
    assert after.kept == after.state != first.state


def test_what_may_yet_be_undone_is_kept_under_nothing():
    version = publishing.version()
    assert version.state
    assert version.kept == ""
