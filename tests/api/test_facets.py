"""The counts beside the filters' choices."""

import pytest

from dialogues import publishing
from dialogues.choices import State
from tests.factories import make_synonym, make_theme, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["statements", "positions"])
def test_a_count_is_that_of_the_list(get, name):
    query = "year=2011&q=prevention&stance=calls_for"
    answer = get(f"{name}/facets/?{query}")
    assert answer.status_code == 200
    content = answer.json()
    assert list(content) == ["count", "exact", "facets"]
    assert content["exact"] is True
    assert content["count"] == get(f"{name}/?{query}&count=true&page_size=1").json()["count"]
    theme = content["facets"]["theme"][0]
    assert list(theme) == ["value", "label", "count", "selected"]
    chosen = get(f"{name}/?{query}&theme={theme['value']}&count=true&page_size=1").json()
    assert theme["count"] == chosen["count"]
    assert [v["value"] for v in content["facets"]["stance"] if v["selected"]] == ["calls_for"]
    assert len(content["facets"]["stance"]) > 1


@pytest.mark.parametrize(
    ("query", "field"),
    [("theme=sovereignity", "theme"), ("cursor=x", "cursor")],
)
def test_what_it_does_not_take(get, query, field):
    answer = get(f"statements/facets/?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


def test_exact_may_be_asked_for(get):
    for exact in ("0", "1", "maybe"):
        assert get(f"positions/facets/?exact={exact}&year=2011").json()["exact"] is True


def test_lists_and_synonyms_are_read_once_for_a_state(get, kept, django_assert_max_num_queries):
    def asked():
        return get("statements/facets/?q=veto").json()

    first = asked()
    # The state, and the count itself.
    with django_assert_max_num_queries(2):
        assert asked() == first
    bob = make_user("bob", "Reviewer")
    publishing.publish(make_theme("something-new", state=State.IN_REVIEW), bob)
    assert get("statements/facets/?theme=something-new").status_code == 200
    synonym = make_synonym("power", ["veto", "prevention"], state=State.IN_REVIEW)
    assert asked()["count"] == first["count"]
    publishing.publish(synonym, bob)
    assert asked()["count"] > first["count"]
