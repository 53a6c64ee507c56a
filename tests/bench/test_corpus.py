"""The made-up archive is the same each time, and as real as the import demands."""

import pytest
from django.core.management import call_command

from bench.corpus import KEPT_YEAR, WORDS, made_up, write_files
from dialogues import search
from dialogues.models import Statement
from dialogues.records.files import DATA

SIZE = 300


def test_it_is_the_same_each_time():
    made = list(made_up(SIZE, DATA))
    assert made == list(made_up(SIZE, DATA))
    assert made != list(made_up(SIZE + 1, DATA))[: len(made)]


def test_no_reference_is_given_twice():
    refs = [
        record["ref"]
        for _, statement in made_up(2_000, DATA)
        for record in (
            statement,
            *statement["positions"],
            *(quotation for one in statement["positions"] for quotation in one["quotations"]),
        )
    ]
    assert len(set(refs)) == len(refs)


@pytest.mark.parametrize("size", [SIZE, 2_000])
def test_each_word_stands_in_its_share_of_all_statements(size):
    summaries = [statement["summary"].split() for _, statement in made_up(size, DATA)]
    for word, share in WORDS.items():
        assert sum(word in words for words in summaries) == round(size * share)


def test_the_dialogue_that_is_measured_as_a_page_stays_as_it_is():
    assert KEPT_YEAR not in {year for year, _ in made_up(2_000, DATA)}


@pytest.mark.django_db
def test_it_is_imported_with_all_that_search_keeps(tmp_path):
    bundled = Statement.objects.published().count()
    for folder in write_files(SIZE, tmp_path):
        call_command("import_records", str(folder), publish=True, verbosity=0)
    assert Statement.objects.published().count() == SIZE
    assert not list(search.differing(Statement.objects.all()))
    assert bundled < SIZE
