"""Fixtures of the whole suite, and which tests are left out where they cannot run.

A test that needs something the machine may not have skips with a reason that says what to install:
`tests/run.py` prints those reasons last. A test of one database only carries the marker `sqlite` or
`postgresql`, and is left out, not skipped, on the other; what asks no database is run on SQLite.
"""

import gc
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from tests import snapshot

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django import DjangoDbBlocker

    from dialogues.models import Source

DATABASE = {"db", "transactional_db", "live_server"}
# Debian's: the shell without windows takes half the work of the whole browser.
CHROMIUM = [Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium")]
SHARED = Path(__file__).parents[2] / "shared"
REPORT_2011 = SHARED / "seeds" / "000_da064ba7907d5c60.txt"

settings.register_profile(
    "archive",
    # A database's first answer is slow on a busy machine; in CI the same examples every time.
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("archive")


# Accounts of tests live for one test: their passwords need not be hard to guess.
django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Curators of tests sign in with a password alone, save where that is what a test is about.
django_settings.REQUIRE_SECOND_FACTOR = False
# Every test has a client of its own, and each would list all static files before its first answer.
django_settings.WHITENOISE_AUTOREFRESH = True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if connection.vendor == "postgresql":
        kept = [item for item in items if not item.get_closest_marker("sqlite") and asks(item)]
    else:
        kept = [item for item in items if not item.get_closest_marker("postgresql")]
    left = set(items).difference(kept)
    if left:
        config.hook.pytest_deselected(items=list(left))
        items[:] = kept


def asks(item: pytest.Item) -> bool:
    """Whether the test may use the database: pytest-django refuses it to the others."""
    fixtures = getattr(item, "fixturenames", ())
    return bool(item.get_closest_marker("django_db") or DATABASE.intersection(fixtures))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, not in memory, where two threads cannot write: as `make test` has it."""
    if connection.vendor == "sqlite":
        name = str(tmp_path_factory.mktemp("database") / "archive.sqlite3")
        connection.settings_dict["TEST"]["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> Iterator[None]:
    """Every test with a database finds all bundled records in it, published."""
    from dialogues import publishing
    from dialogues.models import Dialogue
    from dialogues.records.files import DATA

    with django_db_blocker.unblock():
        if not Dialogue.objects.exists():  # --reuse-db
            publishing.import_files([DATA], publish=True)
        snapshot.take()
    # The records stay to the end: the garbage collector need not look through them again and again.
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    # Called where Django would empty the tables after a test that committed.
    with patch.object(TransactionTestCase, "_fixture_teardown", lambda self: snapshot.restore()):
        yield


@pytest.fixture
def emptied(db: None) -> None:
    """Takes all records out of the archive, for the length of the test."""
    snapshot.empty()


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets the caches of counts work, which store nothing inside a test's transaction."""
    from dialogues.filters import cache
    from dialogues.models import version

    cache.clear()
    monkeypatch.setattr(version, "connection", SimpleNamespace(in_atomic_block=False))
    yield
    cache.clear()


@pytest.fixture(scope="session")
def report_2011() -> str:
    """The text of ICRtoP's report of 2011, which is not ours to bundle."""
    if not REPORT_2011.exists():
        pytest.skip("the text of the 2011 report is not at ../shared/seeds")
    return REPORT_2011.read_text(encoding="utf-8")


@pytest.fixture
def report_loaded(db: None, report_2011: str) -> "Source":
    """The source `icrtop-2011` with its text attached, as a curator has it."""
    from dialogues.models import Source
    from dialogues.texts.passages import load_text

    source = Source.objects.get(slug="icrtop-2011")
    load_text(source, report_2011)
    return source


@pytest.fixture(scope="session")
def facts() -> Callable[[str], Any]:
    """Reads a file of the facts that the records were made from: `facts("dialogues")`."""
    if not (SHARED / "facts").is_dir():
        pytest.skip("the facts that the records were made from are not at ../shared/facts")
    return lambda name: json.loads((SHARED / "facts" / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """Debian's Chromium, driven by Playwright; a test opens a `window` in it."""
    installed = next(filter(Path.exists, CHROMIUM), None)
    if not installed:
        pytest.skip("Chromium is not installed (apt-get install chromium-headless-shell)")
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, and Django would refuse the fixtures their queries.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=installed,
            args=[
                "--no-sandbox",  # root, as in most containers, has no sandbox
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the console of a test's windows shows, each with the address that it is about.

    Whatever our content security policy keeps out, an error in a script, a file that is missing.
    """
    return []


@pytest.fixture
def window(
    browser: "Browser", live_server: Any, complaints: list[str]
) -> Iterator[Callable[..., "Page"]]:
    """Opens a page in a window of its own; options are those of Playwright's `new_context`."""
    contexts = []

    def open_page(**options: Any) -> "Page":
        context = browser.new_context(base_url=live_server.url, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", hear)
        return context.new_page()

    def hear(message: Any) -> None:
        complaints.append(f"{message.location['url']}: {message.text}")

    yield open_page
    for context in contexts:
        context.close()
