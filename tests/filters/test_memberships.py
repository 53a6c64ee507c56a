"""A membership is in force from its first day until the day before its last, wherever it counts.

A group is as it was on the first day of a dialogue: in lists, in the counts beside choices and in
each view of the comparison. All are asked through the API, so that the rule is tested and not each
of the places where it is applied.
"""

from datetime import date, timedelta

import pytest

from dialogues.choices import State
from dialogues.models import Actor, Membership
from tests.factories import (
    make_actor,
    make_dialogue,
    make_membership,
    make_panel,
    make_participation,
    make_person,
    make_position,
    make_statement,
)

pytestmark = pytest.mark.django_db

DAY, NEXT_DAY = date(2030, 7, 1), date(2030, 7, 2)
COMPARED = "compare/?base=2030&with=2009"
every_term = pytest.mark.parametrize(
    ("begin", "end", "in_force"),
    [
        (None, None, True),
        (DAY, None, True),
        (NEXT_DAY, None, False),
        (None, NEXT_DAY, True),
        (None, DAY, False),
        (DAY, NEXT_DAY, True),
    ],
)


def record(begin, end):
    """A dialogue of two days where Walrusia, of GRULAC for a term, and Atlantis speak and sit."""
    dialogue = make_dialogue(2030, state=State.PUBLISHED, further_days=[NEXT_DAY.isoformat()])
    panel = make_panel(dialogue)
    for slug, group, term in (("walrusia", "grulac", (begin, end)), ("atlantis", "weog", ())):
        actor = make_actor(slug, state=State.PUBLISHED)
        make_membership(actor, group, *term)
        make_position(make_statement(dialogue, [actor], state=State.PUBLISHED), "sovereignty")
        person = make_person(f"somebody-of-{slug}", state=State.PUBLISHED)
        make_participation(panel, person, country=actor)


def answer(client, path):
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    return response.json()


@every_term
@pytest.mark.parametrize("name", ["statements", "positions", "actors"])
def test_in_a_list(client, name, begin, end, in_force):
    record(begin, end)
    assert len(answer(client, f"{name}/?year=2030&group=grulac")["results"]) == in_force


@every_term
@pytest.mark.parametrize("chosen", ["", "kind=member_state", "actor=walrusia", "theme=sovereignty"])
@pytest.mark.parametrize("name", ["statements", "positions"])
def test_in_the_counts_beside_choices(client, name, chosen, begin, end, in_force):
    """Also where something is chosen that must hold of the same deliverer or position."""
    record(begin, end)
    groups = answer(client, f"{name}/facets/?year=2030&{chosen}")["facets"]["group"]
    assert ("grulac" in {choice["value"] for choice in groups if choice["count"]}) == in_force


@every_term
def test_in_the_participation_of_a_comparison(client, begin, end, in_force):
    record(begin, end)
    numbers = answer(client, f"{COMPARED}&view=participation")["numbers"]
    of_2030 = {row["value"]: row["cells"][0]["number"] for row in numbers}
    assert of_2030.get("grulac", 0) == in_force
    assert of_2030["weog"] == 1


@every_term
def test_in_the_order_by_group_of_a_comparison(client, begin, end, in_force):
    """Without a group an actor comes last; GRULAC stands before the Western European group."""
    record(begin, end)
    rows = answer(client, f"{COMPARED}&view=participation&sort=group")["rows"]
    speakers = [row["actor"]["slug"] for row in rows if row["cells"][0]["statements"]]
    assert speakers == (["walrusia", "atlantis"] if in_force else ["atlantis", "walrusia"])


@every_term
def test_on_the_panels_of_a_comparison(client, begin, end, in_force):
    """Both of the panelists' countries and of all members of the UN."""
    record(begin, end)
    panels = answer(client, f"{COMPARED}&view=panels")
    assert panels["rows"][0]["by_region"] == {"grulac" if in_force else "": 1, "weog": 1}
    grulac = members(client, COMPARED)["grulac"]
    Membership.objects.filter(actor__slug="walrusia").delete()
    assert members(client, COMPARED)["grulac"] == grulac - in_force


@pytest.mark.parametrize(("since", "is_member"), [(None, True), (DAY, True), (NEXT_DAY, False)])
def test_a_member_of_the_un_is_one_from_its_first_day(client, since, is_member):
    record(None, None)
    Actor.objects.filter(slug="walrusia").update(un_member_since=DAY + timedelta(days=400))
    before = members(client, COMPARED)["grulac"]
    Actor.objects.filter(slug="walrusia").update(un_member_since=since)
    assert members(client, COMPARED)["grulac"] == before + is_member


def members(client, compared):
    """How many members of the UN each regional group has on the first day of the base year."""
    regions = answer(client, f"{compared}&view=panels")["regions"]
    return {region["slug"]: region["members"] for region in regions}
