"""What words may name."""

import pytest

from tests.factories import make_actor

pytestmark = pytest.mark.django_db


def found(get, words):
    return [
        (row["parameter"], row["value"]) for row in get(f"suggestions/?q={words}").json()["results"]
    ]


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ("mex", ("actor", "mexico")),
        ("cote d'iv", ("actor", "cote-divoire")),
        ("veto", ("theme", "veto-and-security-council")),
        ("lib", ("situation", "libya")),
        ("1973", ("instrument", "resolution-1973")),
        ("european un", ("actor", "european-union")),
    ],
)
def test_beginnings_of_words_name_entries(get, words, entry):
    assert entry in found(get, words)


def test_each_leads_to_its_page(get, client):
    (row, *_) = get("suggestions/?q=mexico").json()["results"]
    assert row["label"] == "Mexico"
    assert client.get(row["page"]).status_code == 200


@pytest.mark.parametrize("words", ["", "zzzz", "%25", "_"])
def test_nothing_is_named(get, words):
    assert found(get, words) == []


def test_what_is_not_public_is_not_named(get):
    make_actor("walrusia", name="Walrusia")
    assert found(get, "walrus") == []


def test_eight_at_most_and_in_few_queries(get, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        assert len(found(get, "a")) == 8


@pytest.mark.parametrize("query", ["q=a%00", "q=" + "a" * 201, "words=a", "q=a&q=b"])
def test_what_it_does_not_take(get, query):
    assert get(f"suggestions/?{query}").status_code == 400
