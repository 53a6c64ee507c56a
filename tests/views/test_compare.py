"""The comparison page: each number leads to its rows, and no silence passes for an answer."""

import re
from html import unescape

import pytest
from django.test import Client

from tests.views.asking import page, queries

pytestmark = pytest.mark.django_db

# Five lists of choices, which a test does not cache, and seven queries for the tallies of a view.
BUDGET = 22
VIEWS = ["facts", "participation", "themes", "actors", "words", "panels", "proposals"]
# A number in the table, and the address that it leads to.
COUNTED = re.compile(r'<a class="count" href="(/[^"]+)">(\d+)')
OF_STANCE = re.compile(r'<a class="stance-count [^>]*href="([^"]+)">.*?</span> (\d+)</a>')
SHOWN = {
    "/statements/": r'class="found-count"><a href="#rows">(\d+) ',
    "/positions/": r'class="found-count"><a href="#rows">(\d+) ',
    "/actors/": r'role="status">(\d+) actor',
}


def rows_behind(client, address: str) -> int:
    """How many rows the page at this address counts."""
    found = re.search(SHOWN[address.partition("?")[0]], page(client, address))
    assert found, address
    return int(found[1])


@pytest.mark.parametrize(
    ("query", "least"),
    [
        ("with=2013", 4),
        ("with=2013&view=participation&kind=regional_organization", 2),
        ("with=2013&with=2016&view=themes&group=grulac", 8),
        ("base=2013&with=2011&view=themes&stance=opposes&stance=concerned", 4),
        ("with=2009&view=actors&theme=use-of-force-and-abuse", 10),
        ("with=2013&view=proposals&group=weog", 2),
    ],
)
def test_every_number_is_the_number_of_rows_that_it_leads_to(client, query, least):
    text = page(client, f"/compare/?{query}")
    counted = [(unescape(way), int(number)) for way, number in COUNTED.findall(text)]
    counted += [(unescape(way), int(number)) for way, number in OF_STANCE.findall(text)]
    assert len(counted) >= least
    for address, number in counted:
        assert rows_behind(client, address) == number, address


def test_2011_beside_all_others_is_what_one_gets_unasked(client):
    text = page(client, "/compare/")
    assert "<h1>2011 beside every other year</h1>" in text
    heads = re.findall(r'<th scope="col"[^>]*><a href="/dialogues/(\d+)/">', text)
    assert heads == ["2011", *(str(year) for year in range(2009, 2026) if year != 2011)]


def test_the_address_holds_the_whole_comparison(client):
    query = "base=2013&with=2009&with=2016&view=themes&group=grulac"
    text = page(client, f"/compare/?{query}")
    assert "<h1>2013 beside 2009 and 2016</h1>" in text
    assert '<option value="2013" selected>' in text
    for year in ("2009", "2016"):
        assert f'id="compare-with-{year}" value="{year}" checked' in text
    assert '<input type="hidden" name="view" value="themes">' in text
    # A tab changes the view and nothing else.
    assert 'href="?base=2013&amp;with=2009&amp;with=2016&amp;view=facts&amp;group=grulac"' in text


def test_the_head_of_a_column_says_how_far_its_record_goes(client):
    text = page(client, "/compare/?with=2012&with=2013&with=2020&view=participation")
    assert "31 of 43 States named" in text
    assert "Names 31 of 43 reported Member States." in text
    assert '<span class="caveat">Not coded yet</span>' in text
    assert '<span class="caveat">None held</span>' in text


def test_empty_cells_name_their_silence(client):
    text = page(client, "/compare/?with=2012&with=2013&with=2020&view=participation")
    silences = set(re.findall(r'<span class="visually-hidden">([^<]+)</span></span>', text))
    assert silences == {"None held", "Not coded yet", "Not named in this record"}


