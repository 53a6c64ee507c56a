"""A report's day: two pages brought in, put right, coded at the desk by keys, and published."""

from typing import TYPE_CHECKING

import pytest

from dialogues.models import Position, Source, Statement
from tests.admin.forms import change_url, step_url
from tests.factories import PASSWORD, make_dialogue, make_panel, make_source, make_user

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OPENING = (
    "The meeting of 2031 was opened in the morning. Mexico said that “to prevent is to protect”. "
    "Ghana spoke of its national focal point and asked others to name theirs as well."
)
VETO = (
    "Four Member States, namely Mexico, Singapore, Switzerland and Australia, asked the permanent "
    "members of the Council to “lay the veto aside”. Germany agreed. Japan doubted that it helps."
)
PRAISE = (
    "Ghana welcomed the part that civil society takes. Germany and Japan noted the reports of it."
)
LINKS = "The statements can be read on the pages of the missions that delivered them."
REPORT = f"""
<style>body {{ font: 14pt/1.5 "DejaVu Serif", serif; width: 38em }} h2 {{ font-size: 14pt }}
section {{ break-before: page }}</style>
<h2>I. Opening</h2><p>{OPENING}</p>
<section><h2>II. The veto</h2><p>{VETO}</p><h2>III. Civil society</h2><p>{PRAISE}</p>
<p>{LINKS}</p></section>
"""

# What is pressed and clicked on the pages, but for the words of a summary.
COUNT = """
if (!sessionStorage.presses) sessionStorage.presses = 0;
for (const kind of ['keydown', 'click']) document.addEventListener(kind, (event) => {
  const own = event.isTrusted && (kind === 'keydown' || event.detail > 0);
  const typed = event.target.name === 'summary' && event.key !== 'Enter';
  if (own && !typed) sessionStorage.presses = Number(sessionStorage.presses) + 1;
}, true);
"""


