"""Words that are one to search, and words that are not."""

import pytest

from dialogues.search import terms


@pytest.mark.parametrize(
    "words",
    [
        "prevent prevents prevented preventing prevention preventive",
        "organisation organization organisations organizing organised",
        "travelled traveled",
        "colour color colours",
        "centre center",
        "defence defense",
        "programme programs",
        "analyse analyze",
        "judgement judgment",
        "state states state’s states’",
        "responsibility responsibilities",
        "community communities community's",
    ],
)
def test_one_word_to_search(words):
    assert len(set(terms(words))) == 1


@pytest.mark.parametrize(
    "words",
    [
        "internal international",
        "responsibility response responsible",
        "nation national",
        "author authority",
        "account accountability",
        "inform informal",
        "four for",
        "call cale",
        "universal university",
        "police policy",
    ],
)
def test_other_words_to_search(words):
    assert len(set(terms(words))) == len(words.split())
