"""Pages as a reader's browser shows them: narrow and wide, in light and in dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from dialogues.choices import State
from tests.browser.screenshots import grave_faults, misfits
from tests.factories import make_actor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

# One of every kind, with what it answers.
PAGES = {
    "/": 200,
    "/dialogues/": 200,
    "/dialogues/2011/": 200,
    "/dialogues/2020/": 200,
    "/statements/?q=early+warning&year=2011&sort=year": 200,
    "/statements/?q=nosuchword": 200,
    "/statements/RTOP-2011-S008/": 200,
    "/positions/?theme=sovereignty&stance=supports": 200,
    "/positions/RTOP-2011-P042/": 200,
    "/actors/?kind=member_state&year=2011": 200,
    "/actors/guatemala/": 200,
    "/themes/": 200,
    "/themes/veto-and-security-council/": 200,
    "/sources/": 200,
    "/sources/icrtop-2011/": 200,
    "/compare/": 200,
    "/compare/?base=2011&with=2013&with=2020&view=themes": 200,
    "/compare/?base=2011&with=2012&with=2013&view=participation": 200,
    "/compare/?with=2021&with=2020&view=actors&theme=norm-and-implementation": 200,
    "/compare/?with=2013&view=words&theme=national-focal-points&pin=RTOP-2011-P042": 200,
    "/compare/?with=2009&view=panels": 200,
    "/compare/?with=2012&view=proposals": 200,
    "/data/": 200,
    "/methodology/": 200,
    "/about/": 200,
    "/actors/?kind=country": 400,
    "/nothing/": 404,
    "/actors/entered-twice/": 410,
}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_fits_its_window_and_nothing_in_it_is_at_fault(
    window: Callable[..., Page], complaints: list[str], address: str
) -> None:
    make_actor("entered-twice", state=State.WITHDRAWN)
    reader = window(reduced_motion="reduce")
    answer = reader.goto(address)
    assert answer
    assert answer.status == PAGES[address]
    assert misfits(reader, 1280, 768, 320) == []
    assert grave_faults(reader) == []
    reader.emulate_media(color_scheme="dark")
    assert grave_faults(reader, "color-contrast") == []
    # That the page itself was refused is a complaint too.
    assert [said for said in complaints if not said.startswith(f"{answer.url}: Failed to")] == []
