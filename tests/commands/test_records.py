"""import_records, export_records, load_source, verify_archive: what they do, say and exit with."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from dialogues.choices import State
from dialogues.models import Citation, Passage, Quotation, Revision, Source, Statement, Tally, Theme
from dialogues.records import files
from tests import bundled
from tests.factories import make_dialogue, make_statement
from tests.snapshot import fingerprint, off_guard

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
COMMANDS = ["import_records", "export_records", "load_source", "verify_archive"]


class Outcome:
    """What a command printed, and its exit code."""

    def __init__(self, name, *arguments, **options):
        out, err = io.StringIO(), io.StringIO()
        self.code: object = 0
        try:
            call_command(name, *map(str, arguments), stdout=out, stderr=err, **options)
        except SystemExit as ended:
            self.code = ended.code
        self.out, self.err = out.getvalue().splitlines(), err.getvalue().splitlines()


def changed_2011(folder):
    file = bundled.year_file(2011)
    file["statements"][0]["positions"][0]["stance"] = "opposes"
    bundled.write(folder, **{"2011": file})
    return folder / "2011.json"


# import_records


def test_importing_the_bundled_records_changes_nothing():
    before = fingerprint()
    done = Outcome("import_records", bundled.DATA)
    assert (done.code, done.err) == (0, [])
    total = sum(1 for _ in _every_record())
    assert done.out == [
        f"0 new and 0 changed records were taken in; {total} are unchanged.",
    ]
    assert fingerprint() == before


def _every_record():
    for name in bundled.names():
        for value in bundled.content(name).values():
            yield from value if isinstance(value, list) else [value]


def test_a_dry_run_prints_the_difference_and_changes_nothing(tmp_path):
    before = fingerprint()
    done = Outcome("import_records", changed_2011(tmp_path), "--dry-run")
    assert done.code == 0
    assert done.out == [
        "statement RTOP-2011-S001: positions[RTOP-2011-P001].stance: “concerned” → “opposes”",
        "0 new and 1 changed records would be taken in; 43 are unchanged.",
    ]
    assert fingerprint() == before


def test_the_operator_publishes(tmp_path):
    path = changed_2011(tmp_path)
    done = Outcome("import_records", path, "--publish", "--reason", "Read again.")
    assert (done.code, done.err) == (0, [])
    assert done.out[-1] == "0 new and 1 changed records were taken in; 43 are unchanged."
    again = Outcome("import_records", path, "--publish")
    assert again.out == ["0 new and 0 changed records were taken in; 44 are unchanged."]


def test_without_the_operators_word_a_change_is_proposed(tmp_path):
    done = Outcome("import_records", changed_2011(tmp_path))
    assert (done.code, done.err) == (0, [])
    assert done.out[-2:] == [
        "1 of the changes wait for a curator: they are proposed.",
        "0 new and 1 changed records were taken in; 43 are unchanged.",
    ]
    statement = Statement.objects.get(ref="RTOP-2011-S001")
    assert (statement.stage, statement.positions.all()[0].stance) == ("proposed", "concerned")


def test_new_records_come_in_as_drafts(tmp_path):
    theme = {**bundled.shared("themes")[0], "slug": "a-theme", "order": 99}
    bundled.write(tmp_path, themes={"themes": [theme]})
    done = Outcome("import_records", tmp_path)
    assert done.out == [
        "new theme a-theme",
        "1 new and 0 changed records were taken in; 0 are unchanged.",
    ]
    assert Theme.objects.get(slug="a-theme").state == State.DRAFT
    silent = Outcome("import_records", tmp_path, verbosity=0)
    assert len(silent.out) == 1


@pytest.mark.parametrize("dry", [True, False])
def test_each_fault_is_a_line_and_nothing_changes(dry, tmp_path):
    file = bundled.year_file(2011)
    position = file["statements"][0]["positions"][0]
    position |= {"theme": "soverainty", "cites": ["icrtop-2011#p99"]}
    bundled.write(tmp_path, **{"2011": file})
    (tmp_path / "broken.json").write_text("{")
    before = fingerprint()
    done = Outcome("import_records", tmp_path, *(["--dry-run"] if dry else ["--publish"]))
    assert done.code == 1
    assert done.out == []
    place = "2011.json: statements[RTOP-2011-S001].positions[RTOP-2011-P001]"
    assert done.err[0].startswith("broken.json: line 1, column 2: is no JSON")
    assert done.err[1].startswith(f"{place}.theme: there is no theme 'soverainty'")
    assert done.err[2].startswith(f"{place}.cites[0]: there is no passage 'icrtop-2011#p99'")
    assert done.err[3] == "Refused: 3 faults. Nothing was changed."
    assert fingerprint() == before


def test_a_folder_without_a_record_file_is_said_so(tmp_path):
    done = Outcome("import_records", tmp_path)
    assert done.code == 0
    assert done.out == ["0 new and 0 changed records were taken in; 0 are unchanged."]


# export_records


def test_the_export_equals_the_bundled_files(tmp_path):
    done = Outcome("export_records", tmp_path / "new" / "folder")
    assert (done.code, done.err) == (0, [])
    assert done.out == [f"{len(bundled.names())} files written to {tmp_path}/new/folder."]
    for name in bundled.names():
        written = tmp_path / "new" / "folder" / name
        assert written.read_bytes() == (bundled.DATA / name).read_bytes(), name


def test_the_export_of_a_year(tmp_path):
    assert Outcome("export_records", tmp_path, "--year", 2013).code == 0
    assert [path.name for path in tmp_path.rglob("*.json")] == ["2013.json"]


def test_drafts_are_exported_for_editors_only(tmp_path):
    draft = make_statement(make_dialogue(2030), ["mexico"])
    refused = Outcome("export_records", tmp_path, "--year", 2030)
    assert refused.code == 2
    assert len(refused.err) == 1
    assert refused.err[0].startswith("export_records: no dialogue of 2030; there are 2009, 2010,")
    assert not list(tmp_path.iterdir())
    assert Outcome("export_records", tmp_path, "--year", 2030, "--editorial").code == 0
    content = json.loads((tmp_path / "dialogues" / "2030.json").read_text())
    assert [statement["ref"] for statement in content["statements"]] == [draft.ref]
    assert Outcome("import_records", tmp_path, "--dry-run").out == [
        "0 new and 0 changed records would be taken in; 2 are unchanged."
    ]


# load_source


def test_loading_the_report_of_2011(report_2011, tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(report_2011, encoding="utf-8")
    done = Outcome("load_source", "icrtop-2011", path)
    assert (done.code, done.err) == (0, [])
    assert done.out == ["icrtop-2011: 30 passages loaded."]
    assert Outcome("verify_archive").code == 0
    last = Revision.objects.latest("number")
    assert (last.record_key, last.reason) == ("icrtop-2011", "Its text was attached.")
    assert Outcome("load_source", "icrtop-2011", path).code == 0
    assert Revision.objects.latest("number") == last  # the same text once more is no change


def test_a_text_that_does_not_agree_is_refused(report_2011, tmp_path):
    path = tmp_path / "report.txt"
    path.write_text(report_2011.replace("Denmark, Ghana", "Ghana, Denmark"), encoding="utf-8")
    before = fingerprint()
    done = Outcome("load_source", "icrtop-2011", path)
    assert done.code == 1
    assert done.out == []
    assert done.err[-1] == "Refused: the text does not agree. Nothing was changed."
    assert all(line.startswith("icrtop-2011: p") for line in done.err[:-1])
    assert len(done.err) >= 2
    assert fingerprint() == before


# verify_archive


def test_the_bundled_archive_has_no_fault():
    done = Outcome("verify_archive")
    assert (done.code, done.err) == (0, [])
    assert done.out[-1] == "No fault."
    counts = {what: number for number, what in (line.split(" ", 1) for line in done.out[:-1])}
    assert counts["quotations not checked"] == "155"
    assert int(counts["passages not loaded"]) == Passage.objects.count()
    tallies = [int(number) for what, number in counts.items() if what.startswith("tallies")]
    assert sum(tallies) == Tally.objects.count()
    # A number that differs from the names is a finding, not a fault.
    assert int(counts["tallies that differ from their names"]) > 0


def test_with_the_report_loaded_its_quotations_are_verified(report_loaded):
    done = Outcome("verify_archive")
    assert (done.code, done.err) == (0, [])
    assert {"13 quotations verified", "142 quotations not checked", "30 passages verified"} < {
        *done.out
    }


def give_another_source(queryset):
    queryset.update(source=Source.objects.get(slug="gcr2p-2011"))


def spoil_one_quotation():
    give_another_source(Quotation.objects.filter(ref="RTOP-2011-Q001"))


def spoil_much():
    Passage.objects.filter(source__slug="icrtop-2011", number=3).update(text="No.")
    Quotation.objects.filter(ref="RTOP-2011-Q001").update(text="No such words")
    Tally.objects.filter(ref="RTOP-2011-T01").update(matches=True)
    give_another_source(
        Citation.objects.filter(position__ref="RTOP-2011-P001", passage__isnull=False)
    )
    Statement.objects.get(ref="RTOP-2011-S001").deliveries.all().delete()
    with off_guard(), connection.cursor() as cursor:
        cursor.execute("UPDATE dialogues_revision SET reason = 'x' WHERE number = 7")


@pytest.mark.parametrize(
    ("spoil", "lines"),
    [
        (spoil_one_quotation, ["quotation RTOP-2011-Q001: its passage is of another source"]),
        (
            spoil_much,
            [
                "passage icrtop-2011#p3: its text does not agree with its digest",
                "dialogue 2011: quotations[RTOP-2011-Q001].text: does not stand in icrtop-2011#p1",
                "quotation RTOP-2011-Q001: stored as verified, found not_found",
                "dialogue 2011: tallies[RTOP-2011-T01].matches: is True, but the numbers give",
                "citation ",
                "statement RTOP-2011-S001: deliveries: a statement is delivered by at least one",
                "revision 7: does not follow from the one before",
            ],
        ),
    ],
)
def test_what_does_not_hold_is_a_line_and_exit_1(spoil, lines, report_loaded):
    spoil()
    done = Outcome("verify_archive")
    assert done.code == 1
    for line in lines:
        assert [found for found in done.err if found.startswith(line)], (line, done.err)
    assert done.err[-1] == f"{len(done.err) - 1} faults."
    assert "No fault." not in done.out


# Arguments


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["import_records", "/no/such/file.json"], "import_records: there is no /no/such/file"),
        (["export_records", __file__], f"export_records: {__file__} is a file, not a folder"),
        (["export_records", "/tmp/x", "--year", "1999"], "export_records: no dialogue of 1999;"),
        (["load_source", "no-such-source", __file__], "load_source: there is no source no-such-"),
        (["load_source", "icrtop-2011", "/no/such/file.txt"], "load_source: /no/such/file.txt: "),
        (["load_source", "icrtop-2011", "/"], "load_source: /: Is a directory"),
    ],
    ids=lambda value: " ".join(value[:1]) if isinstance(value, list) else "",
)
def test_a_wrong_argument_is_one_line_and_exit_2(arguments, line):
    done = Outcome(*arguments)
    assert done.code == 2
    assert done.out == []
    (said,) = done.err
    assert said.startswith(line)


def test_a_text_that_is_not_utf8(tmp_path):
    path = tmp_path / "report.txt"
    path.write_bytes("été".encode("latin-1"))
    done = Outcome("load_source", "icrtop-2011", path)
    assert (done.code, done.err) == (2, [f"load_source: {path} is not UTF-8 (byte 0)"])


def run(*arguments):
    """The command as a process of its own, its output in a pipe; it needs no archive."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DATABASE_URL": "sqlite://:memory:", "SECRET_KEY": "x"},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["import_records"], "PATH"),
        (["export_records", "/tmp/x", "--year", "last"], "--year"),
        (["verify_archive", "--loud"], "--loud"),
    ],
)
def test_a_misspelt_command_line_is_one_line_and_exit_2(arguments, word):
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert arguments[0] in line
    assert word in line


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example(name, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command(name, "--help")
    assert ended.value.code == 0
    assert f"Example: manage.py {name}" in capsys.readouterr().out


def test_progress_is_for_terminals_only(tmp_path):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    call_command("export_records", str(tmp_path), year=2013, stdout=io.StringIO(), stderr=screen)
    assert screen.getvalue().startswith("dialogues/2013.json: ")
    assert Outcome("export_records", tmp_path, year=2013).err == []
    file = bundled.year_file(2013)
    file["statements"][0]["note"] = "Changed."
    bundled.write(tmp_path, **{"dialogues/2013": file})
    screen = Terminal()
    call_command("import_records", str(tmp_path), publish=True, stdout=io.StringIO(), stderr=screen)
    assert "\n1 of 1 statements written" in screen.getvalue()


def test_record_files_are_written_as_utf8_with_a_last_line_break():
    content = files.encode({"name": "Côte d’Ivoire"})
    assert content == b'{\n  "name": "C\xc3\xb4te d\xe2\x80\x99Ivoire"\n}\n'
