"""What is looked for on a page in a browser, whoever it is made for."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLate

FITS = """width => innerWidth === width
    && document.documentElement.scrollWidth <= document.documentElement.clientWidth"""
AXE = Axe()
STILL = "() => document.getAnimations().every(one => one.playState === 'finished')"


def grave_faults(page: Page, *rules: str) -> list[str]:
    """What axe finds serious or critical on the page, by these rules or by all that it knows.

    In another colour scheme only `color-contrast` can come out otherwise.
    """
    page.wait_for_function(STILL)
    # Only what is wrong is described in full: the rest of a long page takes axe longer than itself.
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    found = AXE.run(page, options=options).response["violations"]
    return [
        f"{fault['id']} at {fault['nodes'][0]['html'][:120]}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]


def misfits(page: Page, *widths: int) -> list[int]:
    """The widths of window, of these, in which the page scrolls sideways; the last one stays."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        try:
            # A busy browser takes a while to lay a page out anew.
            page.wait_for_function(FITS, arg=width, timeout=3_000)
        except TooLate:
            found.append(width)
    return found
