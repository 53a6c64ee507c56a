"""Lists and records: what they hold, how they are paged, what they cost."""

import itertools

import pytest
from django.http import QueryDict

from dialogues import filters
from dialogues.models import Dialogue, Statement
from dialogues.querysets import READER
from tests.api.conftest import LISTS
from tests.factories import make_position, make_statement

# Queries of a page, whatever its length: the archive's version, the page's keys, the rows of these
# keys with what they name, and one for each kind of part.
BUDGETS = {
    "actors": 7,
    "dialogues": 10,
    "instruments": 3,
    "panels": 6,
    "passages": 3,
    "people": 4,
    "positions": 11,
    "quotations": 4,
    "situations": 3,
    "sources": 3,
    "statements": 8,
    "tallies": 8,
    "themes": 3,
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_an_envelope_and_each_row_its_address(get, name):
    answer = get(f"{name}/?page_size=3")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    assert list(answer.json()) == ["next", "previous", "results"]
    for row in answer.json()["results"]:
        assert get(row["api"]).json() == row
        assert "id" not in row
        assert "pk" not in row


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("size", [1, 40])
def test_a_list_costs_the_same_whatever_its_length(get, name, size, django_assert_max_num_queries):
    with django_assert_max_num_queries(BUDGETS[name]):
        get(f"{name}/?page_size={size}")


@pytest.mark.parametrize("name", ["actors", "people", "situations", "statements", "themes"])
def test_words_that_nothing_has_give_no_rows(get, name):
    answer = get(f"{name}/?q=walrus&count=true")
    assert answer.json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_lists_of_choices_are_read_once_for_a_state(get, kept, django_assert_max_num_queries):
    chosen = "statements/?page_size=2&actor=mexico&theme=sovereignty"
    first = get(chosen).content
    with django_assert_max_num_queries(BUDGETS["statements"]):
        assert get(chosen).content == first
    assert get("statements/?actor=mexcio").status_code == 400


@pytest.mark.parametrize("name", LISTS)
def test_one_record_costs_no_more(get, name, django_assert_max_num_queries):
    address = get(f"{name}/?page_size=1").json()["results"][0]["api"]
    with django_assert_max_num_queries(BUDGETS[name]):
        assert get(address).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_pages_of_any_size_give_every_row_once_in_order(rows, get, name):
    def keys(found):
        return [row["api"] for row in found]

    whole = keys(rows(f"{name}/?page_size=100"))
    assert len(set(whole)) == len(whole)
    assert get(f"{name}/?count=true&page_size=1").json()["count"] == len(whole)
    assert keys(rows(f"{name}/?page_size=23")) == whole


def test_previous_leads_back(get):
    first = get("positions/?page_size=10").json()
    second = get(first["next"]).json()
    third = get(second["next"]).json()
    assert get(third["previous"]).json() == second
    assert get(second["previous"]).json()["results"] == first["results"]
    assert first["previous"] is None


def test_pages_stay_where_they_are_while_rows_come_and_go(get):
    before = [row["ref"] for row in get("positions/?sort=year&page_size=100").json()["results"]]
    first = get("positions/?sort=year&page_size=10").json()
    dialogue = Dialogue.objects.get(year=2009)
    new = make_position(make_statement(dialogue, ["cuba"], state="published"))
    assert new.serial > 10
    Statement.objects.filter(positions__ref=before[4]).update(state="draft", published_at=None)
    second = get(first["next"]).json()
    assert second["results"][0]["ref"] == before[10]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("positions/?year=2011", 131),
        ("tallies/?year=2011", 40),
        ("statements/?year=2012", 0),
        ("passages/?source=icrtop-2011", 30),
    ],
)
def test_known_numbers(get, query, number):
    assert get(f"{query}&count=true").json()["count"] == number


def test_the_four_that_called_for_restraint(rows):
    found = rows("positions/?year=2011&theme=veto-and-security-council")
    named = {actor["slug"] for row in found for actor in row["deliverers"]}
    assert named == {"australia", "mexico", "singapore", "switzerland"}


QUERIES = [
    "",
    "year=2011&stance=supports&stance=concerned",
    "kind=member_state&group=grulac&sort=year",
    'q="early warning"',
    "joint=true",
    "quoted=true&year_min=2013&year_max=2018",
]


@pytest.mark.parametrize(
    ("name", "selection", "query"),
    [
        *itertools.product(["statements"], [filters.StatementSelection], QUERIES),
        *itertools.product(["positions"], [filters.PositionSelection], QUERIES),
        *itertools.product(["quotations"], [filters.QuotationSelection], QUERIES),
        ("tallies", filters.TallySelection, "actor=mexico"),
        ("actors", filters.ActorSelection, "q=cote divoire"),
        ("people", filters.PersonSelection, "q=luck"),
    ],
)
def test_a_list_has_the_rows_of_the_selection_that_pages_take(rows, name, selection, query):
    chosen = selection(QueryDict(query))
    assert not chosen.problems
    field = "ref" if name in ("statements", "positions", "quotations", "tallies") else "slug"
    expected = list(chosen.in_order.values_list(field, flat=True))
    assert [row[field] for row in rows(f"{name}/?page_size=100&{query}")] == expected


