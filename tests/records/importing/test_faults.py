"""A fault anywhere refuses all files; each is named by its file, its place and its cause."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from dialogues import publishing
from dialogues.models import Dialogue, Quotation, Revision, Source, Statement
from dialogues.records import record_forms, schema
from dialogues.records.files import FileFault
from dialogues.records.importing.plan import ImportPlan, InvalidImport
from dialogues.texts.passages import load_text
from tests import bundled
from tests.factories import make_dialogue, make_position, make_statement
from tests.snapshot import fingerprint

pytestmark = pytest.mark.django_db

S = "statements[RTOP-2011-S001]"
P = f"{S}.positions[RTOP-2011-P001]"


def refused(paths: list[Path], publish: bool = True) -> list[FileFault]:
    """The faults for which the files are refused; fails when anything was changed."""
    before = fingerprint()
    with pytest.raises(InvalidImport) as caught:
        publishing.import_files(paths, publish=publish)
    assert fingerprint() == before
    return caught.value.faults


def first_position(file: dict) -> dict:
    return file["statements"][0]["positions"][0]


def change_stance(file: dict) -> None:
    first_position(file)["stance"] = "for"


def unknown_theme(file: dict) -> None:
    first_position(file)["theme"] = "soverainty"


def missing_passage(file: dict) -> None:
    first_position(file)["cites"] = ["icrtop-2011#p99"]


def missing_source(file: dict) -> None:
    first_position(file)["cites"] = ["icrtop-2001"]


def unknown_actor(file: dict) -> None:
    file["statements"][0]["deliveries"][0]["actor"] = "joseph-deis"


def unknown_panel(file: dict) -> None:
    file["statements"][0]["panel"] = "openings"


def doubled_position(file: dict) -> None:
    file["statements"][1]["positions"][0]["ref"] = "RTOP-2011-P001"


def doubled_statement(file: dict) -> None:
    file["statements"].append(file["statements"][0])


def wrong_year(file: dict) -> None:
    first_position(file)["ref"] = "RTOP-2012-P001"


def another_letter(file: dict) -> None:
    first_position(file)["ref"] = "RTOP-2011-S001"


def line_break_in_ref(file: dict) -> None:
    file["statements"][0]["ref"] += "\n"


def ref_of_another_statement(file: dict) -> None:
    file["statements"] = file["statements"][:1]
    first_position(file)["ref"] = "RTOP-2011-P009"


def unknown_field(file: dict) -> None:
    file["statements"][0]["mood"] = "calm"


def missing_field(file: dict) -> None:
    del first_position(file)["note"]


def text_for_number(file: dict) -> None:
    file["dialogue"]["reported"]["member_states"] = "43"


def fraction_for_number(file: dict) -> None:
    file["dialogue"]["reported"]["member_states"] = 43.0


def number_too_large(file: dict) -> None:
    file["dialogue"]["ga_session"] = 32768


def text_too_long(file: dict) -> None:
    first_position(file)["heading"] = "x" * 251


def claim_with_a_space(file: dict) -> None:
    first_position(file)["claim"] = "claim 1"


def no_summary(file: dict) -> None:
    first_position(file)["summary"] = ""


def null_character(file: dict) -> None:
    first_position(file)["note"] = "a\x00b"


def null_character_in_assertion(file: dict) -> None:
    file["dialogue"]["assertions"].append(
        {
            "fact": "weather",
            "value": {"at": ["a\x00b"]},
            "meaning": "",
            "preferred": False,
            "reason": "",
            "note": "",
            "cites": [],
        }
    )


def half_a_character(file: dict) -> None:
    first_position(file)["note"] = "\ud800"


def impossible_day(file: dict) -> None:
    file["dialogue"]["report_date"] = "2011-02-30"


def no_day(file: dict) -> None:
    file["dialogue"]["dates"] = []


def days_out_of_order(file: dict) -> None:
    file["dialogue"]["dates"] = ["2011-07-13", "2011-07-12"]


def none_held_with_day(file: dict) -> None:
    file["dialogue"]["format"] = "none_held"


def nobody_delivers(file: dict) -> None:
    file["statements"][0]["deliveries"][0]["mode"] = "joined"


def actor_twice(file: dict) -> None:
    file["statements"][0]["deliveries"] *= 2


def behalf_of_itself(file: dict) -> None:
    delivery = file["statements"][0]["deliveries"][0]
    delivery["on_behalf_of"] = {"wording": "us", "number": 1, "actors": [delivery["actor"]]}


def theme_twice(file: dict) -> None:
    first_position(file)["other_themes"] = [first_position(file)["theme"]]


def half_a_proposal(file: dict) -> None:
    first_position(file)["proposal"] = {"year": None, "part": "proposes", "title": "Prevention"}


def tally_miscounted(file: dict) -> None:
    file["dialogue"]["tallies"][0]["matches"] = True


def two_preferred(file: dict) -> None:
    file["dialogue"]["assertions"] += [file["dialogue"]["assertions"][0]]


def preferred_differs(file: dict) -> None:
    file["dialogue"]["report_date"] = "2011-06-27"


def panel_key_twice(file: dict) -> None:
    file["dialogue"]["panels"].append(file["dialogue"]["panels"][0])


def place_without_passage(file: dict) -> None:
    file["dialogue"]["quotations"][0]["source"] = "icrtop-2011"


def place_backwards(file: dict) -> None:
    file["dialogue"]["quotations"][0] |= {"start": 9, "end": 3}


def published_position_left_out(file: dict) -> None:
    del file["statements"][0]["positions"][0]


def published_tally_left_out(file: dict) -> None:
    del file["dialogue"]["tallies"][3]


def no_dialogue(file: dict) -> None:
    del file["dialogue"]


def no_statements(file: dict) -> None:
    del file["statements"]


def statements_not_a_list(file: dict) -> None:
    file["statements"] = {}


CASES: list[tuple[Callable[[dict], None], str, str]] = [
    (change_stance, f"{P}.stance", "'for' is none of 'supports', 'welcomes'"),
    (unknown_theme, f"{P}.theme", "no theme 'soverainty'; the nearest is 'sovereignty'"),
    (missing_passage, f"{P}.cites[0]", "there is no passage 'icrtop-2011#p99'"),
    (missing_source, f"{P}.cites[0]", "there is no source 'icrtop-2001'"),
    (unknown_actor, f"{S}.deliveries[0].actor", "no actor 'joseph-deis'; the nearest is 'joseph-d"),
    (unknown_panel, f"{S}.panel", "there is no panel 'openings'; the nearest is 'opening'"),
    (
        doubled_position,
        "statements[RTOP-2011-S002].positions[RTOP-2011-P001].ref",
        "RTOP-2011-P001 is given out at statements[RTOP-2011-S001] already",
    ),
    (doubled_statement, S, "RTOP-2011-S001 stands in 2011.json already"),
    (wrong_year, f"{S}.positions[RTOP-2012-P001].ref", "RTOP-2012-P001 is no ref of 2011"),
    (another_letter, f"{S}.positions[RTOP-2011-S001].ref", "does not match"),
    (line_break_in_ref, "statements[RTOP-2011-S001\n].ref", "does not match"),
    (ref_of_another_statement, S, "RTOP-2011-P009 belongs to another record of the archive"),
    (unknown_field, S, "('mood' was unexpected)"),
    (missing_field, P, "'note' is a required property"),
    (text_for_number, "dialogue.reported.member_states", "'43' is not of type 'integer', 'null'"),
    (fraction_for_number, "dialogue.reported.member_states", "43.0 is not of type"),
    (number_too_large, "dialogue.ga_session", "32768 is greater than the maximum of 32767"),
    (text_too_long, f"{P}.heading", "is too long"),
    (claim_with_a_space, f"{P}.claim", "'claim 1' does not match"),
    (no_summary, f"{P}.summary", "'' should be non-empty"),
    (null_character, f"{P}.note", "does not match"),
    (null_character_in_assertion, "dialogue.assertions[45].value", "has a null character"),
    (half_a_character, f"{P}.note", "does not match"),
    (impossible_day, "dialogue.report_date", "'2011-02-30' is not a 'date'"),
    (no_day, "dialogue.dates", "a dialogue that was held has at least one day"),
    (days_out_of_order, "dialogue.dates", "the days are in order"),
    (none_held_with_day, "dialogue.format", "a year without a meeting has neither dates nor cod"),
    (nobody_delivers, f"{S}.deliveries", "a statement is delivered by at least one actor"),
    (actor_twice, f"{S}.deliveries", "actor 'joseph-deiss' stands 2 times"),
    (behalf_of_itself, f"{S}.deliveries[0].on_behalf_of.actors", "nobody speaks on behalf of its"),
    (theme_twice, f"{P}.other_themes", "repeats the main theme"),
    (half_a_proposal, f"{P}.proposal", "says the year, the part taken and what is proposed"),
    (tally_miscounted, "dialogue.tallies[RTOP-2011-T01].matches", "is True, but the numbers give"),
    (two_preferred, "dialogue.assertions[45].preferred", "only one value of dates is preferred"),
    (preferred_differs, "dialogue.assertions[", "the dialogue’s own report_date differs"),
    (panel_key_twice, "dialogue.panels", "key 'opening' stands 2 times"),
    (place_without_passage, "dialogue.quotations[RTOP-2011-Q001].start", "a place needs a passage"),
    (place_backwards, "dialogue.quotations[RTOP-2011-Q001].start", "start before end"),
    (published_position_left_out, S, "RTOP-2011-P001 is published; it cannot be left out"),
    (published_tally_left_out, "dialogue", "RTOP-2011-T04 is published; it cannot be left out"),
    (no_dialogue, "", "is no record file: it has none of dialogue, sources"),
    (no_statements, "", "'statements' is a required property"),
    (statements_not_a_list, "statements", "{} is not of type 'array'"),
]


@pytest.mark.parametrize(("spoil", "place", "cause"), CASES, ids=[c[0].__name__ for c in CASES])
def test_a_fault_is_named_and_nothing_changes(tmp_path, spoil, place, cause):
    file = bundled.year_file(2011)
    file["dialogue"]["summary"] += " Changed."  # something that could be taken in
    file["statements"] = file["statements"][:3]  # as many as the faults need
    spoil(file)
    path = tmp_path / "2011.json"
    path.write_text(json.dumps(file), encoding="utf-8")
    faults = refused([path])
    found = [f for f in faults if f.path.startswith(place) and cause in f.cause]
    assert found, faults
    assert found[0].file == "2011.json"
    assert "2011.json: " in str(found[0])
    assert len(faults) <= 4  # the fault, and what follows from it


BROKEN = [
    (b'{"themes": [', "themes.json: line 1, column 13: is no JSON: Expecting value"),
    (b'{"themes": []} x', "themes.json: line 1, column 16: is no JSON: Extra data"),
    (b"", "themes.json: line 1, column 1: is no JSON: Expecting value"),
    (b'{"themes": [], "themes": []}', "themes.json: the key 'themes' stands twice in one object"),
    (b'{"themes": [{"slug": "a", "slug": "a"}]}', "themes.json: the key 'slug' stands twice in"),
    (b'{"themes": [{"order": NaN}]}', "themes.json: NaN is not JSON"),
    (b'{"themes": [{"order": -Infinity}]}', "themes.json: -Infinity is not JSON"),
    (b'{"themes": [{"order": 1e999}]}', "themes.json: 1e999 is out of range"),
    (b'{"themes": [{"order": ' + b"9" * 5000 + b"}]}", "themes.json: Exceeds the limit"),
    (b'{"themes": ["\xff"]}', "themes.json: byte 13: is not UTF-8"),
    (b"[]", "themes.json: is no record file: it has none of dialogue, sources"),
    (b'"themes"', "themes.json: is no record file: it has none of dialogue, sources"),
    (b"[" * 100_000, "themes.json: is nested too deeply"),
    (b'{"themes": [], "people": []}', "themes.json: Additional properties are not allowed"),
    (b'{"themes": [{}]}', "themes.json: themes[0]: 'slug' is a required property"),
    (b'{"themes": [null]}', "themes.json: themes[0]: None is not of type 'object'"),
]


@pytest.mark.parametrize(("content", "line"), BROKEN, ids=[case[1][13:45] for case in BROKEN])
def test_what_is_no_record_file_is_said_so(tmp_path, content, line):
    path = tmp_path / "themes.json"
    path.write_bytes(content)
    assert any(str(fault).startswith(line) for fault in refused([path]))


def test_a_file_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("dialogues.records.files.LARGEST_FILE", 1 << 20)
    path = tmp_path / "themes.json"
    path.write_bytes(b" " * ((1 << 20) + 1))
    assert [str(fault) for fault in refused([path])] == ["themes.json: is larger than 1 MiB"]


def test_faults_of_several_files_are_all_named(tmp_path):
    file = bundled.year_file(2011)
    unknown_theme(file)
    missing_passage(file)
    tally_miscounted(file)
    other = bundled.year_file(2013)
    other["statements"][0]["speaker"] = "nobody-at-all"
    themes = bundled.shared("themes")
    themes.append({**themes[0], "title": "Twice"})
    bundled.write(tmp_path, **{"dialogues/2011": file, "2013": other}, themes={"themes": themes})
    (tmp_path / "people.json").write_text("{")
    (tmp_path / "notes.txt").write_text("no record file, and not looked at")
    lines = [str(fault) for fault in refused([tmp_path])]
    for beginning in (
        f"dialogues/2011.json: {P}.theme: there is no theme",
        f"dialogues/2011.json: {P}.cites[0]: there is no passage",
        "dialogues/2011.json: dialogue.tallies[RTOP-2011-T01].matches: is True",
        "2013.json: statements[RTOP-2013-S001].speaker: there is no person 'nobody-at-all'",
        "themes.json: themes[norm-and-implementation]: norm-and-implementation stands in themes",
        "people.json: line 1, column 2: is no JSON",
    ):
        assert any(line.startswith(beginning) for line in lines), (beginning, lines)


def test_a_folder_of_faults_does_not_end(tmp_path):
    statement = bundled.year_file(2011)["statements"][0]
    path = tmp_path / "2011.json"
    spoilt = [{**statement, "mood": 1} for _ in range(1000)]
    path.write_text(json.dumps({**bundled.year_file(2011), "statements": spoilt}))
    faults = refused([path])
    assert len(faults) == schema.MOST_FAULTS + 1
    assert str(faults[-1]) == "2011.json: more than 200 faults of form"


def test_two_files_of_one_year(tmp_path):
    bundled.write(tmp_path, a=bundled.year_file(2012), b=bundled.year_file(2012))
    assert [str(fault) for fault in refused([tmp_path])] == [
        "b.json: dialogue: 2012 stands in a.json already"
    ]


def test_a_draft_ref_that_another_record_has(tmp_path):
    """A part's ref that another record already has is refused, not taken over."""
    draft = make_position(make_statement(make_dialogue(2030), ["mexico"]))
    file = bundled.year_file(2012)
    position = {**first_position(bundled.year_file(2011)), "ref": draft.ref, "quotations": []}
    statement = {**bundled.year_file(2011)["statements"][5], "panel": None, "ref": "DRAFT-00000001"}
    file["statements"].append({**statement, "positions": [position]})
    bundled.write(tmp_path, **{"2012": file})
    assert [str(fault) for fault in refused([tmp_path], publish=False)] == [
        "2012.json: statements[DRAFT-00000001]:"
        f" {draft.ref} belongs to another record of the archive"
    ]


