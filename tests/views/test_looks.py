"""Pages as a reader's browser shows them: narrow and wide, in light and in dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PAGES = [
    "/",
    "/dialogues/",
    "/dialogues/2011/",
    "/dialogues/2020/",
    "/actors/?kind=member_state&year=2011",
    "/actors/guatemala/",
    "/themes/",
    "/themes/veto-and-security-council/",
    "/sources/icrtop-2011/",
    "/compare/",
    "/compare/?base=2011&with=2013&with=2020&view=themes",
    "/compare/?base=2011&with=2012&with=2013&view=participation",
    "/compare/?with=2021&with=2020&view=actors&theme=norm-and-implementation",
    "/compare/?with=2013&view=words&theme=national-focal-points&pin=RTOP-2011-P042",
    "/compare/?with=2009&view=panels",
    "/compare/?with=2012&view=proposals",
    "/data/",
    "/methodology/",
    "/actors/?kind=country",
    "/nothing/",
]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_pages_fit_their_window_and_pass_axe(
    browser: Browser, live_server, width: int, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    reader = context.new_page()
    refused: list[str] = []
    reader.on("console", lambda said: refused.append(said.text))
    for address in PAGES:
        reader.goto(live_server.url + address)
        beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert reader.evaluate(beyond) <= 0, address
        found = Axe().run(reader).response["violations"]
        grave = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
        assert not grave, (address, grave)
    context.close()
    # The browser itself reports whatever the content security policy keeps out.
    assert not [said for said in refused if "Content Security Policy" in said]


def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(
    browser: Browser, live_server
) -> None:
    context = browser.new_context()
    reader = context.new_page()
    reader.goto(live_server.url + "/about/")
    reader.keyboard.press("Tab")
    assert reader.evaluate("document.activeElement.className") == "skip-link"
    reader.keyboard.press("Enter")
    assert reader.evaluate("document.activeElement.id") == "content"
    context.close()
