"""An index that is older than the code says so by itself, and is never answered from."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from dialogues.models import PositionText, StatementText
from dialogues.search import freshness, indexing, is_stale

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["of other code", "missing"])
def stale(request, kept):
    if request.param == "missing":
        PositionText.objects.all()[:1].get().delete()
    else:
        StatementText.objects.filter(pk__in=StatementText.objects.all()[:1]).update(rules="other")


def test_a_stale_index_answers_503_on_pages_and_api_and_never_0(stale, client):
    for address in (
        "/statements/",
        "/positions/?q=libya",
        "/compare/?view=themes&theme=sovereignty",
    ):
        answer = client.get(address)
        assert answer.status_code == 503
        assert answer["Retry-After"]
        assert "search index is older than the program" in answer.content.decode()
    for address in ("statements/", "positions/facets/?q=libya", "statements/export/?year=2011"):
        answer = client.get(f"/api/v1/{address}")
        assert answer.status_code == 503
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["Retry-After"]
        assert "search index" in answer.json()["detail"]
    # What is not searched goes on.
    assert client.get("/dialogues/2011/").status_code == 200
    assert client.get("/api/v1/themes/").status_code == 200


def test_a_stale_index_is_said_by_readyz_and_check(stale, client):
    answer = client.get("/readyz")
    assert (answer.status_code, b"search index" in answer.content) == (503, True)
    with pytest.raises(SystemCheckError, match="search index is older"):
        call_command("check", databases=["default"], fail_level="WARNING")


def test_migrate_writes_a_stale_index_anew(stale, client):
    assert is_stale()
    call_command("migrate", verbosity=0)
    assert not is_stale()
    assert client.get("/statements/").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert freshness.check_search_rows(["default"]) == []


def test_a_change_of_the_rules_makes_the_index_stale(monkeypatch):
    assert not is_stale()
    monkeypatch.setattr(indexing, "rules", lambda: "of tomorrow")
    assert is_stale()


def test_a_rebuild_is_seen_at_once_by_a_process_that_had_refused(stale, client):
    assert client.get("/api/v1/statements/").status_code == 503
    freshness.rebuild_if_stale()
    assert client.get("/api/v1/statements/").status_code == 200