def changed_of_2011():
    yield "dialogue", Dialogue.objects.get(year=2011)
    yield "statement", Statement.objects.get(ref="RTOP-2011-S001")


def test_a_published_record_changes_only_by_publish(tmp_path):
    file = bundled.year_file(2011)
    first_position(file)["stance"] = "opposes"
    file["dialogue"]["summary"] = "It took one day."
    bundled.write(tmp_path, **{"2011": file})
    public = {form: publishing.record_of(obj) for form, obj in changed_of_2011()}
    publishing.import_files([tmp_path])
    for form, obj in changed_of_2011():
        assert obj.stage == "proposed"
        assert publishing.record_of(obj) == public[form]
    before = Revision.objects.count()
    plan = publishing.import_files([tmp_path], publish=True, reason="Read again.")
    assert [entry.key for entry in plan.changed] == ["2011", "RTOP-2011-S001"]
    revisions = Revision.objects.filter(number__gt=before)
    assert {(r.record_key, r.action, r.reason) for r in revisions} == {
        ("2011", "published", "Read again."),
        ("RTOP-2011-S001", "published", "Read again."),
    }


def test_publishing_needs_what_it_refers_to_public(tmp_path):
    theme = {**bundled.shared("themes")[0], "slug": "a-new-theme", "order": 90}
    bundled.write(tmp_path, themes={"themes": [theme]})
    publishing.import_files([tmp_path])  # a draft
    file = bundled.year_file(2011)
    first_position(file)["theme"] = "a-new-theme"
    path = bundled.write(tmp_path / "later", **{"2011": file}) / "2011.json"
    assert [str(fault) for fault in refused([path])] == [
        f"2011.json: {S}: refers to theme a-new-theme, which is not published"
    ]


