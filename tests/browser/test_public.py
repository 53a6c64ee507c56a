"""What readers do, by mouse and by keyboard, with scripts and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dialogues.models import Position, Statement

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Window = Callable[..., Page]


def test_by_clicking_from_the_home_page_to_the_passage_of_a_position(
    window: Window, complaints: list[str]
) -> None:
    reader = window()
    reader.goto("/")
    reader.get_by_role("link", name="the dialogue of 12 July 2011").click()
    reader.get_by_role("link", name="Statement RTOP-2011-S009 of Australia").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Australia")
    reader.get_by_role("link", name="RTOP-2011-P019", exact=True).click()
    expect(reader.get_by_role("blockquote")).to_contain_text("simple concept")
    reader.get_by_role("link", name="passage 12").first.click()
    passage = reader.locator("#p12")
    expect(passage).to_be_in_viewport()
    expect(passage.get_by_role("link", name="RTOP-2011-P019")).to_be_visible()
    assert reader.url.endswith("/sources/icrtop-2011/#p12")
    assert complaints == []


# Searching


def found(reader: Page) -> int:
    """The number above the rows."""
    return int(reader.locator(".found-count").inner_text().split()[0])


def test_the_search_form_works_without_scripts(window: Window, complaints: list[str]) -> None:
    reader = window(java_script_enabled=False)
    reader.goto("/")
    box = reader.get_by_label("Words to look for in statements")
    box.fill("veto")
    box.press("Enter")
    expect(reader.get_by_role("heading", name="Search statements")).to_be_visible()
    filters = reader.get_by_role("search", name="Filters")
    expect(filters.get_by_label("Words")).to_have_value("veto")
    of_all_years = found(reader)

    filters.locator("summary", has_text="Year").click()
    filters.get_by_role("checkbox", name="2011").check()
    filters.get_by_role("button", name="Search").first.click()
    assert "year=2011" in reader.url
    of_2011 = found(reader)
    assert 0 < of_2011 < of_all_years
    expect(reader.locator("ol.statement-rows > li")).to_have_count(of_2011)

    reader.get_by_role("link", name="Positions", exact=True).click()
    expect(reader.get_by_role("heading", name="Search positions")).to_be_visible()
    reader.get_by_role("link", name=re.compile("Remove Words")).click()
    assert found(reader) == Position.objects.filter(statement__dialogue__year=2011).count()
    assert complaints == []


def test_names_are_suggested_while_one_types_and_are_chosen_by_keyboard(
    window: Window, complaints: list[str]
) -> None:
    reader = window()
    reader.goto("/statements/")
    box = reader.get_by_label("Words", exact=True)
    box.press_sequentially("mexi")
    mexico = reader.get_by_role("link", name="Mexico").first
    expect(mexico).to_be_visible()
    box.press("Escape")
    expect(mexico).to_be_hidden()
    box.press_sequentially("co")
    expect(mexico).to_be_visible()
    box.press("ArrowDown")
    expect(mexico).to_be_focused()
    mexico.press("Enter")
    expect(reader.get_by_role("link", name=re.compile("Remove Actor: Mexico"))).to_be_visible()
    assert complaints == []


# By keyboard alone


def focused(reader: Page) -> str:
    """What has the focus: its id, or its words."""
    return str(reader.evaluate("document.activeElement.id || document.activeElement.textContent"))


def test_the_first_stops_are_the_skip_link_and_the_search(window: Window) -> None:
    reader = window()
    reader.goto("/about/")
    stops = []
    for _ in range(4):
        reader.keyboard.press("Tab")
        stops.append(focused(reader))
        assert reader.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert stops == ["Skip to the content", "RtoP Dialogue Archive", "site-q", "Search"]
    reader.get_by_role("link", name="Skip to the content").press("Enter")
    assert focused(reader) == "content"


def test_filters_are_opened_chosen_and_sent_by_keyboard(window: Window) -> None:
    reader = window()
    reader.goto("/statements/")
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")  # past the header
    tab_to(reader, "filter-q")
    reader.keyboard.type("prevention")
    tab_to(reader, "Year")
    reader.keyboard.press("Enter")
    tab_to(reader, "filter-year-2011")
    reader.keyboard.press("Space")
    reader.keyboard.press("Enter")
    expect(reader.get_by_role("link", name=re.compile("Remove Year: 2011"))).to_be_visible()
    assert "q=prevention" in reader.url
    assert 0 < found(reader) < Statement.objects.count()


def tab_to(reader: Page, stop: str) -> None:
    """Presses Tab until this has the focus."""
    passed: list[str] = []
    while not passed or passed[-1].strip() != stop:
        assert len(passed) < 40, f"{stop} is not reached; these are: {passed}"
        reader.keyboard.press("Tab")
        passed.append(focused(reader))


# Where there is nothing to show


def test_a_page_that_is_refused_leads_on(window: Window) -> None:
    reader = window()
    answer = reader.goto("/positions/?stance=oposes&year=2011")
    assert answer
    assert answer.status == 400
    expect(reader.get_by_text("The nearest is “opposes”")).to_be_visible()
    reader.get_by_role("link", name="without").click()
    expect(reader.get_by_role("heading", name="Search positions")).to_be_visible()
    assert found(reader) == Position.objects.filter(statement__dialogue__year=2011).count()


def test_a_missing_page_can_be_searched_from(window: Window) -> None:
    reader = window(java_script_enabled=False)
    answer = reader.goto("/statements/RTOP-2011-S999/")
    assert answer
    assert answer.status == 404
    again = reader.get_by_role("search", name="Search again")
    again.get_by_label("Search statements").fill("Libya")
    again.get_by_role("button", name="Search").click()
    expect(reader.get_by_role("heading", name="Search statements")).to_be_visible()
    assert found(reader) > 0
