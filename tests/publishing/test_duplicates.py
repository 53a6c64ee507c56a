"""Which entries are probably one, and which are not."""

import pytest

from dialogues.models import Actor, Person
from dialogues.publishing.duplicates import MOST, likely_duplicates, named_like
from tests.factories import make_actor, make_person

pytestmark = pytest.mark.django_db


def likely(model, *names):
    return [(str(one.entry), str(one.why)) for one in named_like(model, names)]


@pytest.mark.parametrize(
    ("name", "entry", "why"),
    [
        ("cote d'ivoire", "Côte d’Ivoire", "the same name"),
        ("UK", "United Kingdom", "the same name"),
        ("Union European", "European Union", "the same words"),
        ("NAM", "Non-Aligned Movement", "the same name"),
        ("Kazakstan", "Kazakhstan", "a close spelling"),
    ],
)
def test_actors_are_found_by_any_name_and_spelling(name, entry, why):
    assert (entry, why) in likely(Actor, name)


def test_initials_and_first_names_in_short():
    make_actor("association-of-south-east-states", name="Association of the South-East States")
    assert likely(Actor, "ASES")[0][1] == "initials"
    assert likely(Actor, "AOTSES")[0][1] == "initials"
    make_person("edward-luck-2", name="Edwina C. Luckner")
    for name in ("E. Luckner", "Edwina Luckner", "Luckner, Edwina C."):
        assert likely(Person, name)[0][0] == "Edwina C. Luckner"
    assert likely(Person, "Luckner, Maria") == []


def test_different_states_are_not_pointed_out():
    for name in ("Slovakia", "Niger", "Guinea", "Republic of Korea", "Iraq"):
        found = [entry for entry, why in likely(Actor, name) if why != "the same name"]
        assert found == [], name


def test_an_entry_is_compared_in_three_queries_and_never_with_itself(
    django_assert_max_num_queries,
):
    actor = make_actor("mexiko", name="Mexiko")
    actor.names.create(name="México", kind="variant")
    make_actor("mexico-2", name="Mexico", state="withdrawn")
    with django_assert_max_num_queries(3):
        found = likely_duplicates(actor)
    assert [one.entry.slug for one in found] == ["mexico"]
    for number in range(MOST + 2):
        make_actor(f"m-{number}", name="Mexiko")
    assert len(likely_duplicates(actor)) == MOST
