"""What is looked for on a page in a browser, whoever it is made for."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLate

FITS = """width => innerWidth === width
    && document.documentElement.scrollWidth <= document.documentElement.clientWidth"""
AXE = Axe().axe_script
# axe reads a page many times over. Rows and items with nothing in them that has not stood in the
# same place before, an odd row and an even one each, are taken out while it reads.
REPEATED = "tr, li, option, article, section, details, figure"
SET_ASIDE = """REPEATED => {
    const known = new Set();
    const again = (one, place) => {
        const attributes = one.getAttributeNames().join();
        const odd = one.matches("tr") && [...one.parentNode.children].indexOf(one) % 2;
        const worded = one.textContent.trim() !== "";
        const kind = [place, one.tagName, one.className, attributes, odd, worded].join();
        const seen = known.has(kind);
        known.add(kind);
        const all = [...one.children].map(each => again(each, kind)).every(Boolean) && seen;
        if (all && one.matches(REPEATED)) found.push(one);
        return all;
    };
    const found = [];
    again(document.body, "");
    window.asideOfPage = found.map(one => [one, document.createComment("")]);
    for (const [one, mark] of window.asideOfPage) one.replaceWith(mark);
}"""
PUT_BACK = """() => {
    for (const [one, mark] of window.asideOfPage.reverse()) mark.replaceWith(one);
}"""
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
    page.evaluate(SET_ASIDE, REPEATED)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    page.evaluate(PUT_BACK)
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
