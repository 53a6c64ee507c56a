"""What a query finds, against a plain reading of the same texts; the same on both databases."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dialogues import publishing, search
from dialogues.choices import State
from dialogues.models import Position, PositionText, Statement
from dialogues.models import StatementText as Kept
from tests import bundled
from tests.factories import (
    make_dialogue,
    make_position,
    make_quotation,
    make_statement,
    make_synonym,
)
from tests.filters import reader

pytestmark = pytest.mark.django_db

# A query, and whether anything at all is found.
QUERIES = {
    "libya": True,
    "LIBYA": True,
    "cote divoire": True,
    "Côte D’Ivoire": True,
    "COTE D'IVOIRE": True,
    "cote d`ivoire": True,
    '"Côte d’Ivoire"': True,
    "coté": True,
    "d ivoire": False,
    "RtoP": True,
    "r2p": True,
    '"responsibility to protect"': True,
    "responsibility to protect": True,
    '"protect to responsibility"': False,
    "RwP": False,
    '"responsibility while protecting"': False,
    "Adviser": True,
    "advisor": True,
    '"special advisor"': True,
    "EU": True,
    '"European Union"': True,
    "UN": True,
    "UK veto": True,
    "veto": True,
    "veto -libya": True,
    "-veto": True,
    "-veto -libya prevention": True,
    'prevention -"early warning"': True,
    "-RtoP": True,
    '-"responsibility to protect" mexico': False,
    '"early warning"': True,
    '"focal points" network': True,
    "“focal points”": True,
    "sub-regional": True,
    "sub regional": True,
    "subregional": True,
    "peace-keeping": True,
    "peacekeeping": True,
    "organisation": True,
    '"regional organisations"': True,
    "cooperation": True,
    "co-operation": True,
    "programme -program": False,
    "internal": True,
    "responsibility -response": True,
    "united kingdom": True,
    "united nations -UN": False,
    "R2P -RtoP": False,
    "libya OR syria": True,
    'veto OR "early warning" council': True,
    "veto AND libya": True,
    "xyzzy OR veto": True,
    "xyzzy OR plugh": False,
    "libya OR veto -syria": True,
    "uk OR veto": True,
    "the of and": True,
    "🙂 veto": True,
    "الأمن": False,
    "1973": True,
    '"resolution 1973"': True,
    "S/2011/393": True,
    "Türkiye": False,
    "turkiye": False,
    "turkey": False,
    "México": True,
    "Secretary-General": True,
    "protect protect": True,
    "libya -libya": False,
    "xyzzy": False,
    "-xyzzy": True,
    "prevent": True,
    "preven": False,
    "%": False,
    "pre%": False,
    "_": False,
    "a": True,
}


def found(model, query):
    return sorted(search.matching(model.objects.all(), query).values_list("ref", flat=True))


@pytest.mark.parametrize("query", [query for query in QUERIES if query not in "%_"])
def test_statements_and_positions_are_those_of_a_plain_reading(query):
    chosen = {"q": [query]}
    statements, positions = found(Statement, query), found(Position, query)
    assert statements == sorted(reader.find_statements(chosen))
    assert positions == sorted(reader.find_positions(chosen))
    assert bool(statements) == QUERIES[query]


TEXTS = {p["ref"]: reader.fold(f"{p['summary']}").split() for _, _, p in reader.positions()}
WORDS = sorted({word for text in TEXTS.values() for word in text})
# Words of the synonyms too, or few queries would have one.
NAMES = sorted({word for entry in bundled.shared("synonyms") for word in entry["words"]})
PHRASES = st.builds(
    lambda ref, start, length: " ".join(TEXTS[ref][start : start + length]),
    st.sampled_from(sorted(TEXTS)),
    st.integers(0, 20),
    st.integers(2, 4),
).filter(bool)
TERMS = st.builds(
    lambda minus, words, quoted: f'{minus}"{words}"' if quoted else f"{minus}{words}",
    st.sampled_from(["", "", "-"]),
    st.sampled_from(WORDS) | PHRASES | st.sampled_from(NAMES),
    st.booleans(),
) | st.just("OR")


def askable(query):
    try:
        search.parse(query)
    except search.InvalidQuery:
        return False
    return True


@settings(max_examples=30)
@given(query=st.lists(TERMS, min_size=1, max_size=5).map(" ".join).filter(askable))
@example(query="-a")
@example(query='"the UN and the EU" OR R2P united nations OR uk')
def test_any_query_of_their_own_words(query):
    assert found(Position, query) == sorted(reader.find_positions({"q": [query]}))


@settings(max_examples=40)
@given(query=st.text(max_size=60))
def test_no_query_is_an_error_but_those_refused(query):
    try:
        search.parse(query)
    except search.InvalidQuery:
        with pytest.raises(search.InvalidQuery):
            search.matching(Statement.objects.all(), query)
    else:
        if "\x00" not in query:
            assert isinstance(found(Statement, query), list)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ('"half', "has a quotation mark without its partner"),
        ("a “b", "has a quotation mark without its partner"),
        ("a" * 201, "is longer than 200 characters"),
        ("%", "has no word to look for"),
        ('"" -', "has no word to look for"),
        ("?!", "has no word to look for"),
        ("🙂", "has no word to look for"),
        ("\u0301\u0308", "has no word to look for"),
        ("OR", "has an OR without a word on each side"),
        ("OR veto", "has an OR without a word on each side"),
        ("veto OR", "has an OR without a word on each side"),
        ("veto OR OR libya", "has an OR without a word on each side"),
        ("-veto OR libya", "has an OR without a word on each side"),
        ("veto OR -libya", "has an OR beside a word with a minus"),
    ],
)
def test_what_cannot_be_asked(query, why):
    with pytest.raises(search.InvalidQuery, match=why):
        search.parse(query)


@pytest.mark.parametrize("query", ["", " ", "\n\t"])
def test_nothing_asked_finds_all(query):
    assert len(found(Statement, query)) == Statement.objects.count()


def test_a_phrase_does_not_run_from_one_text_into_the_next():
    statement = make_statement(make_dialogue(2030), ["mexico"])
    make_quotation(make_position(statement, summary="It ends with walrus"), "oyster begins")
    make_position(statement, summary="Carpenter too")
    assert found(Statement, "walrus oyster carpenter") == [statement.ref]
    for phrase in ('"walrus oyster"', '"oyster walrus"', '"begins carpenter"'):
        assert found(Statement, phrase) == []


def test_words_of_one_position_are_not_those_of_its_neighbour():
    statement = make_statement(make_dialogue(2030), ["mexico"])
    first = make_position(statement, summary="Walrus")
    make_position(statement, summary="Oyster")
    assert found(Position, "walrus") == [first.ref]
    assert found(Position, "walrus oyster") == []
    assert found(Statement, "walrus oyster") == [statement.ref]


def test_who_joined_or_was_spoken_for_is_not_who_spoke():
    statement = make_statement(make_dialogue(2030), ["mexico"], joined=["vanuatu"])
    assert found(Statement, "vanuatu") == []
    assert statement.ref in found(Statement, "mexico")


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW])
def test_a_synonym_that_is_not_public_says_nothing(state):
    make_synonym("sea", ["walrus", "oyster"], state=state)
    statement = make_statement(make_dialogue(2030), summary="Walrus")
    assert found(Statement, "oyster") == []
    make_synonym("shore", ["walrus", "clam"], state=State.PUBLISHED)
    assert found(Statement, "clam") == [statement.ref]


def test_a_word_of_two_synonyms_means_all_of_both():
    make_synonym("sea", ["walrus", "oyster"], state=State.PUBLISHED)
    make_synonym("shore", ["walrus", "clam"], state=State.PUBLISHED)
    dialogue = make_dialogue(2030)
    oyster, clam = (make_statement(dialogue, summary=word) for word in ("Oyster", "Clam"))
    assert found(Statement, "walrus") == sorted([oyster.ref, clam.ref])


def test_letters_of_other_scripts_are_words():
    statement = make_statement(make_dialogue(2030), summary="Сказала Россия")
    assert found(Statement, "РОССИЯ") == [statement.ref]
    assert found(Statement, "Франция") == []


def test_an_index_follows_what_is_saved():
    statement = make_statement(make_dialogue(2030), summary="Walrus")
    assert found(Statement, "walrus") == [statement.ref]
    Statement.objects.filter(pk=statement.pk).update(summary="Oyster")
    search.index(Statement.objects.filter(pk=statement.pk))
    assert found(Statement, "walrus") == []
    assert found(Statement, "oyster") == [statement.ref]


def test_indexing_all_again_changes_nothing(django_assert_max_num_queries):
    def texts():
        return [list(model.objects.order_by("pk").values()) for model in (Kept, PositionText)]

    before = texts()
    with django_assert_max_num_queries(27):
        search.index(Statement.objects.all())
    assert texts() == before


def test_the_terms_of_what_is_deleted_go_too():
    statement = make_statement(make_dialogue(2030), summary="Walrus")
    make_position(statement, summary="Walrus")
    statement.delete()
    assert found(Statement, "walrus") == found(Position, "walrus") == []


def test_a_search_costs_two_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        list(search.matching(Statement.objects.all(), "prevention r2p -libya"))


@pytest.mark.parametrize(
    ("name", "slug", "field", "ref"),
    [
        ("actors", "brazil", "names", "RTOP-2011-S011"),
        ("themes", "national-focal-points", "title", "RTOP-2011-S008"),
        ("instruments", "focal-points-network", "variants", "RTOP-2011-S008"),
        ("people", "gus-miclat", "variants", None),
    ],
)
def test_an_import_of_a_shared_list_is_searched_with_its_statements(
    name, slug, field, ref, tmp_path
):
    """A new name of an actor finds the statements that it delivered before."""
    (record,) = [record for record in bundled.shared(name) if record["slug"] == slug]
    new: dict = {
        "names": [{"name": "Walrusia", "kind": "variant", "from": None, "to": None}],
        "title": "Walrusia",
        "variants": ["Walrusia"],
    }
    record[field] = new[field]
    bundled.write(tmp_path, **{name: {name: [record]}})
    assert found(Statement, "walrusia") == []
    publishing.import_files([tmp_path], publish=True)
    refs = found(Statement, "walrusia")
    assert refs
    assert ref is None or ref in refs
