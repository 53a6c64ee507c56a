"""Pages cut by the last row seen: every row once, in order, also while others come and go."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import signing
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogues import search
from dialogues.choices import State
from dialogues.filters import (
    ActorSelection,
    InvalidCursor,
    PassageSelection,
    PositionSelection,
    QuotationSelection,
    Selection,
    SourceSelection,
    StatementSelection,
    TallySelection,
    ThemeSelection,
    by_key,
    page_of,
)
from dialogues.models import Dialogue, Statement
from tests.factories import make_dialogue, make_position, make_statement
from tests.filters import reader

pytestmark = pytest.mark.django_db

LISTS = [
    (selection, sort)
    for selection in (
        ActorSelection,
        PassageSelection,
        PositionSelection,
        QuotationSelection,
        SourceSelection,
        StatementSelection,
        TallySelection,
        ThemeSelection,
    )
    for sort in selection.orders
]
every_list = pytest.mark.parametrize(
    ("selection", "sort"), LISTS, ids=[f"{s._meta.model.__name__}-{sort}" for s, sort in LISTS]
)


def asking(sort: str) -> str:
    """The query string of a sort; relevance is to something."""
    return f"sort={sort}" + ("&q=prevention" if sort == "relevance" else "")


@dataclass(frozen=True)
class PageOfRows:
    """A page as readers see it: the records of its keys."""

    rows: list[Any]
    next: str
    previous: str
    last: str


def page(selection: Selection, cursor: str = "", size: int = 7, at: str = "") -> PageOfRows:
    cut = page_of(selection.list_rows, selection.order, cursor, size, at)
    return PageOfRows(by_key(selection.queryset, cut.keys), cut.next, cut.previous, cut.last)


def forward(selection: Selection, size: int) -> Iterator[PageOfRows]:
    """All pages from the first on."""
    cursor = ""
    while True:
        found = page(selection, cursor, size)
        yield found
        cursor = found.next
        if not cursor:
            return


def backward(selection: Selection, size: int, last: PageOfRows) -> Iterator[PageOfRows]:
    """All pages from the last one back to the first."""
    cursor = last.previous
    yield last
    while cursor:
        found = page(selection, cursor, size)
        yield found
        cursor = found.previous


def keys(pages: list[PageOfRows]) -> list[int]:
    return [row.pk for found in pages for row in found.rows]


@every_list
@settings(max_examples=4)
@given(size=st.integers(1, 60))
def test_walking_gives_every_row_once_in_order(selection, sort, size):
    found = selection(QueryDict(asking(sort)))
    size = max(size, found.rows.count() // 12)  # no more than some pages
    expected = [row.pk for row in found.in_order]
    ahead = list(forward(found, size))
    assert keys(ahead) == expected
    assert ahead[0].previous == ahead[-1].next == ""
    assert keys(list(backward(found, size, ahead[-1]))[::-1]) == expected


@every_list
def test_the_order_is_the_one_asked_for(selection, sort):
    found = selection(QueryDict(asking(sort)))
    order, rows = found.order, found.list_rows
    # Of texts, the order is the database's own; that they are together is ours.
    numbers = [
        place
        for place, path in enumerate(order)
        if path.rpartition("_")[2].lstrip("-") in ("year", "serial", "order", "relevance")
    ]
    if 0 not in numbers:
        return
    names = [path.lstrip("-") for path in order]
    values = [
        [-row[place] if order[place].startswith("-") else row[place] for place in numbers]
        for row in rows.order_by(*order).values_list(*names)
    ]
    assert values == sorted(values)
    ordered = [str(pk) for pk in rows.order_by(*order).values_list("pk", flat=True)]
    assert ordered == [str(row.pk) for row in found.in_order]


def test_statements_are_newest_first_and_by_number_within_a_year():
    found = [row.ref for row in StatementSelection(QueryDict("")).in_order]
    assert found == sorted(reader.find_statements({}), key=lambda ref: (-int(ref[5:9]), ref))
    found = [row.ref for row in StatementSelection(QueryDict("sort=year")).in_order]
    assert found == sorted(reader.find_statements({}))


def test_positions_by_theme_are_in_the_order_of_themes():
    order = {slug: theme["order"] for slug, theme in reader.shared("themes").items()}
    themes = {position["ref"]: position["theme"] for _, _, position in reader.positions()}
    found = [row.ref for row in PositionSelection(QueryDict("sort=theme")).in_order]
    assert found == sorted(
        themes, key=lambda ref: (order[themes[ref]], themes[ref], -int(ref[5:9]), ref)
    )


def test_the_way_back_is_the_way_there():
    found = StatementSelection(QueryDict(""))
    first = page(found)
    second = page(found, first.next)
    again = page(found, second.previous)
    assert [row.pk for row in again.rows] == [row.pk for row in first.rows]
    assert (again.previous, again.next) == (first.previous, first.next)


def test_the_same_page_has_the_same_cursors():
    found = StatementSelection(QueryDict(""))
    assert page(found) == page(found)


@pytest.mark.parametrize("size", [1, 3, 10])
def test_rows_that_come_while_one_walks_disturb_nothing(size):
    """What was there all along is met once; what comes later is met once or not at all."""
    found = StatementSelection(QueryDict("year=2011&year=2013&sort=year"))
    expected = [row.pk for row in found.in_order]
    seen: list[int] = []
    cursor, turn = "", 0
    while True:
        met = page(found, cursor, size)
        seen += [row.pk for row in met.rows]
        cursor = met.next
        if not cursor:
            break
        turn += 1
        if turn <= 6:
            # One behind, one ahead, in turn.
            dialogue = Dialogue.objects.get(year=2011 if turn % 2 else 2013)
            make_statement(dialogue, ["mexico"], state=State.PUBLISHED)
    assert len(seen) == len(set(seen))
    assert [pk for pk in seen if pk in set(expected)] == expected


def test_rows_that_go_while_one_walks_disturb_nothing():
    found = StatementSelection(QueryDict("year=2011&sort=year"))
    expected = [row.pk for row in found.in_order]
    first = page(found, size=10)
    # The very row that the cursor names is withdrawn, and the next one too.
    gone = expected[9:11]
    withdrawn = {"withdrawn_at": first.rows[0].published_at, "withdrawal_reason": "Twice."}
    Statement.objects.filter(pk__in=gone).update(state=State.WITHDRAWN, **withdrawn)
    search.index(Statement.objects.filter(pk__in=gone))
    second = page(found, first.next, size=10)
    assert [row.pk for row in second.rows] == expected[11:21]
    back = page(found, second.previous, size=10)
    assert [row.pk for row in back.rows] == expected[:9]


@pytest.mark.parametrize("back", [False, True])
def test_what_was_withdrawn_by_hand_is_not_shown_and_ends_no_list(back):
    """Without its row of terms being told: that is what `rebuild_search` puts right."""
    found = StatementSelection(QueryDict("year=2011&sort=year"))
    expected = [row.pk for row in found.in_order]
    gone = expected[2:12]
    withdrawn = {"withdrawn_at": timezone.now(), "withdrawal_reason": "Twice."}
    Statement.objects.filter(pk__in=gone).update(state=State.WITHDRAWN, **withdrawn)
    pages = list(forward(found, 3))
    if back:
        pages = list(backward(found, 3, pages[-1]))[::-1]
    assert keys(pages) == [pk for pk in expected if pk not in gone]


def test_a_page_after_all_rows_are_gone():
    dialogue = make_dialogue(2030, state=State.PUBLISHED)
    for _ in range(3):
        make_statement(dialogue, ["mexico"], state=State.PUBLISHED)
    found = StatementSelection(QueryDict("year=2030"))
    first = page(found, size=2)
    Statement.objects.filter(dialogue=dialogue).update(state=State.DRAFT)
    search.index(Statement.objects.filter(dialogue=dialogue))
    rest = page(found, first.next, size=2)
    assert (rest.rows, rest.next, rest.previous) == ([], "", "")


@pytest.mark.parametrize(("rows", "size"), [(0, 5), (4, 5), (5, 5), (6, 5), (10, 5)])
def test_the_edges(rows, size):
    dialogue = make_dialogue(2030, state=State.PUBLISHED)
    for _ in range(rows):
        make_statement(dialogue, ["mexico"], state=State.PUBLISHED)
    pages = list(forward(StatementSelection(QueryDict("year=2030")), size))
    assert len(pages) == max(1, -(-rows // size))
    assert len(keys(pages)) == rows


def test_the_order_beyond_999():
    """A thousandth statement comes after the nine hundred and ninety-ninth, page by page."""
    dialogue = make_dialogue(2030, state=State.PUBLISHED)
    for serial in (998, 999, 1000, 1001):
        ref = f"RTOP-2030-S{serial:03}"
        make_statement(dialogue, ref=ref, serial=serial, state=State.PUBLISHED)
    pages = forward(StatementSelection(QueryDict("year=2030")), 1)
    assert [row.serial for found in pages for row in found.rows] == [998, 999, 1000, 1001]


@pytest.mark.parametrize("query", ["year=2011", "sort=year", "sort=theme"])
def test_a_page_costs_two_queries(query, django_assert_max_num_queries):
    """One for the keys, one for the records."""
    found = PositionSelection(QueryDict(query))
    cursor = page(found, size=20).next
    with django_assert_max_num_queries(2):
        page(found, cursor, 20)


@every_list
def test_the_last_page_is_where_walking_ends(selection, sort):
    found = selection(QueryDict(asking(sort)))
    whole = list(found.in_order)
    last = page(found, page(found).last)
    assert [row.pk for row in last.rows] == [row.pk for row in whole[-7:]]
    assert last.next == last.last == ""
    before = page(found, last.previous)
    assert [row.pk for row in before.rows] == [row.pk for row in whole[-14:-7]]


WITH_REFS = [
    (selection, sort) for selection, sort in LISTS if hasattr(selection._meta.model, "ref")
]


@pytest.mark.parametrize(
    ("selection", "sort"), WITH_REFS, ids=[f"{s._meta.model.__name__}-{o}" for s, o in WITH_REFS]
)
def test_a_page_that_starts_with_a_row_is_cut_there(selection, sort):
    """In every order, also where a year or a theme ends on the page; and so are those around it."""
    found = selection(QueryDict(asking(sort)))
    expected = [row.pk for row in found.in_order]
    refs = [row.ref for row in found.in_order]
    size = 7
    for place in range(1, len(expected), max(1, len(expected) // 20)):
        starting = page(found, size=size, at=refs[place])
        assert keys([starting]) == expected[place : place + size]
        before = page(found, starting.previous, size)
        assert keys([before]) == expected[max(0, place - size) : place]
        if starting.next:
            after = page(found, starting.next, size)
            assert keys([after]) == expected[place + size : place + 2 * size]
        else:
            assert place + size >= len(expected)


def test_a_page_that_starts_with_a_row_holds_when_rows_come():
    found = StatementSelection(QueryDict(""))
    ref = [row.ref for row in found.in_order][20]
    page_before = page(found, size=5, at=ref)
    assert page_before.rows[0].ref == ref
    assert page_before.previous
    for year in (2009, 2025):
        make_statement(Dialogue.objects.get(year=year), ["mexico"], state=State.PUBLISHED)
    page_after = page(found, size=5, at=ref)
    assert [row.pk for row in page_after.rows] == [row.pk for row in page_before.rows]


def test_a_row_that_is_not_in_the_list_is_no_place_in_it():
    found = StatementSelection(QueryDict("year=2011"))
    with pytest.raises(InvalidCursor):
        page(found, at="RTOP-2013-S001")


# Cursors that were not given out


CURSORS = [
    "x",
    "\x00",
    "é" * 10,
    ":" * 5,
    signing.Signer(salt="another").sign_object({"o": ["-dialogue__year"], "v": [1], "b": False}),
    signing.Signer(salt="dialogues.cursor").sign("not-an-object"),
    signing.Signer(salt="dialogues.cursor").sign_object([1, 2]),
    signing.Signer(salt="dialogues.cursor").sign_object({"o": "x"}),
    signing.Signer(salt="dialogues.cursor").sign_object(None),
]


@pytest.mark.parametrize("cursor", CURSORS, ids=range(len(CURSORS)))
def test_a_cursor_that_was_not_given_out_is_refused(cursor):
    with pytest.raises(InvalidCursor):
        page(StatementSelection(QueryDict("")), cursor)


@settings(max_examples=25)
@given(data=st.data())
def test_a_cursor_with_another_letter_is_refused(data):
    cursor = page(StatementSelection(QueryDict(""))).next
    index = data.draw(st.integers(0, len(cursor) - 1))
    letter = data.draw(st.sampled_from("abcXYZ019_-:"))
    changed = cursor[:index] + letter + cursor[index + 1 :]
    if changed != cursor:
        with pytest.raises(InvalidCursor):
            page(StatementSelection(QueryDict("")), changed)


def test_a_cursor_of_another_order_is_refused():
    cursor = page(StatementSelection(QueryDict("sort=year"))).next
    with pytest.raises(InvalidCursor, match="another order"):
        page(StatementSelection(QueryDict("")), cursor)


def test_a_cursor_goes_on_in_a_narrower_selection():
    cursor = page(PositionSelection(QueryDict("")), size=200).next
    narrowed = PositionSelection(QueryDict("theme=sovereignty"))
    statement = make_statement(Dialogue.objects.get(year=2009), ["mexico"], state=State.PUBLISHED)
    make_position(statement, "sovereignty")
    found = page(narrowed, cursor, size=500)
    every = [row.ref for row in narrowed.in_order]
    assert [row.ref for row in found.rows] == every[len(every) - len(found.rows) :]