def sign_in(page: "Page", name: str) -> None:
    page.goto("/admin/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.locator("#user-tools").wait_for()


def press(page: "Page", *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_a_report_from_its_pages_to_the_public(window, complaints, tmp_path):
    for role in ("Contributor", "Publisher"):
        make_user(role.lower(), role)
    source = make_source("report-2031")
    dialogue = make_dialogue(2031, state="published")
    make_panel(dialogue)

    page = window()
    page.set_content(REPORT)
    page.pdf(path=tmp_path / "report.pdf")
    page = window()
    sign_in(page, "contributor")
    bring_in(page, source, str(tmp_path / "report.pdf"))
    code_ten_points(page)
    set_the_last_aside(page)
    send_to_review(page, source)

    page = window()
    sign_in(page, "publisher")
    publish(page, source)
    position = Position.objects.get(summary__startswith="Switzerland asked")
    page.goto(position.get_absolute_url())
    page.get_by_text("lay the veto aside").first.wait_for()
    page.get_by_text("Switzerland asked for restraint with the veto.").first.wait_for()
    assert complaints == []


def bring_in(page: "Page", source: Source, file: str) -> None:
    page.goto(change_url(source))
    page.get_by_role("link", name="Its text").click()
    page.get_by_label("Or a file").set_input_files(file)
    page.get_by_role("button", name="Propose passages").click()
    blocks = page.locator(".block")
    assert [blocks.nth(n).locator(".block-words").inner_text() for n in range(blocks.count())] == [
        "I. Opening", OPENING, "II. The veto", VETO, "III. Civil society", PRAISE, LINKS
    ]  # fmt: skip
    # Split where a new point begins, joined again, and a heading that is none.
    blocks.nth(1).get_by_role("link", name="Split…").click()
    words = page.get_by_label("Put an empty line")
    words.fill(OPENING.replace(" Ghana", "\n\nGhana"))
    page.get_by_role("button", name="Split here").click()
    blocks.nth(2).get_by_role("button", name="Join to the one before").click()
    blocks.nth(5).get_by_role("button", name="Left out").click()
    blocks.nth(5).get_by_role("button", name="Paragraph").click()
    page.get_by_role("button", name="Fix the passages").click()
    page.get_by_text("4 passages are fixed.").wait_for()


def code_ten_points(page: "Page") -> None:
    page.context.add_init_script(COUNT)
    page.get_by_label("Which dialogue").select_option(label="2031: The dialogue of 2031")
    page.get_by_role("button", name="Open the desk").click()
    page.get_by_text("0 coded").wait_for()

    # Mexico, with words selected by the mouse.
    select(page, 1, "to prevent is to protect")
    press(page, "1")
    theme(page, "pre")
    point(page, "s", "Mexico puts prevention first.", passage=1, count=1)
    press(page, "2")
    theme(page, "nat")
    point(page, "c", "Ghana asks all to name a focal point.", passage=1, count=2)
    # The same point of four, its words selected by a key; and two of one each.
    press(page, "j", "q", "1", "2", "3", "4")
    theme(page, "veto")
    point(page, "c", "{actor} asked for restraint with the veto.", passage=2, count=4)
    press(page, "5")
    point(page, "s", "Germany agreed.", passage=2, count=5)
    press(page, "6")
    point(page, "e", "Japan doubted it.", passage=2, count=6)
    press(page, "j", "1")
    theme(page, "civ")
    point(page, "w", "Ghana welcomed civil society.", passage=3, count=1)
    press(page, "2")
    point(page, "n", "Germany noted the reports.", passage=3, count=2)

    quoted = Position.objects.filter(statement__dialogue__year=2031, quotations__isnull=False)
    assert set(quoted.values_list("quotations__text", flat=True)) == {
        "to prevent is to protect",
        "lay the veto aside",
    }
    presses = int(page.evaluate("sessionStorage.presses"))
    assert Position.objects.filter(statement__dialogue__year=2031).count() == 10
    assert presses <= 6 * 10


def select(page: "Page", number: int, words: str) -> None:
    """Drags over words, as by the mouse."""
    box = page.evaluate(
        """([number, words]) => {
          const node = document.querySelector(`#p${number} [data-words]`).firstChild;
          const range = document.createRange();
          const start = node.data.indexOf(words);
          range.setStart(node, start); range.setEnd(node, start + words.length);
          const all = range.getClientRects(), first = all[0], last = all[all.length - 1];
          return [first.left + 0.5, first.top + first.height / 2,
                  last.right - 0.5, last.top + last.height / 2];
        }""",
        [number, words],
    )
    page.mouse.move(box[0], box[1])
    page.mouse.down()
    page.mouse.move(box[2], box[3], steps=3)
    page.mouse.up()
    assert page.evaluate("document.getSelection().toString()") == words


def theme(page: "Page", letters: str) -> None:
    press(page, "t", *letters, "Enter")


def point(page: "Page", stance: str, summary: str, passage: int, count: int) -> None:
    press(page, stance)
    page.keyboard.type(summary)
    press(page, "Enter")
    page.locator(f"#p{passage} .desk-margin li").nth(count - 1).wait_for()


def set_the_last_aside(page: "Page") -> None:
    assert page.get_by_role("link", name="1 not yet read").is_visible()
    press(page, "u", "x")
    page.keyboard.type("Links only.")
    press(page, "Enter")
    page.get_by_role("link", name="0 not yet read").wait_for()
    assert page.get_by_text("1 set aside").is_visible()


def send_to_review(page: "Page", source: Source) -> None:
    page.goto(step_url(source, "submit"))
    page.get_by_role("button", name="Send to review").click()
    page.locator(".state-notice", has_text="In review").wait_for()
    in_bulk(page, "draft", "Send to review")


def in_bulk(page: "Page", state: str, action: str) -> None:
    page.goto(f"/admin/dialogues/statement/?state__exact={state}")
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option(action)
    page.get_by_role("button", name="Go").click()
    page.locator(".messagelist .success", has_text="7 records").wait_for()


def publish(page: "Page", source: Source) -> None:
    page.goto(step_url(source, "publish"))
    page.get_by_role("button", name="Publish").click()
    page.locator(".state-notice", has_text="Published").wait_for()
    in_bulk(page, "in_review", "Publish")
    assert set(Statement.objects.filter(dialogue__year=2031).values_list("state", flat=True)) == {
        "published"
    }
