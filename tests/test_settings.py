"""What the environment may say, and what is answered to anything else."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from rtop import settings


@pytest.mark.parametrize(
    ("url", "engine"),
    [("sqlite:////tmp/a.sqlite3", "sqlite3"), ("postgres://user:secret@host/name", "postgresql")],
)
def test_both_databases_are_taken(monkeypatch, url, engine):
    monkeypatch.setenv("DATABASE_URL", url)
    assert settings._database()["ENGINE"].endswith(engine)


@pytest.mark.filterwarnings("ignore:Engine not recognized")
@pytest.mark.parametrize("url", ["nonsense", "mysql://user@host/name", "postgres://host:port/name"])
def test_another_database_is_refused_in_words(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL takes sqlite"):
        settings._database()


@pytest.mark.parametrize("value", ["", "abc", "-1", "1.5", "9" * 12, "٣"])
def test_what_is_no_number_of_seconds_is_named(monkeypatch, value):
    monkeypatch.setenv("CONN_MAX_AGE", value)
    with pytest.raises(ImproperlyConfigured, match="CONN_MAX_AGE"):
        settings._seconds("CONN_MAX_AGE", 60)


def test_what_is_not_among_the_words_is_told_them(monkeypatch):
    monkeypatch.setenv("LOG_LEVEL", "loud")
    with pytest.raises(ImproperlyConfigured, match="'loud'; it takes DEBUG, INFO"):
        settings._one_of("LOG_LEVEL", settings.LEVELS, "WARNING")
