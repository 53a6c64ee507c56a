"""Tables out of the admin and in again: the difference is what was edited."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from dialogues import exporters, publishing
from dialogues.models import Actor, Dialogue, Participation, Position, Revision, Statement
from dialogues.spreadsheets import TABLES, sheets_of, workbook
from tests.factories import (
    make_dialogue,
    make_panel,
    make_participation,
    make_position,
    make_statement,
    make_user,
)
from tests.spreadsheets.ods import ods_of

pytestmark = pytest.mark.django_db

MODELS = {
    "statements": "statement",
    "positions": "position",
    "actors": "actor",
    "participations": "participation",
}
DOWNLOADS = ("xlsx", "csv")
FORMULA = "=1+1"
ODD = ["+1", "-1", "@x", "'quoted", "''", "a | b", " two  spaces ", "é“”\nnext", "\tx", "\r\nx"]


def url(table: str, view: str = "tables") -> str:
    return reverse(f"admin:dialogues_{MODELS[table]}_{view}")


@pytest.fixture
def curator(client):
    client.force_login(make_user("ada", "Publisher"))
    return client


@pytest.fixture
def drafts() -> Dialogue:
    """A dialogue of drafts: forty statements' worth of odd cells in a few rows."""
    dialogue = make_dialogue(2031)
    panel = make_panel(dialogue)
    for number, text in enumerate(["", FORMULA, *ODD]):
        statement = make_statement(
            dialogue, [["mexico", "chile", "ghana"][number % 3]], joined=["japan"], note=text
        )
        make_position(statement, summary=text or "A point.", pillars=[1, 3], note=text)
        make_participation(panel, "achim-steiner", post=f"{text}x", honorific=text)
    statement.deliveries.filter(mode="delivered").update(on_behalf_number=3, on_behalf_wording="x")
    return dialogue


def download(client, table: str, form: str, **asked: Any) -> bytes:
    response = client.get(url(table, "download"), {"format": form, "content": "records", **asked})
    return b"".join(response.streaming_content) if response.streaming else response.content


def rows_in(data: bytes, table: str, form: str) -> list[list[Any]]:
    if form == "csv":
        return sheets_of("t.csv", data)[0].rows
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(data))[table]]


def as_file(rows: list[list[Any]], table: str, form: str) -> bytes:
    header, *others = rows
    if form == "csv":
        return "".join(exporters.as_csv(header, others)).encode()
    if form == "ods":
        return ods_of(rows, table)
    with exporters.as_xlsx((table, header, others)) as file:
        return file.read()


def upload(client, table: str, data: bytes, name: str = "table.xlsx") -> Any:
    return client.post(url(table), {"file": SimpleUploadedFile(name, data)})


def faults_of(response: Any) -> list[tuple[str, int, str]]:
    faults = response.context.get("faults") or []
    return [(fault.sheet, fault.row, fault.column) for fault in faults]


def causes_of(response: Any) -> str:
    """Every fault that the page shows, in words."""
    form = response.context.get("upload")
    found = [str(error) for error in form.errors.get("file", [])] if form else []
    return " ".join([*found, *(fault.cause for fault in response.context.get("faults") or [])])


def confirm(client, table: str, page: Any) -> Any:
    return client.post(url(table, "confirm"), {"kept": page.context["kept"]}, follow=True)


def differing(table: str, page: Any) -> set[tuple[int, str]]:
    """The cells that the page says would change: their rows and columns."""
    titles = {str(column.label): column.name for column in TABLES[table].columns}
    return {
        (group["row"], titles[field.label.rpartition(", ")[2].capitalize()])
        for group in page.context["groups"]
        for field in group["fields"]
    }


def state_of_everything() -> tuple[int, ...]:
    models: list[Any] = [Actor, Dialogue, Participation, Position, Revision, Statement]
    return tuple(model.objects.count() for model in models)


# What goes out comes back