def test_filters_stay_in_the_addresses_of_other_pages(get):
    page = get("positions/?theme=sovereignty&stance=supports&page_size=2&count=true").json()
    following = get(page["next"]).json()
    assert following["count"] == page["count"]
    assert {row["stance"] for row in following["results"]} == {"supports"}


def test_an_empty_parameter_counts_as_absent(get):
    assert (
        get("positions/?year=&theme=&page_size=&count=&cursor=&sort=").json()["results"]
        == get("positions/").json()["results"]
    )


def test_a_position_says_who_holds_it_and_where_it_was_read(get):
    position = get("positions/RTOP-2011-P019/").json()
    assert position["statement"]["ref"] == "RTOP-2011-S009"
    assert [actor["name"] for actor in position["deliverers"]] == ["Australia"]
    assert position["dialogue"]["year"] == 2011
    assert position["cites"][0] == {
        "source": "icrtop-2011",
        "passage": "p12",
        "url": "http://testserver/sources/icrtop-2011/#p12",
    }
    quotation = position["quotations"][0]
    assert (quotation["text"], quotation["check"]) == ("simple concept", "not_checked")
    assert quotation["passage"]["api"].endswith("/api/v1/passages/icrtop-2011/p12/")
    assert position["url"] == "http://testserver/positions/RTOP-2011-P019/"


def test_a_joint_statement_names_all_who_delivered_it(get):
    statement = get("statements/?joint=true&year=2011").json()["results"][0]
    assert statement["joint"] is True
    delivered = [d["actor"]["slug"] for d in statement["deliveries"] if d["mode"] == "delivered"]
    position = get(statement["positions"][0]["api"]).json()
    assert [actor["slug"] for actor in position["deliverers"]] == delivered
    assert len(delivered) == 3


def test_those_spoken_for_are_named_apart(rows):
    spoken_for = [
        delivery["on_behalf_of"]
        for statement in rows("statements/?page_size=100")
        for delivery in statement["deliveries"]
        if delivery["on_behalf_of"]
    ]
    assert spoken_for
    for group in spoken_for:
        assert set(group) == {"wording", "number", "actors"}


def test_a_proposal_is_whole_or_null(rows):
    proposals = [row["proposal"] for row in rows("positions/?page_size=100")]
    assert None in proposals
    assert all(set(one) == {"year", "part", "title"} for one in proposals if one)
    assert any(proposals)


def test_where_sources_differ_each_value_is_kept(get):
    facts = get("dialogues/2011/").json()["assertions"]
    dates = [fact["value"] for fact in facts if fact["fact"] == "report_date"]
    assert {"2011-07-07", "2011-06-27", "2011-06-28"} <= set(dates)


def test_a_year_without_a_meeting_says_why(get):
    year = get("dialogues/2020/").json()
    assert year["format"] == "none_held"
    assert year["reason_not_held"]
    assert year["dates"] == []


def test_memberships_are_dated(get):
    croatia = get("actors/croatia/").json()
    since = {one["group"]["slug"]: one["date_from"] for one in croatia["memberships"]}
    assert since["european-union"] == "2013-07-01"


def test_a_quotation_of_the_dialogue_itself_has_nobody_who_said_it(get):
    quotation = get("quotations/RTOP-2011-Q001/").json()
    assert quotation["statement"] is None
    assert quotation["position"] is None
    assert quotation["deliverers"] == []
    assert quotation["url"] == "http://testserver/dialogues/2011/#RTOP-2011-Q001"


def test_the_index_leads_to_every_list(get):
    index = get("").json()
    assert set(index) == {*LISTS, "compare", "suggestions", "schema", "docs"}
    for address in index.values():
        assert get(address).status_code == 200


def test_staff_see_no_more_here_than_anyone(get, admin_client, db):
    draft = make_statement(Dialogue.objects.get(year=2011), ["mexico"])
    assert not Statement.objects.visible_to(READER).filter(pk=draft.pk).exists()
    assert admin_client.get(f"/api/v1/statements/{draft.ref}/").status_code == 404


def test_words_are_marked_where_they_stand(get):
    first = get("statements/?q=libya&page_size=1").json()["results"][0]
    refs = {first["ref"], *(position["ref"] for position in first["positions"])}
    assert 1 <= len(first["highlights"]) <= 3
    for highlight in first["highlights"]:
        assert highlight["ref"] in refs
        assert "libya" in [p["text"].lower() for p in highlight["pieces"] if p["found"]]
    position = get("positions/?q=libya&page_size=1").json()["results"][0]
    assert {highlight["ref"] for highlight in position["highlights"]} <= {position["ref"]}
    for path in ("statements/?page_size=1", "positions/?page_size=1&sort=theme"):
        assert get(path).json()["results"][0]["highlights"] == []