def test_what_sources_give_otherwise_stands_beside_what_is_preferred(client):
    text = page(client, "/compare/?with=2013")
    row = text.partition('<th scope="row">Date of the report</th>')[2].partition("</tr>")[0]
    assert "7 July 2011" in row
    assert "27 June 2011" in row
    assert "28 June 2011" in row
    assert row.count("Read in") >= 2


def test_a_difference_from_the_base_is_said_in_words(client):
    text = page(client, "/compare/?with=2018")
    row = text.partition('<th scope="row">Format</th>')[2].partition("</tr>")[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
    assert "Informal interactive dialogue" in cells[0]
    assert "differs" not in cells[0]
    assert "Plenary debate" in cells[1]
    assert "differs" in cells[1]


@pytest.mark.parametrize("view", ["themes", "actors", "words"])
def test_a_filter_that_leaves_nothing_says_so(client, view):
    text = page(client, f"/compare/?with=2013&view={view}&q=zebra")
    assert "Nothing of these years fits the filters." in text


def test_a_year_without_a_position_on_the_theme_is_not_taken_for_silence(client):
    text = page(client, "/compare/?with=2013&view=actors&theme=use-of-force-and-abuse")
    assert (
        "Positions recorded on “Use of force and potential abuse”: 13 in 2011, of 10 actors "
        "(calls for 4, notes 1, concerned 8)." in text
    )
    assert "The record of 2013 holds no position that fits." in text
    assert "no sign that nothing was said" in text
    # Netherlands speaks in 2013, on something else; Cuba is not named there.
    rows = dict(
        re.findall(r'<a href="/actors/([a-z-]+)/">[^<]+</a>.*?<td>.*?</td>(.*?)</tr>', text, re.S)
    )
    assert "Named, nothing on this theme" in rows["netherlands"]
    assert "Not named in this record" in rows["cuba"]


def test_what_changed_on_a_theme_is_said_with_its_stances_and_how_far_the_records_go(client):
    text = page(client, "/compare/?with=2013&theme=national-focal-points")
    words = text.partition('aria-label="In words"')[2].partition("</section>")[0]
    assert "4 in 2011, of 6 actors (welcomes 2, calls for 1, notes 1); 20 in 2013" in words
    assert "Of the 6 actors of 2011, 6 have a position on it in 2013 too." in words
    assert "35 of 69 reported in 2013 (coded in part)" in words
    assert "35 of 69 States named, coded in part" in text
    # Facts are untouched by it: the views that are not stand beside.
    assert "facts are the same with them and without" in text
    assert 'href="?with=2013&amp;theme=national-focal-points&amp;view=themes">Themes</a>' in text


def test_turns_stand_by_their_direction(client):
    text = page(client, "/compare/?view=actors&kind=member_state")
    assert "In another direction on one theme: 7 moves" in text
    towards, away = text.partition("From opposes or concerned to")[2].split("From supports or")
    assert (towards.count('class="turn"'), away.count('class="turn"')) == (3, 4)


def test_a_turn_shows_both_sides_in_their_words(client):
    text = page(client, "/compare/?view=actors&sort=change")
    turns = text.partition('id="turns"')[2].split('<article class="turn">')[1:]
    assert turns
    for turn in turns:
        before, after = turn.split('<p class="ui"><strong>')[1:3]
        stances = [set(re.findall(r"stance-(\w+)", side)) for side in (before, after)]
        favourable = [bool(side & {"supports", "welcomes"}) for side in stances]
        assert favourable[0] != favourable[1]


def test_pins_stay_in_the_address_and_can_be_taken_out(client):
    query = "view=words&with=2013&theme=national-focal-points&pin=RTOP-2011-P042&pin=rtop-2011-p001"
    text = page(client, f"/compare/?{query}")
    pinned = text.partition('<ul class="pins">')[2].partition("<form")[0]
    shown = re.findall(r'class="ref" href="/positions/([^/]+)/"', pinned)
    assert shown == ["RTOP-2011-P042", "RTOP-2011-P001"]
    rest = re.findall(r'<a href="\?([^"]+)">Take out', pinned)
    assert "pin=RTOP-2011-P001" in rest[0]
    assert "P042" not in rest[0]


def test_panels_say_for_how_many_a_nationality_is_recorded(client):
    text = page(client, "/compare/?with=2009&view=panels")
    row = text.partition("Nationality recorded for</th>")[2].partition("</tr>")[0]
    assert re.findall(r"<td>([^<]*)</td>", row) == ["", "0 of 3", "4 of 4"]
    assert "neither bears the claim out nor speaks against it" in text


def test_what_was_proposed_stands_beside_what_came(client):
    text = page(client, "/compare/?with=2012&view=proposals")
    proposed = text.partition("Proposed in 2011 for 2012")[2].partition("</section>")[0]
    assert "timely and decisive response" in proposed.partition("</p>")[0].lower()
    third = proposed.partition("Third pillar: timely and decisive response")[2].partition("</dl>")[
        0
    ]
    for words in ("Ban Ki-moon", "Spain", "European Union", "Morocco"):
        assert words in third


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("base=2008", "The nearest is “2009”"),
        ("with=2011", "names the base year too"),
        ("with=2013&with=2013", "names the same year twice: 2013"),
        ("view=score", "“score” is not known here"),
        ("year=2011", "Years are chosen by base and with"),
        ("thme=sovereignty", "The nearest is “theme”"),
        ("theme=sovereignity", "The nearest is “sovereignty”"),
        ("with=2013%00", "null character"),
        ("pin=RTOP-2011-P999&view=words", "is no position here"),
        ("pin=RTOP-2011-P001&pin=RTOP-2011-P001", "names the same position twice"),
        ("&".join(f"pin=RTOP-2011-P{n:03}" for n in range(1, 31)), "at most 12 positions"),
        ("view=facts&sort=name", "does not go with this view"),
        ("view=actors&sort=score", "“score” is not known here"),
        ("view=words&page=0", "must be a whole number"),
        ("view=words&page=000109999999999", "must be a whole number"),
        ("view=words&with=2013&page=999", "is at most 4 here"),
        ("view=facts&page=2", "does not go with this view"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(client, query, words):
    text = page(client, f"/compare/?{query}", 400)
    assert words in text
    assert "<td" not in text


@pytest.mark.parametrize("view", VIEWS)
def test_a_comparison_costs_the_same_for_one_year_and_for_all(client, view):
    one = queries(client, f"/compare/?view={view}&with=2013")
    assert one <= BUDGET
    # Turns are read only where there are any.
    assert queries(client, f"/compare/?view={view}") <= one + 7


def test_a_base_without_speakers_makes_nobody_new(client):
    text = page(client, "/compare/?base=2012&with=2011&view=themes")
    assert '<span class="change">new</span>' not in text
    assert "only facts and panels of that year can be compared" in text
    text = page(client, "/compare/?base=2012&with=2011&view=participation")
    assert "of the base year nobody is recorded" in text


def test_under_a_filter_nobody_is_said_not_to_be_named(client):
    query = "base=2011&with=2013&view=participation&theme=national-focal-points"
    text = page(client, f"/compare/?{query}")
    assert "Named in another year, not in the base year" not in text
    assert "With a statement that fits in another year, and none in the base year" in text


def test_the_share_is_of_the_whole_record_whatever_the_filter(client):
    text = page(client, "/compare/?with=2013&view=themes&theme=national-focal-points")
    assert re.findall(r'<span class="quiet">(\d+) %</span>', text) == ["3", "34"]


def test_going_on_after_a_base_beside_itself_keeps_the_other_years(client):
    text = page(client, "/compare/?base=2013&with=2013&with=2016", 400)
    assert 'href="/compare/?base=2013&amp;with=2016"' in text


def test_another_method_is_refused_as_such():
    careful = Client(enforce_csrf_checks=True)
    for address in ("/", "/compare/", "/positions/RTOP-2011-P042/"):
        assert careful.post(address).status_code == 405
