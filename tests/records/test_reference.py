"""The bundled actors against ISO 3166-1, the UN's list of members and the groups' own lists."""

import csv
import json
import re
import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path

import pycountry
import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "tests" / "reference"

REGIONAL_GROUPS = {
    "african-group": 54,
    "asia-pacific-group": 54,  # Kiribati among them, as in the UN's present list
    "eastern-european-group": 23,
    "grulac": 33,
    "weog": 28,  # without the United States, which attends as an observer
}
IN_NO_REGIONAL_GROUP = {"united-states"}
IN_TWO_REGIONAL_GROUPS = {"turkiye": {"weog", "asia-pacific-group"}}

# How many of the archive's actors belonged on a day, by the groups' own lists.
SIZES = [
    ("african-union", "2011-07-12", 52),  # and the Sahrawi Republic, no actor here
    ("african-union", "2017-09-06", 54),
    ("arab-league", "2011-07-12", 22),
    ("asean", "2011-07-12", 10),
    ("asean", "2025-10-26", 11),
    ("baltic-states", "2011-07-12", 3),
    ("canz", "2011-07-12", 3),
    ("caricom", "2011-07-12", 14),  # and Montserrat, no actor here
    ("ecowas", "2011-07-12", 15),
    ("ecowas", "2025-01-29", 12),
    ("european-union", "2009-07-23", 27),
    ("european-union", "2013-06-30", 27),
    ("european-union", "2013-07-01", 28),
    ("european-union", "2020-02-01", 27),
    ("icglr", "2021-05-17", 12),
    ("nato", "2009-07-23", 28),
    ("nato", "2024-07-01", 32),
    ("nordic-and-baltic-states", "2011-07-12", 8),
    ("nordic-countries", "2011-07-12", 5),
    ("oas", "2011-07-12", 35),
    ("oas", "2023-11-19", 34),
    ("osce", "2012-09-05", 56),
    ("osce", "2013-09-11", 57),
    ("security-council-p5", "2011-07-12", 5),
]

ACTOR_KEYS = [
    "slug",
    "former_slugs",
    "kind",
    "name",
    "iso3",
    "m49",
    "un_member_since",
    "person",
    "names",
    "memberships",
    "note",
    "cites",
]


def read_csv(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_actors() -> list[dict]:
    path = ROOT / "dialogues" / "records" / "data" / "actors.json"
    return json.loads(path.read_text(encoding="utf-8"))["actors"]


STATES = read_csv("states.csv")
MEMBERSHIPS = read_csv("memberships.csv")
ACTORS = read_actors()
BY_SLUG = {actor["slug"]: actor for actor in ACTORS}
MEMBER_STATES = [state for state in STATES if state["kind"] == "member_state"]

every_state = pytest.mark.parametrize("state", STATES, ids=lambda state: state["slug"])
every_actor = pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor["slug"])


def split(cell: str) -> list[str]:
    return cell.split(";") if cell else []


