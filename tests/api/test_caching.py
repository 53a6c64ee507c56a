"""Answers may be kept, and asked for again for nothing while nothing changed."""

import datetime
import io
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.utils import timezone
from django.utils.http import http_date, parse_http_date

from dialogues import publishing
from dialogues.choices import State
from dialogues.models import last_published
from tests.api.conftest import LISTS
from tests.conftest import REPORT_2011
from tests.factories import make_theme, make_user

READ = (
    *(f"{name}/" for name in LISTS),
    "dialogues/2011/",
    "actors/mexico/",
    "positions/export/",
    "actors/export/?format=ndjson",
    "compare/",
)


PAGES = (
    "/",
    "/dialogues/",
    "/dialogues/2011/",
    "/statements/",
    "/statements/RTOP-2011-S010/",
    "/statements/?q=veto",
    "/positions/",
    "/positions/RTOP-2011-P042/",
    "/actors/",
    "/actors/mexico/",
    "/themes/sovereignty/",
    "/compare/?view=themes&with=2013",
    "/compare/picture.svg?view=themes&with=2013",
    "/sources/",
    "/sitemap.xml",
)


@pytest.mark.parametrize("path", [*READ, "", "schema/", "docs/"])
def test_what_did_not_change_is_not_sent_again(get, path):
    first = get(path)
    assert first.status_code == 200
    again = get(path, if_none_match=first["ETag"])
    assert again.status_code == 304
    assert not again.content
    assert again["ETag"] == first["ETag"]
    assert again["Access-Control-Allow-Origin"] == "*"
    assert get(path, if_none_match='"another"').status_code == 200


@pytest.mark.parametrize("path", READ)
def test_every_read_says_when_the_archive_last_changed(get, path):
    changed = get(path)["Last-Modified"]
    newest = last_published()
    assert newest is not None
    assert parse_http_date(changed) == int(newest.timestamp())
    assert get(path, if_modified_since=changed).status_code == 304
    before = http_date(parse_http_date(changed) - 1)
    assert get(path, if_modified_since=before).status_code == 200


@pytest.mark.parametrize("path", ["themes/", "positions/export/", *PAGES])
def test_publishing_and_withdrawing_make_a_new_answer(get, path):
    first = get(path)
    theme = make_theme("something-new", state=State.IN_REVIEW)
    assert get(path)["ETag"] == first["ETag"]
    later = timezone.now() + datetime.timedelta(seconds=5)
    with patch("django.utils.timezone.now", return_value=later):
        publishing.publish(theme, make_user("bob", "Reviewer"))
    second = get(path, if_none_match=first["ETag"])
    assert second.status_code == 200
    assert second["ETag"] != first["ETag"]
    assert second["Last-Modified"] > first["Last-Modified"]
    with patch("django.utils.timezone.now", return_value=later + datetime.timedelta(seconds=5)):
        publishing.withdraw(theme, None, "A trial.")
    third = get(path, if_none_match=second["ETag"])
    assert third.status_code == 200
    assert third["ETag"] not in (first["ETag"], second["ETag"])
    assert third["Last-Modified"] > second["Last-Modified"]


@pytest.mark.parametrize("path", ["statements/?page_size=2", "statements/facets/", *PAGES])
def test_what_did_not_change_costs_one_query(get, path, django_assert_max_num_queries):
    tag = get(path)["ETag"]
    with django_assert_max_num_queries(1):
        assert get(path, if_none_match=tag).status_code == 304
    other = f"{path}{'&' if '?' in path else '?'}year="
    assert get(other, if_none_match=tag)["ETag"] != tag


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_when_the_archive_last_changed(get, path):
    changed = get(path)["Last-Modified"]
    assert get(path, if_modified_since=changed).status_code == 304


@pytest.mark.parametrize(
    "path", ["/dialogues/1999/", "/themes/nothing/", "/statements/?color=red", "themes/nothing/"]
)
def test_an_error_is_not_kept(get, path):
    answer = get(path)
    assert answer.status_code >= 400
    assert "Last-Modified" not in answer
    assert not answer.get("ETag", "").startswith("W/")


def test_an_empty_archive_has_no_date(get, emptied):
    answer = get("positions/")
    assert answer.json() == {"next": None, "previous": None, "results": []}
    assert "Last-Modified" not in answer
    assert get("positions/export/").status_code == 200


@pytest.mark.parametrize("path", READ)
def test_shared_caches_may_keep_it_a_minute(get, path):
    assert get(path)["Cache-Control"] == "public, max-age=60, must-revalidate"


@pytest.mark.parametrize("path", ["positions/", "dialogues/2011/", "schema/", "docs/", "compare/"])
def test_head_is_get_without_its_body(client, get, path):
    head = client.head(f"/api/v1/{path}")
    whole = get(path)
    assert head.status_code == 200
    assert not head.content
    for name in ("Content-Type", "ETag", "Cache-Control", "Content-Length"):
        assert head[name] == whole[name]
    assert head.get("Last-Modified") == whole.get("Last-Modified")


@pytest.mark.parametrize("path", ["", "positions/", "positions/export/", "docs/", "schema/"])
def test_scripts_of_other_sites_may_read(client, db, path):
    answer = client.options(
        f"/api/v1/{path}",
        headers={"origin": "https://ngo.example", "access-control-request-method": "GET"},
    )
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Access-Control-Allow-Credentials" not in answer


def test_pages_and_admin_are_not_opened_to_other_sites(client, db):
    assert "Access-Control-Allow-Origin" not in client.get("/admin/login/")


def test_a_text_that_is_loaded_makes_what_was_cached_stale(get, report_2011):
    """Its quotations are checked then, and exports say so."""
    before = get("quotations/export/?year=2011")
    call_command("load_source", "icrtop-2011", str(REPORT_2011), stdout=io.StringIO())
    after = get("quotations/export/?year=2011", if_none_match=before["ETag"])
    assert after.status_code == 200
    assert b"verified" in b"".join(after.streaming_content)
