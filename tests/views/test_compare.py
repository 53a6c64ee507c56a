"""The comparison page: each number leads to its rows, and no silence passes for an answer."""

import re
from html import unescape

import pytest

from tests.views.asking import page, queries

pytestmark = pytest.mark.django_db

BUDGET = 20
VIEWS = ["facts", "participation", "themes"]
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
    cells = re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
    assert "Informal interactive dialogue" in cells[0]
    assert "differs" not in cells[0]
    assert "Plenary debate" in cells[1]
    assert "differs" in cells[1]


def test_a_filter_that_leaves_nothing_says_so(client):
    text = page(client, "/compare/?with=2013&view=themes&q=zebra")
    assert "No position of these years fits the filters." in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("base=2008", "The nearest is “2009”"),
        ("with=2011", "names the base year too"),
        ("with=2013&with=2013", "names the same year twice"),
        ("view=score", "“score” is not known here"),
        ("year=2011", "“year” is not known here"),
        ("thme=sovereignty", "The nearest is “theme”"),
        ("theme=sovereignity", "The nearest is “sovereignty”"),
        ("with=2013%00", "null character"),
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
    assert queries(client, f"/compare/?view={view}") <= one + 1