# Quotations against the text


@pytest.fixture
def loaded(db, report_2011):
    load_text(Source.objects.get(slug="icrtop-2011"), report_2011)


def quoted(file: dict) -> tuple[str, dict]:
    """A position with a quotation that has its place: the path and the quotation."""
    for statement in file["statements"]:
        for position in statement["positions"]:
            for quotation in position["quotations"]:
                if quotation["start"] is not None:
                    return (
                        f"statements[{statement['ref']}].positions[{position['ref']}]"
                        f".quotations[{quotation['ref']}].text",
                        quotation,
                    )
    raise AssertionError("no quotation")


def test_words_that_do_not_stand_in_their_passage_are_refused(tmp_path, loaded):
    file = bundled.year_file(2011)
    path, quotation = quoted(file)
    quotation["text"] = quotation["text"][:-1] + "¡"
    bundled.write(tmp_path, **{"2011": file})
    assert [str(fault) for fault in refused([tmp_path])] == [
        f"2011.json: {path}: does not stand in {quotation['source']} as given"
    ]


def test_words_that_stand_elsewhere_in_it_are_refused(tmp_path, loaded):
    file = bundled.year_file(2011)
    path, quotation = quoted(file)
    quotation["start"] += 1
    quotation["end"] += 1
    bundled.write(tmp_path, **{"2011": file})
    (fault,) = refused([tmp_path])
    assert fault.path == path


