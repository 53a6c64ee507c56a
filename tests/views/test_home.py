"""The home page, what is said of the archive, what machines ask, and how pages say no."""

import json
import re
import xml.etree.ElementTree as ET
from html import unescape

import pytest
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.test import Client, override_settings

from dialogues.choices import State
from dialogues.models import Actor, Dialogue, Position, Source, Statement, Theme
from dialogues.records.schema import record_schema
from tests.factories import make_actor
from tests.views.asking import page, queries

PAGES = [
    "/",
    "/dialogues/",
    "/dialogues/2011/",
    "/dialogues/2020/",
    "/actors/",
    "/actors/mexico/",
    "/themes/",
    "/themes/sovereignty/",
    "/sources/",
    "/sources/icrtop-2011/",
    "/data/",
    "/methodology/",
    "/about/",
]
FOR_MACHINES = ["/data/record-schema.json", "/sitemap.xml", "/robots.txt", "/healthz", "/readyz"]


def words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


# Every page


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_one_heading_a_title_a_description_and_its_own_address(
    client: Client, address: str
) -> None:
    text = page(client, address)
    assert text.count("<h1") == 1
    assert re.search(r"<title>[^<]{10,}</title>", text)
    assert re.search(r'<meta name="description" content="[^"]{20,}">', text)
    assert f'<link rel="canonical" href="http://testserver{address}">' in text


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_a_page_needs_no_inline_style_or_script(client: Client, address: str) -> None:
    text = page(client, address)
    inline = r"<style|\sstyle=|<script(?! src=\"/static/)|\son[a-z]+=|javascript:"
    assert not re.search(inline, text)


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_no_two_things_of_a_page_have_the_same_id(client: Client, address: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page(client, address))
    assert len(ids) == len(set(ids))


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_links_within_a_page_lead_somewhere(client: Client, address: str) -> None:
    text = page(client, address)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(re.findall(r'\sid="([^"]+)"', text))


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_a_page_reads_no_session_and_is_the_same_for_everybody(
    client: Client, address: str
) -> None:
    response = client.get(address)
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES + FOR_MACHINES)
def test_a_parameter_that_is_not_known_is_a_400_that_names_it(client: Client, address: str) -> None:
    assert "<code>colour</code>" in page(client, f"{address}?colour=red", status=400)
    page(client, f"{address}?colour=")
    page(client, f"{address}?utm_source=letter&fbclid=1&gclid=2")


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES + FOR_MACHINES)
def test_pages_are_only_read(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200


def test_what_a_reader_typed_is_never_markup(client: Client) -> None:
    text = page(client, "/about/?<script>alert(1)</script>=1", status=400)
    assert "<script>" not in text
    page(client, "/about/?a%00b=1", status=400)


# Home


@pytest.mark.django_db
def test_home_has_2011_every_year_and_the_ways_in(client: Client) -> None:
    text = page(client, "/")
    assert re.search(r'href="/dialogues/2011/#reported">43<', text)
    assert re.search(r'year=2011&amp;form=statement">31<', text)
    for year in Dialogue.objects.values_list("year", flat=True):
        assert f'href="/dialogues/{year}/"' in text
    assert 'action="/statements/" method="get"' in text
    assert "/compare/?base=2011" in text
    assert queries(client, "/") <= 8


@pytest.mark.django_db
def test_home_and_lists_stand_in_an_empty_archive(client: Client, emptied: None) -> None:
    for address in ("/", "/dialogues/", "/actors/", "/themes/", "/sources/", "/sitemap.xml"):
        page(client, address)


# What is said of the archive


def test_the_methodology_has_every_stance_and_the_four_silences(client: Client) -> None:
    text = words(page(client, "/methodology/"))
    for stance in ("Supports", "Welcomes", "Calls for", "Notes", "Concerned", "Mixed", "Opposes"):
        assert stance in text
    for silence in (
        "None held",
        "Not coded yet",
        "Not named in this record",
        "Named, nothing on this theme",
    ):
        assert silence in text


@pytest.mark.django_db
def test_the_downloads_that_are_offered_answer(client: Client) -> None:
    links = re.findall(r'href="(/[^"]+)"', page(client, "/data/").split('id="content"')[1])
    assert "/api/v1/positions/export/?format=csv" in links
    for link in links:
        assert client.get(unescape(link)).status_code == 200, link


def test_the_schema_of_record_files_is_the_one_that_imports_are_checked_by(client: Client) -> None:
    response = client.get("/data/record-schema.json")
    assert response["Content-Type"] == "application/schema+json"
    assert json.loads(response.content) == record_schema()


# What machines ask


@pytest.mark.django_db
def test_the_sitemap_has_every_published_address_and_no_other(client: Client) -> None:
    make_actor("nowhereland")
    tree = ET.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own
    found = [element.text or "" for element in tree.iter() if element.tag.endswith("}loc")]
    assert len(found) == len(set(found))
    assert "http://testserver/positions/RTOP-2011-P001/" in found
    assert "http://testserver/actors/nowhereland/" not in found
    published = sum(
        model._default_manager.filter(state=State.PUBLISHED).count()
        for model in (Dialogue, Statement, Actor, Theme, Source)
    )
    positions = Position.objects.filter(statement__state=State.PUBLISHED).count()
    assert len(found) == published + positions + 11
    assert queries(client, "/sitemap.xml") <= 8


@pytest.mark.django_db
def test_a_sample_of_the_sitemap_answers(client: Client) -> None:
    tree = ET.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own
    found = [element.text or "" for element in tree.iter() if element.tag.endswith("}loc")]
    for address in [*found[:11], *found[11::97]]:
        page(client, address.removeprefix("http://testserver"))


def test_robots_are_told_where_the_sitemap_is(client: Client) -> None:
    text = page(client, "/robots.txt")
    assert "Sitemap: http://testserver/sitemap.xml" in text
    assert "Disallow: /admin/" in text


def test_it_is_alive_without_a_database(client: Client) -> None:
    """No `db` here: a query would fail the test."""
    assert page(client, "/healthz") == "alive\n"


@pytest.mark.django_db
def test_it_is_ready_when_the_database_has_every_migration(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page(client, "/readyz") == "ready\n"
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: ["0002"])
    assert "migrations" in page(client, "/readyz", status=503)


@pytest.mark.django_db
def test_it_is_not_ready_while_the_database_does_not_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: MigrationExecutor, *args: object) -> None:
        raise OperationalError("server closed the connection at /var/run/secret")

    monkeypatch.setattr(MigrationExecutor, "__init__", refuse)
    text = page(client, "/readyz", status=503)
    assert "secret" not in text


# How pages say no


def test_a_missing_page_has_the_header_and_ways_on(client: Client) -> None:
    text = page(client, "/nothing/here/", status=404)
    assert "Page not found" in text
    assert 'action="/statements/"' in text
    assert 'rel="canonical"' not in text
    assert '<meta name="robots" content="noindex">' in text


def test_a_wrong_host_is_refused_in_plain_words(client: Client) -> None:
    with override_settings(ALLOWED_HOSTS=["archive.example"]):
        text = page(client, "/about/", status=400)
    assert "This address cannot be read" in text


def test_a_fault_of_ours_is_said_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    from dialogues.views import sitemaps

    def fail(*args: object) -> None:
        raise RuntimeError("what only the log should say")

    monkeypatch.setattr(sitemaps.views, "sitemap", fail)
    client = Client(raise_request_exception=False)
    text = page(client, "/sitemap.xml", status=500)
    assert "The fault is on our side" in text
    assert "what only the log should say" not in text