@pytest.mark.parametrize("table", TABLES)
def test_our_own_table_uploaded_again_is_no_change(curator, drafts, table):
    asked = {} if table == "actors" else {"dialogue": "2031"}
    for form in DOWNLOADS:
        data = download(curator, table, form, **asked)
        assert len(rows_in(data, table, form)) > 10
        page = upload(curator, table, data, f"table.{form}")
        assert page.context["groups"] == [], (form, page.context["groups"][:1])


def test_all_that_is_published_comes_back_unchanged_too(curator):
    """A proposed text goes out in place of the published one."""
    statement = Statement.objects.get(ref="RTOP-2011-S017")
    record = publishing.record_of(statement) | {"summary": "Proposed."}
    publishing.propose(statement, record, None)
    data = download(curator, "statements", "xlsx", dialogue="2011")
    rows = rows_in(data, "statements", "xlsx")
    assert "Proposed." in next(row for row in rows if row[0] == "RTOP-2011-S017")
    assert upload(curator, "statements", data).context["groups"] == []


def test_a_template_has_the_columns_and_no_rows(curator):
    data = download(curator, "statements", "xlsx", content="template")
    assert rows_in(data, "statements", "xlsx") == [TABLES["statements"].header]
    assert rows_in(data, "positions", "xlsx") == [TABLES["positions"].header]


def test_what_looks_like_a_formula_goes_out_as_text(curator, drafts):
    at = TABLES["statements"].header.index("note")
    data = download(curator, "statements", "xlsx", dialogue="2031")
    cell = load_workbook(io.BytesIO(data))["statements"].cell(3, at + 1)
    assert (cell.value, cell.data_type, cell.number_format) == (FORMULA, "s", "@")
    text = download(curator, "statements", "csv", dialogue="2031").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[2][at] == f"'{FORMULA}"


EDITS: dict[str, dict[str, tuple[Any, ...]]] = {
    "statements": {
        "form": ("remarks", "presentation"),
        "speaker_post": ("=1+1", "Minister"),
        "summary": ("-a", "In short."),
        "note": ("", "@all", "'x'"),
        "language": ("fr", ""),
        "speaker": ("adama-dieng",),
        "panel": ("discussion",),
        "cites": ("icrtop-2011#p3 | icrtop-2011#p4", ""),
    },
    "positions": {
        "stance": ("opposes", "notes"),
        "theme": ("civil-society",),
        "summary": ("+1 more", "Another."),
        "pillars": ("2", "1 | 2 | 3", ""),
        "situations": ("libya",),
        "note": ("", "=x"),
        "claim": ("a-claim",),
    },
    "participations": {
        "role": ("moderator",),
        "post": ("=SUM(A1)", "Dean"),
        "person": ("", "adama-dieng"),
        "country": ("mexico",),
    },
}


@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_edited_cells_are_the_difference_and_no_others(curator, drafts, data):
    table, form = data.draw(st.sampled_from(list(EDITS))), data.draw(st.sampled_from(DOWNLOADS))
    rows = rows_in(download(curator, table, form, dialogue="2031"), table, form)
    header, edited = rows[0], set()
    rows = [[*row, *[""] * (len(header) - len(row))] for row in rows]
    for _ in range(data.draw(st.integers(1, 4))):
        row = data.draw(st.integers(1, len(rows) - 1))
        name = data.draw(st.sampled_from(list(EDITS[table])))
        value = data.draw(st.sampled_from(EDITS[table][name]))
        if (rows[row][header.index(name)] or "") != value:
            rows[row][header.index(name)] = value
            edited.add((row + 1, name))
    page = upload(curator, table, as_file(rows, table, form), f"t.{form}")
    assert faults_of(page) == [], causes_of(page)
    assert differing(table, page) == edited
    if edited:
        confirm(curator, table, page)
        again = upload(curator, table, without_version(rows, table, form), f"t.{form}")
        assert again.context["groups"] == []


def without_version(rows: list[list[Any]], table: str, form: str) -> bytes:
    at = rows[0].index("version")
    return as_file([[*row[:at], *row[at + 1 :]] for row in rows], table, form)


# Faults


