"""The house rules that a program can check."""

import ast
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command

from dialogues.admin.home import site

ROOT = Path(__file__).parents[1]
LONGEST = 400
MODULES = sorted(
    path
    for folder in ("dialogues", "rtop")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
# Found on the disk and not by `git ls-files`: tests may run outside of a clone.
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
every_module = pytest.mark.parametrize(
    "path", MODULES, ids=[path.relative_to(ROOT).as_posix() for path in MODULES]
)


@cache
def nodes(path):
    """The syntax tree of a module, as a list."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def names_used(path):
    """Every name and attribute in a module."""
    for node in nodes(path):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def imported(path):
    """Every module that a module imports."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def classes():
    """The name of every class, once for each place where it is defined."""
    for path in MODULES:
        for node in nodes(path):
            if isinstance(node, ast.ClassDef) and node.name not in ("Meta", "Media", "Command"):
                yield node.name


def test_imports_go_only_downward():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_migration_is_missing(db, capsys):
    call_command("makemigrations", check=True, dry_run=True)
    assert "No changes detected" in capsys.readouterr().out


@every_module
def test_a_module_is_not_too_long(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


@every_module
def test_a_module_says_what_it_is_for(path):
    text = path.read_text(encoding="utf-8")
    if text.strip():
        assert ast.get_docstring(ast.parse(text))


@every_module
def test_no_module_writes_its_own_sql_into_a_query(path):
    """What goes around the ORM goes around the gate, or is different on the other database."""
    text = path.read_text(encoding="utf-8")
    for word in ("RawSQL", ".extra(", ".raw(", ".executescript("):
        assert word not in text, word


@every_module
def test_no_home_made_engines(path):
    top = {name.partition(".")[0] for name in imported(path)}
    assert not {"regex", "pickle", "marshal", "sqlite3", "psycopg"} & top
    assert "eval" not in names_used(path)
    assert "exec" not in names_used(path)


@every_module
def test_signals_are_not_used(path):
    """Save for the one by which Django says that the tables have changed."""
    assert "django.dispatch" not in imported(path)
    if path.name == "apps.py":
        taken = [
            alias.name
            for node in nodes(path)
            if isinstance(node, ast.ImportFrom) and node.module == "django.db.models.signals"
            for alias in node.names
        ]
        assert taken == ["post_migrate"]
    else:
        assert "django.db.models.signals" not in imported(path)


READERS_DOORS = [
    path
    for path in MODULES
    if any(
        path.is_relative_to(ROOT / "dialogues" / room)
        for room in ("views", "api", "filters", "comparison", "exporters")
    )
]


@pytest.mark.parametrize(
    "path", READERS_DOORS, ids=[path.relative_to(ROOT).as_posix() for path in READERS_DOORS]
)
def test_the_readers_doors_know_nobody(path):
    """A page is the same for all: no session, no signed-in user, no revision, no cookie."""
    text = path.read_text(encoding="utf-8")
    for word in ("request.user", "request.session", "COOKIES", "Revision"):
        assert word not in text, word


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=[path.relative_to(ROOT).as_posix() for path in TEMPLATES]
)
def test_a_readers_template_knows_nobody_and_has_no_inline_code(path):
    text = path.read_text(encoding="utf-8")
    if path.relative_to(ROOT / "templates").parts[0] in ("admin", "account", "mfa"):
        return
    for word in ("user.", "perms.", "csrf_token", "<style", " style=", "|safe", " onclick="):
        assert word not in text, word
    for script in text.split("<script")[1:]:
        assert "src=" in script.partition(">")[0]


@pytest.mark.parametrize("name", ["tests/filters/reader.py", "tests/bundled.py"])
def test_the_oracle_of_the_filters_imports_nothing_of_the_app(name):
    assert not [module for module in imported(ROOT / name) if module.startswith("dialogues")]


def test_budgets_of_queries_say_at_most():
    """A page that takes fewer is no fault: `queries(…) <= N` or `django_assert_max_num_queries`."""
    exact = {"assertNumQueries", "django_assert_num_queries", "CaptureQueriesContext"}
    found = {path.relative_to(ROOT).as_posix() for path in TESTS if exact & {*names_used(path)}}
    counting = {"tests/admin/workflow/test_budgets.py", "tests/bench/test_figures.py"}
    assert found == {"tests/views/asking.py", *counting}


# Names


def test_no_module_is_a_drawer():
    assert not {"utils", "helpers", "common", "core", "misc"} & {path.stem for path in MODULES}


# Modules of one name in several folders, each with the one thing that it means in all of them.
SHARED_NAMES = {
    "addresses": "the addresses that a record goes by: of its page, in the API",
    "actor": "an actor: the model, the page",
    "actors": "actors in a comparison: the rows, the chart",
    "base": "the base classes of the folder",
    "charts": "pictures of a comparison: how they are drawn, their addresses",
    "compare": "dialogues of several years compared: the selection, the page, the API",
    "dialogue": "a dialogue: the model, the page, the admin",
    "files": "files: which there are, how each is written",
    "filters": "the filters of a list",
    "forms": "Django forms of the folder's pages",
    "home": "the first page",
    "lists": "the lists beside those of statements and positions",
    "merging": "two entries merged into one: the rule, the page",
    "panels": "panels in a comparison: the rows, the chart",
    "participation": "participation in a comparison: the rows, the chart",
    "provenance": "where a fact was read: the models, their admin",
    "publishing": "from draft to published: the fields, the steps",
    "revisions": "the history of records: the chain, its pages",
    "rows": "rows of tables: read as dictionaries, written in bulk",
    "search": "the search of statements and positions: the index, the page",
    "spreadsheets": "records as spreadsheets: the engine, the pages",
    "statement": "a statement: the model, the page, the admin",
    "steps": "the steps of the workflow: the rule, the buttons",
    "texts": "the text of a source: passages, publishing, pages",
    "themes": "themes in a comparison: the rows, the chart",
    "urls": "Django's table of addresses",
    "views": "Django's views",
    "vocabulary": "the shared lists: the models, the record forms",
    "workflow": "from draft to published: the table of steps, the pages",
}


def test_a_module_s_name_means_one_thing():
    names = [path.parent.name if path.stem == "__init__" else path.stem for path in MODULES]
    shared = {name for name, times in Counter(names).items() if times > 1}
    assert shared <= set(SHARED_NAMES)


def test_no_two_classes_share_a_name():
    assert [name for name, times in Counter(classes()).items() if times > 1] == []


PARTICIPLES = re.compile(
    r"([a-z]ed|[a-z]ing|Given|Held|Kept|Known|Made|Said|Shown|Spoken|Taken|Told|Written)$"
)
# They end like one: the coding of a dialogue is a noun.
NOUNS = {"Coding"}


def test_no_class_is_a_participle():
    assert [name for name in classes() if PARTICIPLES.search(name) and name not in NOUNS] == []


# Names that Django may change with each release. Public in spite of the underscore: `_meta`.
INNER_NAMES = (
    "_iterable_class",
    "_prefetched_objects_cache",
    "_prepare_cursor",
    "fields_cache",
    "get_compiler",
    "ModelState",
    "ServerBindingCursor",
)


def test_no_inner_name_of_django_is_used():
    texts = {path: path.read_text(encoding="utf-8") for path in MODULES}
    assert [
        (path, name) for path, text in texts.items() for name in INNER_NAMES if name in text
    ] == []


def test_every_model_has_its_place_in_the_admin_or_is_a_part():
    registered = {model.__name__ for model in site._registry}
    every = {model.__name__ for model in apps.get_app_config("dialogues").get_models()}
    # Edited on the page of what they belong to; the last two nobody edits.
    parts = {"ActorName", "Membership", "Citation", "Delivery", "TextDraft", "PassageMark"}
    assert every - registered <= parts | {"StatementText", "PositionText"}