def test_without_the_text_they_are_taken_and_not_checked(tmp_path):
    file = bundled.year_file(2011)
    _, quotation = quoted(file)
    quotation["text"] = "words that nobody can check"
    bundled.write(tmp_path, **{"2011": file})
    publishing.import_files([tmp_path], publish=True)
    assert Quotation.objects.get(ref=quotation["ref"]).check_result == "not_checked"


# In the middle


def test_a_failure_in_the_middle_leaves_nothing(tmp_path, monkeypatch):
    file = bundled.year_file(2011)
    for statement in file["statements"]:
        statement["note"] += "Changed."
    bundled.write(tmp_path, **{"2011": file})
    real, calls = record_forms.apply_record, []

    def fails_at_the_tenth(form, record, obj, resolver):
        calls.append(record)
        if form is record_forms.STATEMENT and len(calls) >= 10:
            raise RuntimeError("the power is gone")
        return real(form, record, obj, resolver)

    monkeypatch.setattr(record_forms, "apply_record", fails_at_the_tenth)
    before = fingerprint()
    with pytest.raises(RuntimeError):
        publishing.import_files([tmp_path], publish=True)
    assert len(calls) >= 10
    assert fingerprint() == before


def test_a_failure_of_the_last_step_leaves_nothing(tmp_path, monkeypatch):
    file = bundled.year_file(2012)
    file["dialogue"]["duration"] = "a day"
    bundled.write(tmp_path, **{"2012": file})

    def refuse(*args):
        raise DatabaseError("no room")

    monkeypatch.setattr(publishing.imports, "append", refuse)
    before = fingerprint()
    with pytest.raises(DatabaseError):
        publishing.import_files([tmp_path], publish=True)
    assert fingerprint() == before


