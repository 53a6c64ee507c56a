"""What the documentation says, held to what there is: nothing in it may grow old unseen."""

import ast
import io
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command, get_commands, load_command_class

from tests import bundled

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
every_page = pytest.mark.parametrize("name", TEXTS)

FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")


def fenced(name: str) -> list[tuple[str, str]]:
    """The blocks of code on a page: the language, and the text."""
    return FENCED.findall(TEXTS[name])


def spans(name: str) -> list[str]:
    """What stands between single backticks, a line break taken for a space."""
    return SPAN.findall(re.sub(r"\s*\n\s*", " ", FENCED.sub("", TEXTS[name])))


def commands(name: str) -> list[str]:
    """Every line and span of code on a page; a line that goes on is one."""
    lines = [line for _, text in fenced(name) for line in text.replace("\\\n", " ").splitlines()]
    return [*lines, *spans(name)]


# Where links lead


def headings(page: Path) -> set[str]:
    """The anchors that a page's headings make."""
    titles = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@every_page
def test_links_lead_somewhere(name):
    for link in re.findall(r"\]\(([^)\s]+)\)", FENCED.sub("", TEXTS[name])):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        page = (ROOT / name).parent / path if path else ROOT / name
        assert page.is_file(), link
        assert not anchor or anchor in headings(page), link


def test_every_page_of_the_documentation_is_led_to_from_the_readme():
    for name in TEXTS:
        assert name == "README.md" or f"]({name}" in TEXTS["README.md"], name


# What is named


# The API's addresses look like paths, and are tried by tests/api/test_docs.py.
WITH_PATHS = [name for name in TEXTS if name != "docs/api.md"]
PATH = re.compile(r"(?:[\w.-]+/)+(?:[\w.-]+)?|[\w-]+\.(?:json|md|py|toml|txt)")
# What a machine makes for itself, and what is not ours.
ELSEWHERE = (".venv/", "var/", "bench/results.json", "pylock.toml")


@pytest.mark.parametrize("name", WITH_PATHS)
def test_paths_are_there(name):
    for span in spans(name):
        if PATH.fullmatch(span) and not span.startswith(ELSEWHERE):
            assert (ROOT / span).exists() or (bundled.DATA / span).exists(), span


def test_names_stand_in_the_files_where_they_are_said_to_be():
    found = 0
    for name, text in TEXTS.items():
        for names, path in re.findall(
            r"((?:`\w+`,?\s(?:(?:and|or)\s)?)+)(?:with their parts\s)?in\s`([\w/.-]+\.py)`", text
        ):
            module = (ROOT / path).read_text(encoding="utf-8")
            for one in SPAN.findall(names):
                assert re.search(rf"^ *(?:class |def )?{one}\b", module, re.MULTILINE), (name, one)
                found += 1
    assert found > 15


@every_page
def test_make_has_the_targets(name):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for line in commands(name):
        for named in re.findall(r"\bmake ([a-z][a-z-]*)", line.partition(" #")[0]):
            assert named in targets, line


@every_page
def test_commands_and_their_options_are_there(name):
    for line in commands(name):
        for command, rest in re.findall(r"manage\.py (\w+)([^#]*)", line):
            assert command in get_commands(), line
            parser = load_command_class(get_commands()[command], command).create_parser(
                "manage.py", command
            )
            options = set(re.findall(r"(?<!\S)--[a-z-]+", rest))
            assert options <= set(parser._option_string_actions), line
        for module in re.findall(r"python -m (tests\.\w+)", line):
            assert (ROOT / f"{module.replace('.', '/')}.py").exists(), line


def test_the_layers_are_those_that_are_checked():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    assert "\n".join(layers) + "\n" in [text for _, text in fenced("CONTRIBUTING.md")]


# Settings


ASKING = re.compile(
    r"""(?:\benv\.\w+|\bos\.environ\.\w+|\bos\.getenv|\b_(?:flag|seconds|one_of))\('(\w+)'"""
    r"""|'(\w+)' (?:not )?in (?:env|os\.environ)\b"""
    r"""|\bos\.environ\['(\w+)'\](?! = )"""
)


def names_read(module: Path) -> Iterator[str]:
    """The environment variables that a module asks for."""
    # Parsed and written again, so that however it is laid out it looks the same here.
    for found in ASKING.findall(ast.unparse(ast.parse(module.read_text(encoding="utf-8")))):
        yield from filter(None, found)


