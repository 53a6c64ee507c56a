"""The version of the published data: another after each change that readers see."""

import datetime
from unittest.mock import patch

import pytest
from django.utils import timezone

from dialogues import publishing
from dialogues.choices import State
from dialogues.models.version import public_version
from tests.factories import make_theme, make_user

pytestmark = pytest.mark.django_db


def test_each_step_that_readers_see_makes_another_tag():
    tags = [public_version().etag("/")]
    theme = make_theme("something-new")
    publishing.write_save(theme, make_user("ann", "Contributor"), new=True)
    publishing.submit(theme, None)
    assert public_version().etag("/") == tags[0]
    publishing.publish(theme, make_user("bob", "Reviewer"))
    tags.append(public_version().etag("/"))
    publishing.withdraw(theme, None, "A trial.")
    tags.append(public_version().etag("/"))
    assert len({*tags, public_version().etag("/other")}) == 4


def test_what_is_seen_last_makes_another_tag_although_it_began_first():
    before = public_version()
    theme = make_theme("something-late", state=State.IN_REVIEW)
    yesterday = timezone.now() - datetime.timedelta(days=1)
    with patch("django.utils.timezone.now", return_value=yesterday):
        publishing.publish(theme, make_user("bob", "Reviewer"))
    after = public_version()
    assert after.etag("/") != before.etag("/")


def test_it_costs_one_query(django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        public_version()


def test_it_is_no_cache_key_inside_a_transaction():
    """What is written there may yet be undone."""
    version = public_version()
    assert version.digest
    assert version.cache_key == ""


@pytest.mark.django_db(transaction=True)
def test_it_is_a_cache_key_outside_of_one():
    version = public_version()
    assert version.cache_key == version.digest
