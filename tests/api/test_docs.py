"""The documentation page, and the guide whose examples are run."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
SITE = "https://archive.example"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


def examples():
    """Each request of the guide with its status and the answer that is shown for it."""
    for number, (language, text) in enumerate(BLOCKS):
        if language == "http":
            request, *status = text.splitlines()
            shown = BLOCKS[number + 1] if number + 1 < len(BLOCKS) else ("", "")
            yield pytest.param(
                request.removeprefix("GET "), int(status[0]) if status else 200, shown, id=request
            )


def has(answer, shown, path="$"):
    """Asserts that what is shown is in the answer; rows in order, from the first."""
    if isinstance(shown, dict):
        for key, value in shown.items():
            assert key in answer, f"{path}.{key}"
            has(answer[key], value, f"{path}.{key}")
    elif isinstance(shown, list):
        assert len(answer) >= len(shown), path
        for place, value in enumerate(shown):
            has(answer[place], value, f"{path}[{place}]")
    else:
        assert answer == shown, path


@pytest.fixture
def at_example(client, db, settings):
    settings.ALLOWED_HOSTS = ["archive.example"]

    def get(path):
        return client.get(f"/api/v1/{path}", secure=True, SERVER_NAME="archive.example")

    return get


@pytest.mark.parametrize(("path", "status", "shown"), list(examples()))
def test_the_guide_shows_what_is_answered(at_example, path, status, shown):
    answer = at_example(path)
    assert answer.status_code == status
    language, text = shown
    if language == "json":
        has(answer.json(), json.loads(text))
    if language == "csv":
        first = b"".join(answer.streaming_content).decode().splitlines()[0]
        assert first == text.strip()


def test_the_guide_names_every_list_with_a_record(at_example):
    rows = re.findall(r"^\| `(\w+/)` \| `([^`]+)` \|$", GUIDE, re.MULTILINE)
    assert len(rows) == 13
    for name, record in rows:
        assert at_example(name).status_code == 200
        assert at_example(record).status_code == 200, record


@pytest.mark.django_db(transaction=True)
def test_the_program_in_the_guide_runs(live_server):
    (program,) = (text for language, text in BLOCKS if language == "python")
    names: dict[str, Any] = {}
    exec(program.replace(SITE, live_server.url), names)  # noqa: S102 (our own guide)
    assert len(names["refs"]) == len(set(names["refs"])) == 131


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_documentation_page_works_within_our_policy(window, complaints, live_server):
    page = window()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto("/api/v1/docs/")
    assert "'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    part = page.locator("#operations-positions-positions_list")
    part.locator(".opblock-summary-control").click()
    part.locator(".try-out__btn").click()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        part.locator(".execute").click()
        shown = part.locator(".live-responses-table").inner_text()
        assert "200" in shown
        assert "RTOP-" in shown
        part.locator(".btn-clear").click()
        part.locator(".live-responses-table").wait_for(state="detached")
    assert complaints == []
    assert all(url.startswith((live_server.url, "data:", "blob:")) for url in asked)
