"""The addresses of pictures, and the pages that show them."""

import re
from html import unescape

import pytest

from tests.views.asking import page, queries

pytestmark = pytest.mark.django_db

ADDRESS = "/compare/picture.svg?with=2013&view=themes&theme=use-of-force-and-abuse"


def test_a_picture_is_what_its_page_says_and_says_where_it_comes_from(client):
    text = page(client, ADDRESS.replace("picture.svg", ""))
    shown = text.partition('<details class="unfold picture">')[2].partition("</details>")[0]
    address = unescape(re.findall(r'<img src="([^"]+)"', shown)[0])
    response = client.get(address)
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Content-Disposition"] == 'inline; filename="rtop-2011-2013-themes.svg"'
    svg = response.content.decode()
    size = r'width="(\d+)" height="(\d+)"'
    assert re.findall(size, svg)[0] == re.findall(size, shown)[0]
    for words in (
        "Base 2011, beside 2013. Only: Theme: Use of force and potential abuse.",
        "Records differ in depth",
        "RtoP Dialogue Archive, record of ",
        "CC BY 4.0",
        "/compare/?with=2013&amp;view=themes&amp;theme=use-of-force-and-abuse",
    ):
        assert words in svg
    assert client.get(address, headers={"if-none-match": response["ETag"]}).status_code == 304


def test_a_picture_is_to_be_had_as_png_and_in_the_dark(client):
    response = client.get(ADDRESS.replace("svg", "png") + "&scheme=dark")
    assert response["Content-Type"] == "image/png"
    assert 'filename="rtop-2011-2013-themes-dark.png"' in response["Content-Disposition"]
    assert response.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "has no picture of “facts”; it has one of: participation, themes, actors, panels."),
        ("view=words", "has no picture of “words”"),
        ("view=score", "“score” is not known here"),
        ("view=themes&scheme=sepia", "“sepia” is not known here"),
        ("view=themes&scheme=dark&scheme=light", "is given once only"),
        ("view=themes&base=2008", "The nearest is “2009”"),
        ("view=themes&colour=red", "<code>colour</code>"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(client, query, words):
    for form in ("svg", "png"):
        assert words in page(client, f"/compare/picture.{form}?{query}", 400)


def test_a_filter_that_leaves_nothing_has_a_picture_that_says_so(client):
    svg = page(client, "/compare/picture.svg?with=2013&view=actors&q=zebra")
    assert "Nothing of these years fits the filters." in svg


def test_a_picture_costs_the_same_queries_with_filters_and_without(client):
    bare = queries(client, "/compare/picture.svg?view=themes&with=2013")
    assert bare <= 15
    assert queries(client, ADDRESS + "&kind=member_state") <= bare + 6