def slug_of(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("’", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def belongs(membership: dict, day: str) -> bool:
    return (not membership["from"] or membership["from"] <= day) and (
        not membership["to"] or day < membership["to"]
    )


def regional_groups(slug: str) -> set[str]:
    return {m["group"] for m in BY_SLUG[slug]["memberships"]} & REGIONAL_GROUPS.keys()


# The list of states


@every_state
def test_state_has_its_iso_and_m49_codes(state):
    country = pycountry.countries.get(alpha_3=state["iso3"])
    assert country is not None
    assert state["m49"] == country.numeric


@every_state
def test_state_slug_is_made_of_its_name(state):
    assert state["slug"] == slug_of(state["name"])


def test_193_member_states_and_two_observers():
    assert Counter(state["kind"] for state in STATES) == {"member_state": 193, "observer": 2}
    assert {s["slug"] for s in STATES if s["kind"] == "observer"} == {
        "holy-see",
        "state-of-palestine",
    }


@pytest.mark.parametrize("column", ["slug", "name", "iso3", "m49"])
def test_no_state_twice(column):
    values = [state[column] for state in STATES]
    assert len(set(values)) == len(values)


def test_only_member_states_have_a_day_of_admission():
    founded, latest = date(1945, 10, 24), date(2011, 7, 14)
    for state in STATES:
        if state["kind"] == "observer":
            assert state["un_member_since"] == ""
        else:
            assert founded <= date.fromisoformat(state["un_member_since"]) <= latest
    # 51 founders, less Czechoslovakia and Yugoslavia, whose membership no state continues.
    assert sum(state["un_member_since"] < "1946" for state in MEMBER_STATES) == 49


def test_regional_groups_have_their_sizes():
    sizes = Counter(state["regional_group"] for state in MEMBER_STATES)
    assert sizes.pop("") == len(IN_NO_REGIONAL_GROUP)
    assert sizes == REGIONAL_GROUPS


def test_no_apostrophe_is_straight():
    for row in [*STATES, *MEMBERSHIPS]:
        assert "'" not in "".join(row.values()), row


# The actors against the list


def test_actors_hold_the_same_states():
    actors = {a["slug"] for a in ACTORS if a["kind"] in {"member_state", "observer"}}
    assert actors == {state["slug"] for state in STATES}


@every_state
def test_actor_agrees_with_the_list(state):
    actor = BY_SLUG[state["slug"]]
    for column in ("kind", "name", "iso3", "m49"):
        assert actor[column] == state[column]
    assert actor["un_member_since"] == (state["un_member_since"] or None)

    long_forms = [n["name"] for n in actor["names"] if n["kind"] == "long"]
    assert long_forms == ([state["long_name"]] if state["long_name"] != state["name"] else [])

    former = [f"{n['name']}@{n['to'] or ''}" for n in actor["names"] if n["kind"] == "former"]
    assert former == sorted(split(state["former_names"]))

    variants = {n["name"] for n in actor["names"] if n["kind"] in {"abbreviation", "variant"}}
    assert variants == set(split(state["variants"]))


@every_state
def test_state_is_in_one_regional_group_at_most(state):
    expected = IN_TWO_REGIONAL_GROUPS.get(
        state["slug"], {state["regional_group"]} if state["regional_group"] else set()
    )
    assert regional_groups(state["slug"]) == expected


def test_every_member_state_but_one_is_in_a_regional_group():
    without = {s["slug"] for s in MEMBER_STATES if not regional_groups(s["slug"])}
    assert without == IN_NO_REGIONAL_GROUP


def test_actors_hold_the_listed_memberships():
    listed = {
        (m["slug"], m["group"], m["from"] or None, m["to"] or None, m["note"]) for m in MEMBERSHIPS
    }
    regional = {(s["slug"], s["regional_group"]) for s in STATES if s["regional_group"]}
    held = {
        (actor["slug"], m["group"], m["from"], m["to"], m["note"])
        for actor in ACTORS
        for m in actor["memberships"]
    }
    assert {row for row in held if row[:2] not in regional} == listed
    assert {row[:2] for row in held} >= regional


# Memberships


@pytest.mark.parametrize(("group", "day", "size"), SIZES)
def test_group_has_its_size_on_a_day(group, day, size):
    assert sum(m["group"] == group and belongs(m, day) for m in MEMBERSHIPS) == size


def test_memberships_are_once_and_in_order():
    keys = [(m["slug"], m["group"], m["from"]) for m in MEMBERSHIPS]
    assert len(set(keys)) == len(keys)
    for m in MEMBERSHIPS:
        days = [date.fromisoformat(m[end]) for end in ("from", "to") if m[end]]
        assert days == sorted(set(days)), m
        assert m["note"], m
        assert m["from"] or "not sourced" in m["note"], m


def test_croatia_and_the_united_kingdom_in_the_european_union():
    spans = {m["slug"]: m for m in MEMBERSHIPS if m["group"] == "european-union"}
    assert not belongs(spans["croatia"], "2011-07-12")
    assert belongs(spans["united-kingdom"], "2020-01-31")
    assert not belongs(spans["united-kingdom"], "2020-02-01")


def test_groups_whose_members_no_source_lists_have_none():
    unlisted = {
        "non-aligned-movement",
        "group-of-friends-in-defense-of-the-charter-of-the-united-nations",
        "s5-group",
    }
    assert unlisted <= BY_SLUG.keys()
    assert not unlisted & {m["group"] for m in MEMBERSHIPS}


# The record form


def test_actors_are_sorted_and_once():
    slugs = [actor["slug"] for actor in ACTORS]
    assert slugs == sorted(set(slugs))


@every_actor
def test_actor_is_in_the_record_form(actor):
    assert list(actor) == ACTOR_KEYS
    assert "'" not in actor["name"] + "".join(n["name"] for n in actor["names"])

    names = [(n["kind"], n["name"]) for n in actor["names"]]
    assert names == sorted(set(names))

    memberships = [(m["group"], m["from"] or "") for m in actor["memberships"]]
    assert memberships == sorted(set(memberships))
    for group, _ in memberships:
        assert BY_SLUG[group]["kind"] in {"group", "regional_organization"}

    if actor["kind"] == "un_official":
        assert actor["person"] == actor["slug"]
    else:
        assert actor["person"] in {None, actor["slug"]}
        assert actor["person"] is None or actor["kind"] == "civil_society"