def test_what_only_the_database_refuses_is_a_fault_too(tmp_path):
    actors = [actor for actor in bundled.shared("actors") if actor["slug"] == "mexico"]
    actors[0]["iso3"] = "BRA"
    bundled.write(tmp_path, actors={"actors": actors})
    (fault,) = refused([tmp_path])
    assert fault.path == "actors[mexico]"
    assert fault.cause.startswith("the database refuses it: ")


def test_of_many_new_records_the_one_that_the_database_refuses_is_named(tmp_path):
    (mexico,) = [actor for actor in bundled.shared("actors") if actor["slug"] == "mexico"]
    fresh = [
        {**mexico, "slug": f"new-{code.lower()}", "iso3": code, "m49": "", "memberships": []}
        for code in ("XAA", "BRA", "XAB")
    ]
    bundled.write(tmp_path, actors={"actors": fresh})
    before = fingerprint()
    (fault,) = refused([tmp_path])
    assert fault.path == "actors[new-bra]"
    assert fault.cause.startswith("the database refuses it: ")
    assert fingerprint() == before


def test_a_panel_in_use_is_not_lost(tmp_path):
    """A panel that statements were made in can only go together with what names it."""
    file = bundled.year_file(2011)
    file["dialogue"]["panels"] = [p for p in file["dialogue"]["panels"] if p["key"] != "opening"]
    file["statements"] = []
    bundled.write(tmp_path, **{"2011": file})
    assert [str(fault) for fault in refused([tmp_path])] == [
        "2011.json: dialogue: removes a part that other records refer to"
    ]


def test_a_passage_that_is_cited_is_not_lost(tmp_path):
    sources = [s for s in bundled.shared("sources") if s["slug"] == "icrtop-2011"]
    sources[0]["passages"] = sources[0]["passages"][:5]
    bundled.write(tmp_path, sources={"sources": sources})
    (fault,) = refused([tmp_path])
    assert (
        str(fault) == "sources.json: sources[icrtop-2011]: removes a part that other records "
        "refer to"
    )


def test_a_plan_alone_changes_nothing(tmp_path):
    file = bundled.year_file(2011)
    first_position(file)["stance"] = "opposes"
    bundled.write(tmp_path, **{"2011": file})
    before = fingerprint()
    with transaction.atomic():
        plan = ImportPlan([tmp_path])
    assert [str(line) for line in plan.lines()] == [
        "statement RTOP-2011-S001: positions[RTOP-2011-P001].stance: “concerned” → “opposes”"
    ]
    assert fingerprint() == before
