"""The comparison as files: the same numbers as on the page, each row with its year's caveats."""

import csv
import io

import openpyxl
import pytest

from tests.views.asking import page

pytestmark = pytest.mark.django_db

QUERY = "base=2011&with=2013&with=2020"
VIEWS = ["facts", "participation", "themes", "actors", "words", "panels", "proposals"]


def content(client, query):
    answer = client.get(f"/api/v1/compare/export/?{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def table(client, query):
    return list(csv.DictReader(io.StringIO(content(client, query).decode())))


@pytest.mark.parametrize("view", VIEWS)
def test_every_row_says_its_year_and_how_far_that_record_goes(client, view):
    rows = table(client, f"{QUERY}&view={view}")
    assert rows
    for row in rows:
        assert list(row)[1:6] == ["year", "named", "reported", "coding", "silence"]
        known = {
            "2011": ("31", "43", "full"),
            "2013": ("35", "69", "partial"),
            "2020": ("0", "", ""),
        }[row["year"]]
        assert (row["named"], row["reported"], row["coding"]) == known
        assert row["year"] != "2020" or row["silence"] == "none_held"


def test_a_table_has_the_numbers_of_the_api(client):
    compared = client.get(f"/api/v1/compare/?{QUERY}&view=themes").json()
    rows = {(row["theme"], row["year"]): row for row in table(client, f"{QUERY}&view=themes")}
    assert len(rows) == len(compared["rows"]) * 3
    for theme in compared["rows"]:
        for column, cell in zip(compared["years"], theme["cells"], strict=True):
            row = rows[theme["theme"]["slug"], str(column["year"])]
            assert (int(row["positions"]), int(row["actors"])) == (
                cell["positions"],
                cell["actors"],
            )
            for one in cell["stances"]:
                assert int(row[one["stance"]]) == one["positions"]


def test_the_words_of_a_table_are_whole_though_the_page_shows_the_first(client):
    rows = table(client, "base=2011&view=words")
    held = [(row["actor"], row["ref"]) for row in rows if row["ref"]]
    assert len(held) == len(set(held))
    found = client.get("/api/v1/compare/?base=2011&view=actors").json()["rows"]
    assert len(held) == sum(cell["positions"] for row in found for cell in row["cells"])


@pytest.mark.parametrize("view", VIEWS)
def test_the_workbook_has_the_rows_of_the_csv(client, view):
    query = f"{QUERY}&view={view}&theme=national-focal-points"
    answer = client.get(f"/api/v1/compare/export/?{query}&format=xlsx")
    assert answer["Content-Disposition"] == f'attachment; filename="rtop-2011-{view}.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert len(list(book.worksheets[0].iter_rows())) == len(table(client, query)) + 1


def test_another_format_is_refused_by_name(client):
    answer = client.get("/api/v1/compare/export/?format=ods")
    assert answer.status_code == 400
    assert "Allowed: csv, xlsx." in answer.json()["errors"][0]["message"]


def test_a_comparison_can_be_cited(client):
    text = page(client, "/compare/?with=2013&view=themes")
    address = "http://testserver/compare/?with=2013&amp;view=themes&amp;base=2011"
    assert "“2011 beside 2013: Themes”. Read on " in text
    assert text.count(address) == 3
    assert "@online{rtop-2011-themes," in text
    assert "TY  - ELEC" in text