def test_every_environment_variable_is_listed_and_no_other():
    modules = [ROOT / "manage.py"]
    for room in ("rtop", "dialogues", "tests"):
        modules += (ROOT / room).rglob("*.py")
    read = {variable for module in modules for variable in names_read(module)}
    assert {"DATABASE_URL", "SECURE_TLS", "ALLOWED_HOSTS", "PORT", "CI"} <= read
    listed = re.findall(r"^\| `([A-Z_]+)` \|", TEXTS["docs/settings.md"], re.MULTILINE)
    assert sorted(listed) == sorted(read)


# Counts


LISTS = ("actors", "people", "themes", "situations", "instruments", "events", "sources")


def test_the_readme_counts_what_is_bundled():
    lists = {name: bundled.shared(name) for name in LISTS}
    years = {year: bundled.year_file(year) for year in bundled.YEARS}
    coding = [file["dialogue"]["coding"] for file in years.values()]
    held = len(years) - coding.count("")
    kinds = {actor["slug"]: actor["kind"] for actor in lists["actors"]}
    size = {name: len(entries) for name, entries in lists.items()}
    every, of_2011 = counted(years.values()), counted([years[2011]])
    named = {
        delivery["actor"]
        for statement in years[2011]["statements"]
        for delivery in statement["deliveries"]
        if statement["form"] == "statement" and kinds[delivery["actor"]] == "member_state"
    }
    said = [
        f"{len(years)} years, {min(years)} to {max(years)}: {held} meetings",
        f"2011 in full; {coding.count('partial')} meetings in part; 2012 and 2014 not yet",
        *every.split(", ")[1:],
        f"{size['actors']} actors: all {list(kinds.values()).count('member_state')} Member States",
        f"{list(kinds.values()).count('observer')} observers",
        f"{sum(len(actor['memberships']) for actor in lists['actors'])} memberships",
        f"{size['people']} people",
        f"{size['themes']} themes, {size['situations']} situations, "
        f"{size['instruments']} instruments, {size['events']} events",
        f"{size['sources']} sources; "
        f"{sum(len(source['passages']) for source in lists['sources'])} numbered passages",
        f"{of_2011}; {len(named)} Member States are named of the "
        f"{years[2011]['dialogue']['reported']['member_states']}",
    ]
    readme = " ".join(TEXTS["README.md"].split())
    assert [words for words in said if words not in readme] == []


def counted(files: Any) -> str:
    files = list(files)
    dialogues = [file["dialogue"] for file in files]
    statements = [statement for file in files for statement in file["statements"]]
    positions = [position for statement in statements for position in statement["positions"]]
    quotations = [q for part in [*dialogues, *positions] for q in part["quotations"]]
    return (
        f"{sum(len(dialogue['panels']) for dialogue in dialogues)} segments, "
        f"{len(statements)} statements, {len(positions)} positions, "
        f"{len(quotations)} quotations, "
        f"{sum(len(dialogue['tallies']) for dialogue in dialogues)} tallies"
    )


# Record files


def test_the_record_shown_is_the_bundled_one():
    (shown,) = [text for language, text in fenced("docs/records.md") if language == "json"]
    record = json.loads(shown)
    assert record in bundled.year_file(2011)["statements"]
    assert shown == json.dumps(record, ensure_ascii=False, indent=2) + "\n"


RUN = [
    text.partition("\n") for language, text in fenced("docs/records.md") if language == "console"
]


@pytest.mark.parametrize(
    ("line", "said"), [(line, said) for line, _, said in RUN], ids=[line for line, _, _ in RUN]
)
def test_commands_answer_as_shown(line, said, db, tmp_path, monkeypatch, request):
    monkeypatch.chdir(tmp_path)
    put_files(tmp_path)
    if "report.txt" in line:
        text = request.getfixturevalue("report_2011")
        (tmp_path / "report.txt").write_text(text, encoding="utf-8")
    answer = io.StringIO()
    command = shlex.split(line.removeprefix("$ .venv/bin/python manage.py "))
    with suppress(SystemExit):
        call_command(*command, stdout=answer, stderr=answer)
    assert answer.getvalue() == said


def put_files(folder: Path) -> None:
    """The files that the page speaks of: one point corrected, and one with two faults."""
    bundled.write(folder / "corrected", **{"2011": with_p127(attribution="example")})
    faulty = with_p127(theme="veto-and-the-security-council", cites=["icrtop-2011#p37"])
    bundled.write(folder / "faulty", **{"2011": faulty})


def with_p127(**changed: Any) -> Any:
    file = bundled.year_file(2011)
    for statement in file["statements"]:
        for position in statement["positions"]:
            if position["ref"] == "RTOP-2011-P127":
                position.update(changed)
    return file