def test_every_fault_is_named_at_once_and_nothing_is_changed(curator, drafts):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "statements"
    ref = drafts.statements.order_by("pk")[0].ref
    titles = ["ref", "year", "form", "actors", "speaker", "url", "note", "cites", "summary"]
    sheet.append(["text_url" if title == "url" else title for title in titles])
    good = "icrtop-2011#p6"
    sheet.append([ref, 2031, "remark", "mexico", "", "", "=A1", good, ""])
    sheet.append(["", 2031, "statement", "mexiko", "", "no address", "", good, ""])
    sheet.append(["RTOP-2011-S999", 2011, "statement", "mexico", "", "", "", good, ""])
    sheet.append(["", 2199, "statement", "mexico", "", "", "", good, ""])
    sheet.append(["", 2031, "", "", "nobody", "", "", "icrtop-2011#p99", ""])
    sheet.append([ref, 2031, "statement", "mexico", "", "", "", good, ""])
    others = book.create_sheet("positions")
    others.append(["ref", "statement", "theme", "stance", "summary", "pillars", "proposal_year"])
    others.append(["", ref, "sovereignti", "supports", "A point.", "1 | 4", "x"])
    others.append(["", "new-9", "sovereignty", "supports", "A point."])
    book.create_sheet("Notes").append(["for me"])
    book.create_sheet("Sheet2")
    file = io.BytesIO()
    book.save(file)
    before = state_of_everything()
    page = upload(curator, "statements", file.getvalue())
    assert set(faults_of(page)) == {
        ("Notes", 0, ""),
        ("statements", 2, "form"),
        ("statements", 2, "note"),
        ("statements", 3, "actors"),
        ("statements", 4, "ref"),
        ("statements", 5, "year"),
        ("statements", 6, "actors"),
        ("statements", 6, "speaker"),
        ("statements", 6, "cites"),
        ("statements", 7, "ref"),
        ("positions", 2, "theme"),
        ("positions", 2, "pillars"),
        ("positions", 2, "proposal_year"),
        ("positions", 3, "statement"),
    }
    words = causes_of(page)
    for said in (
        "“remark” is not taken",
        "The nearest is “remarks”",
        "formula",
        "the nearest is 'mexico'",
        "There is no statement “RTOP-2011-S999”",
        "“x” is no whole number",
        "stands in row 2 already",
    ):
        assert said in words
    assert "kept" not in page.context
    assert state_of_everything() == before


def test_what_only_the_database_refuses_is_shown_before_anything_is_confirmed(curator):
    rows: list[list[Any]]
    rows = [["slug", "kind", "name", "iso3"], ["chile-again", "member_state", "Chile", "CHL"]]
    page = upload(curator, "actors", as_file(rows, "actors", "xlsx"))
    assert faults_of(page) == [("actors", 2, "")]
    statement = Statement.objects.get(ref="RTOP-2011-S017")
    rows = [["ref", "year", "text_url"], [statement.ref, 2011, "no address"]]
    page = upload(curator, "statements", as_file(rows, "statements", "csv"), "t.csv")
    assert [row for _sheet, row, _column in faults_of(page)] == [2]
    assert not Actor.objects.filter(slug="chile-again").exists()


KEYS = ["ref", "year"]
ROW = ["RTOP-2011-S017", "2011"]


