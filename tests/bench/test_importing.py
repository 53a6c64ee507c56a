"""The statements that the benchmark imports are the same each time, new to every archive, whole."""

import json

import pytest

from bench import importing
from bench.corpus import Maker
from dialogues import search
from dialogues.models import Position, Statement

pytestmark = pytest.mark.django_db
SIZE = 20


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def test_its_files_are_the_same_each_time(tmp_path):
    before = Statement.objects.count()
    for name in ("one", "other"):
        importing.write_files(tmp_path / name, SIZE)
    files = contents(tmp_path / "one")
    assert files == contents(tmp_path / "other")
    assert sum(len(json.loads(file)["statements"]) for file in files.values()) == SIZE
    assert Statement.objects.count() == before


def test_it_imports_them_all_and_says_what_that_took(tmp_path):
    Maker().write(SIZE)
    before = Statement.objects.count()
    importing.write_files(tmp_path, SIZE)
    assert importing.imported(tmp_path) > 0
    new = Statement.objects.filter(state="draft")
    assert (Statement.objects.count(), new.count()) == (before + SIZE, SIZE)
    assert not Position.objects.filter(statement__in=new, citations=None).exists()
    assert not list(search.differing(new))


def test_what_is_missing_afterwards_is_an_error(tmp_path, monkeypatch):
    importing.write_files(tmp_path, 2)
    monkeypatch.setattr("django.core.management.call_command", lambda *_, **__: None)
    with pytest.raises(RuntimeError, match="0 of 2 statements"):
        importing.imported(tmp_path)