@pytest.mark.parametrize(
    ("name", "rows", "words"),
    [
        ("t.xlsm", b"PK", "ends in .xlsx, .ods or .csv"),
        ("t.xlsx", b"", "empty"),
        ("t.xlsx", b"ref,year", "This is no XLSX file"),
        ("t.ods", b"PK\3\4 no archive", "cannot be read"),
        ("t.csv", "ref;note\n;é".encode("utf-16"), "not UTF-8"),
        ("t.csv", b'ref,year\n"open', "from row 2 on"),
        ("t.csv", [[*KEYS, "notee"], [*ROW, "x"]], "no column “notee”; the nearest is “note”"),
        ("t.csv", [[*KEYS, "note", "note"], [*ROW, "x", "y"]], "Two columns have this title"),
        ("t.csv", [["ref", "note"], [ROW[0], "x"]], "This column is missing"),
        ("t.csv", [["slug", "iso3", "name"], ["mexico", "MEX", "x"]], "a table of actors, not of"),
        ("t.csv", [KEYS, [*ROW, "x"]], "a column without a title"),
        ("t.csv", [KEYS, ["", "2199"]], "There is no dialogue “2199”"),
        ("t.csv", [KEYS, [ROW[0], "2016"]], "cannot be changed here"),
        ("t.csv", [KEYS, ["DRAFT-00000000", ""]], "If it was published since"),
        ("t.csv", [[*KEYS, "actors"], [*ROW, ""]], "delivered by at least one actor"),
    ],
)
def test_what_is_no_such_table_is_said_so(curator, name, rows, words):
    data = rows if isinstance(rows, bytes) else as_file(rows, "statements", "csv")
    before = state_of_everything()
    assert words in causes_of(upload(curator, "statements", data, name))
    assert state_of_everything() == before


def test_a_workbook_of_another_table_is_not_taken_for_this_one(curator):
    data = as_file([["slug", "name"], ["mexico", "x"]], "actors", "xlsx")
    assert "has no rows of statements. It has: actors." in causes_of(
        upload(curator, "statements", data)
    )


# What a table changes


def test_an_absent_column_changes_nothing_and_an_empty_cell_empties(curator, drafts):
    statement = drafts.statements.order_by("pk")[1]
    Statement.objects.filter(pk=statement.pk).update(summary="It stays.")
    rows = [["ref", "year", "note"], [statement.ref, 2031, ""]]
    page = upload(curator, "statements", as_file(rows, "statements", "ods"), "t.ods")
    assert differing("statements", page) == {(2, "note")}
    confirm(curator, "statements", page)
    statement.refresh_from_db()
    assert (statement.note, statement.summary, statement.version) == ("", "It stays.", 2)
    assert statement.positions.count() == 1
    revision = Revision.objects.latest("number")
    assert (str(revision.by), revision.action) == ("ada", "changed")
    assert "Table “t.ods”, SHA-256" in revision.reason


def test_new_statements_and_their_positions_come_in_one_workbook(curator, drafts):
    header = ["ref", "year", "actors", "joined_by", "on_behalf_wording", "cites"]
    statements: list[list[Any]] = [
        ["new-1", 2031, "mexico | chile", "ghana", "on behalf of some", "icrtop-2011#p6"],
        ["", "2031", "japan", "", "", "icrtop-2011#p6"],
    ]
    titles = ["ref", "statement", "theme", "stance", "summary"]
    positions: list[list[Any]] = [["", "new-1", "sovereignty", "supports", "=A point"]]
    with exporters.as_xlsx(
        ("statements", header, statements), ("positions", titles, positions)
    ) as file:
        data = file.read()
    page = upload(curator, "statements", data)
    before = drafts.statements.count()
    assert page.context["rows"] == 3
    confirm(curator, "statements", page)
    assert drafts.statements.count() == before + 2
    joint = drafts.statements.get(deliveries__on_behalf_wording="on behalf of some")
    assert [d.actor.slug for d in joint.delivered] == ["mexico", "chile"]
    assert [p.summary for p in joint.positions.all()] == ["=A point"]
    assert joint.state == "draft"
    # The same file once more is known by the refs that it gives.
    assert "was taken in before" in causes_of(upload(curator, "statements", data))


def test_parts_of_an_actor_keep_what_a_cell_does_not_say(curator):
    actor = Actor.objects.get(slug="united-kingdom")
    record = publishing.record_of(actor)
    rows = rows_in(download(curator, "actors", "xlsx"), "actors", "xlsx")
    at = {name: rows[0].index(name) for name in ("slug", "names", "memberships")}
    row = next(row for row in rows if row[at["slug"]] == actor.slug)
    row[at["names"]] += " | variant: Albion"
    row[at["memberships"]] = row[at["memberships"]].replace("2020-02-01", "2020-01-31")
    page = upload(curator, "actors", as_file([rows[0], row], "actors", "xlsx"))
    assert faults_of(page) == [], causes_of(page)
    confirm(curator, "actors", page)
    actor.refresh_from_db()
    proposal = publishing.proposal_of(actor)
    assert proposal is not None
    names = [name["name"] for name in proposal.record["names"]]
    assert sorted(names) == sorted([*(n["name"] for n in record["names"]), "Albion"])
    pairs = zip(record["memberships"], proposal.record["memberships"], strict=True)
    changed = [(old, new) for old, new in pairs if old != new]
    assert [(old | {"to": new["to"]}) == new for old, new in changed] == [True]


def test_a_participant_is_added_at_the_end_of_a_panel(curator, drafts):
    rows: list[list[Any]] = [
        ["year", "panel", "order", "role", "person", "post"],
        [2031, "discussion", "", "moderator", "adama-dieng", "Adviser"],
        [2031, "discussion", 99, "moderator", "", ""],
        [2031, "closing", "", "moderator", "", ""],
        [2031, "discussion", "", "moderator", "", ""],
    ]
    page = upload(curator, "participations", as_file(rows, "participations", "xlsx"))
    assert {row for _sheet, row, _column in faults_of(page)} == {3, 4, 5}
    page = upload(curator, "participations", as_file(rows[:2], "participations", "xlsx"))
    confirm(curator, "participations", page)
    last = Participation.objects.filter(panel__dialogue=drafts).order_by("order").last()
    assert last is not None
    assert (last.post, last.role, str(last.person)) == ("Adviser", "moderator", "Adama Dieng")


# Workflow and roles


def test_a_published_record_is_proposed_and_readers_see_nothing_of_it(curator, client):
    rows = [["ref", "statement", "note"], ["RTOP-2011-P121", "RTOP-2011-S017", "From a table."]]
    page = upload(curator, "positions", as_file(rows, "positions", "csv"), "t.csv")
    assert "proposed change" in page.context["groups"][0]["record"]
    confirm(curator, "positions", page)
    statement = Statement.objects.get(ref="RTOP-2011-S017")
    assert (statement.stage, statement.positions.get().note) == (
        "proposed",
        "Tied to the three-pillar approach as a whole.",
    )
    publishing.submit(statement, None)
    for role, allowed in (("Contributor", False), ("Reviewer", True)):
        client.force_login(make_user(role.lower(), role))
        rows[1][2] = f"By a {role}."
        page = upload(client, "positions", as_file(rows, "positions", "csv"), "t.csv")
        assert ("kept" in page.context) is allowed
        assert ("Your role does not allow" in causes_of(page)) is not allowed
    with pytest.raises(publishing.InvalidStep, match="Nobody publishes"):
        publishing.approve(statement, User.objects.get(username="ada"))


def test_who_has_no_role_may_look_and_bring_nothing_in(client):
    client.force_login(make_user("bob", "staff"))
    assert client.get(url("actors")).context["upload"] is None
    assert upload(client, "actors", b"slug").status_code == 403
    assert client.post(url("actors", "confirm"), {"kept": "x"}).status_code == 403
    client.logout()
    for view in ("tables", "download", "confirm"):
        assert "/admin/login/" in client.get(url("actors", view))["Location"]


# What is confirmed is what was shown


def one_change(client, drafts) -> Any:
    ref = drafts.statements.order_by("pk")[0].ref
    rows = [["ref", "year", "summary"], [ref, 2031, "From a table."]]
    return upload(client, "statements", as_file(rows, "statements", "csv"), "t.csv")


def test_a_record_that_moved_meanwhile_is_not_written_over(curator, drafts):
    page = one_change(curator, drafts)
    statement = drafts.statements.order_by("pk")[0]
    Statement.objects.filter(pk=statement.pk).update(summary="Theirs.", version=2)
    answer = confirm(curator, "statements", page)
    assert "was changed meanwhile" in causes_of(answer)
    statement.refresh_from_db()
    assert statement.summary == "Theirs."
    # Nor is the text that a table was downloaded with.
    rows = [["ref", "year", "version", "summary"], [statement.ref, 2031, 1, "From a table."]]
    page = upload(curator, "statements", as_file(rows, "statements", "csv"), "t.csv")
    assert faults_of(page) == [("statements", 2, "version")]


def test_a_confirmation_is_made_once_by_whom_it_was_shown_to_and_as_it_was_shown(curator, drafts):
    page = one_change(curator, drafts)
    before = state_of_everything()
    altered = page.context["kept"][:-2]
    answer = curator.post(url("statements", "confirm"), {"kept": altered}, follow=True)
    assert "no longer of use" in answer.content.decode()
    curator.force_login(make_user("bob", "Publisher"))
    assert "no longer of use" in confirm(curator, "statements", page).content.decode()
    assert state_of_everything() == before
    curator.force_login(User.objects.get(username="ada"))
    assert "The table was taken in" in confirm(curator, "statements", page).content.decode()
    assert "was changed meanwhile" in causes_of(confirm(curator, "statements", page))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_the_same_time_one_succeeds():
    dialogue = make_dialogue(2031)
    make_statement(dialogue, ["mexico"])
    both = []
    for name in ("ada", "bob"):
        client = Client()
        client.force_login(make_user(name, "Publisher"))
        both.append((client, one_change(client, dialogue).context["kept"]))
    together = Barrier(2)

    def confirmed(client: Client, kept: str) -> str:
        try:
            together.wait()
            page = client.post(url("statements", "confirm"), {"kept": kept}, follow=True)
            return page.content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(confirmed, *zip(*both, strict=True)))
    assert sum("The table was taken in" in answer for answer in answers) == 1
    assert sum("was changed meanwhile" in answer for answer in answers) == 1
    assert dialogue.statements.get().version == 2


# Costs


def test_one_changed_cell_costs_the_same_of_every_record(curator, django_assert_max_num_queries):
    """Looked over, a change is made and undone; the unchanged parts are not written."""
    for position, statement in (
        ("RTOP-2011-P121", "RTOP-2011-S017"),  # the only one
        ("RTOP-2009-P005", "RTOP-2009-S002"),  # one of seven
    ):
        rows = [["ref", "statement", "note"], [position, statement, "From a table."]]
        data = as_file(rows, "positions", "csv")
        upload(curator, "positions", data, "t.csv")
        with django_assert_max_num_queries(75):
            page = upload(curator, "positions", data, "t.csv")
        assert faults_of(page) == []
        with django_assert_max_num_queries(65):
            confirm(curator, "positions", page)


# Bounds


def test_a_workbook_is_read_within_its_time_and_memory(curator, monkeypatch):
    """What swells only in memory or time ends with the process that reads it, and is said so."""
    data = as_file([["ref"], ["x"]], "statements", "xlsx")
    assert faults_of(upload(curator, "statements", data)) != []
    monkeypatch.setattr("dialogues.spreadsheets.reading.SECONDS", 0.001)
    assert "takes longer to open" in causes_of(upload(curator, "statements", data))


def test_a_larger_file_is_not_read(curator):
    page = upload(curator, "statements", b"PK" + b" " * workbook.MOST_BYTES)
    assert "larger than 5 MB" in causes_of(page)


def test_csv_has_the_same_bounds(curator):
    for rows, words in (
        ([["ref"]] * (workbook.MOST_ROWS + 2), "more than 2000 rows"),
        ([["x"] * (workbook.MOST_COLUMNS + 1)], "more than 60 columns"),
        ([["x" * (workbook.MOST_CELL + 1)]], "more than 20000 characters"),
    ):
        data = as_file(rows, "statements", "csv")
        assert words in causes_of(upload(curator, "statements", data, "t.csv"))


def test_so_many_faults_are_named_and_no_more(curator, drafts):
    rows: list[list[Any]] = [
        ["ref", "year"],
        *([f"RTOP-2011-S9{number:03}", 2011] for number in range(300)),
    ]
    page = upload(curator, "statements", as_file(rows, "statements", "csv"), "t.csv")
    assert 200 <= len(faults_of(page)) <= 203
    assert "faults more" in causes_of(page)
