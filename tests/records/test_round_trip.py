"""What goes out comes in again, unchanged; and what is in goes out as the same bytes."""

import copy
import json
from functools import cache
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from dialogues import publishing
from dialogues.choices import State
from dialogues.models import Passage, Revision, Source, Statement
from dialogues.publishing import applying, requirements
from dialogues.records import files, record_forms
from dialogues.records.difference import canonical, difference
from dialogues.records.export import record_files
from dialogues.records.importing.plan import ImportPlan
from dialogues.records.schema import file_schema, record_schema
from tests import bundled
from tests.factories import make_dialogue, make_position, make_quotation, make_statement
from tests.records import strategies

pytestmark = pytest.mark.django_db
MANY_POSITIONS = "RTOP-2011-S003"  # seven
EVERY_FILE = pytest.mark.parametrize("name", bundled.names())


# Bundled files


def test_the_export_is_the_bundled_files_byte_for_byte():
    exported = dict(record_files())
    assert sorted(exported) == bundled.names()
    for name, content in exported.items():
        assert content == (bundled.DATA / name).read_bytes(), name


def test_the_export_of_a_year_is_that_file_only():
    assert dict(record_files(2013)) == {
        "dialogues/2013.json": (bundled.DATA / "dialogues/2013.json").read_bytes()
    }


@pytest.mark.parametrize("publish", [False, True])
def test_importing_the_bundled_files_again_changes_nothing(publish):
    before = Revision.objects.count()
    plan = publishing.import_files([bundled.DATA], publish=publish)
    assert (plan.new, plan.changed, list(plan.lines())) == ([], [], [])
    assert Revision.objects.count() == before


def test_an_export_fills_an_empty_archive_with_the_same(tmp_path, db):
    from tests import snapshot

    before = dict(record_files())
    for name, content in before.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    snapshot.empty()
    assert not any(json.loads(content).popitem()[1] for _, content in record_files())
    publishing.import_files([tmp_path], publish=True)
    assert dict(record_files()) == before


def test_files_imported_one_by_one_give_the_same_as_all_at_once(emptied):
    for name in [*(f"{shared}.json" for shared in record_forms.SHARED), "dialogues"]:
        publishing.import_files([bundled.DATA / name], publish=True)
    for name, content in record_files():
        assert content == (bundled.DATA / name).read_bytes(), name


def test_drafts_are_in_the_editorial_export_only():
    draft = make_statement(make_dialogue(2030, state=State.PUBLISHED), ["mexico"])
    withdrawn = make_statement(draft.dialogue, ["cuba"], state=State.WITHDRAWN)
    public = dict(record_files(2030))["dialogues/2030.json"].decode()
    editorial = dict(record_files(2030, editorial=True))["dialogues/2030.json"].decode()
    assert draft.ref not in public
    assert draft.ref in editorial
    assert withdrawn.ref not in public + editorial


def test_the_text_of_passages_is_never_exported():
    source = Source.objects.get(slug="icrtop-2011")
    Passage.objects.filter(source=source).update(text="The prose of a report.")
    Source.objects.filter(pk=source.pk).update(free_to_show=True)
    for editorial in (False, True):
        assert not any(b"The prose of" in content for _, content in record_files(None, editorial))


@EVERY_FILE
def test_every_bundled_file_is_in_the_published_schema(name):
    content = bundled.content(name)
    assert Draft202012Validator(record_schema()).is_valid(content)
    Draft202012Validator(file_schema(content)).validate(content)


def test_the_published_schema_is_a_schema():
    Draft202012Validator.check_schema(record_schema())


@EVERY_FILE
def test_bundled_files_are_written_as_the_program_writes(name):
    assert (bundled.DATA / name).read_bytes() == files.encode(bundled.content(name))


# Random records


def survives(form: record_forms.RecordForm, record: dict, path: Path) -> None:
    """The record goes in, comes out the same, and a second import finds nothing to do."""
    plan = ImportPlan([path])
    assert plan.faults == []
    with transaction.atomic():
        plan.follow_up(plan.write())
        objects = form.model._default_manager.filter(**{form.key: record[form.key]})
        ((_, out),) = record_forms.records_of(form, objects)
        assert json.loads(json.dumps(out)) == record
        assert list(out) == [field.name for field in form.fields]
        again = ImportPlan([path])
        assert (again.faults, again.new, list(again.lines())) == ([], [], [])
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", list(record_forms.SHARED))
@settings(max_examples=8)
@given(data=st.data())
def test_any_entry_of_a_shared_list_survives(name, data, tmp_path):
    record = data.draw(strategies.shared_record(name))
    bundled.write(tmp_path, **{name: {name: [record]}})
    survives(record_forms.SHARED[name], record, tmp_path / f"{name}.json")


@settings(max_examples=8)
@given(data=st.data())
def test_any_dialogue_survives(data, tmp_path):
    record = data.draw(strategies.dialogue_record(2031))
    bundled.write(tmp_path, any={"dialogue": record, "statements": []})
    survives(record_forms.DIALOGUE, record, tmp_path / "any.json")


@settings(max_examples=8)
@given(data=st.data())
def test_any_statement_survives(data, tmp_path):
    of_2013 = bundled.year_file(2013)
    panels = [panel["key"] for panel in of_2013["dialogue"]["panels"]]
    record = data.draw(strategies.statement_record(*panels))
    bundled.write(tmp_path, any={**of_2013, "statements": [record]})
    survives(record_forms.STATEMENT, record, tmp_path / "any.json")


@pytest.mark.parametrize("name", [*record_forms.SHARED, "dialogue", "statement"])
@settings(max_examples=8)
@given(data=st.data())
def test_a_record_can_become_any_other(name, data, tmp_path):
    """Whatever a record said before, importing another version leaves that version only."""
    if name in record_forms.SHARED:
        form, records = record_forms.SHARED[name], strategies.shared_record(name)
    elif name == "dialogue":
        form, records = record_forms.DIALOGUE, strategies.dialogue_record(2031)
    else:
        form, records = record_forms.STATEMENT, strategies.statement_record()
    first, second = data.draw(records), data.draw(records)
    second[form.key] = first[form.key]
    path = tmp_path / "one.json"
    with transaction.atomic():
        for record in (first, second):
            if name in record_forms.SHARED:
                content = {name: [record]}
            elif name == "dialogue":
                content = {"dialogue": record, "statements": []}
            else:
                content = {**bundled.year_file(2012), "statements": [record]}
            bundled.write(tmp_path, one=content)
            plan = ImportPlan([path])
            assert plan.faults == []
            plan.follow_up(plan.write())
        objects = form.model._default_manager.filter(**{form.key: second[form.key]})
        ((_, out),) = record_forms.records_of(form, objects)
        assert json.loads(json.dumps(out)) == second
        transaction.set_rollback(True)


def test_the_history_has_what_the_archive_has(tmp_path):
    """Revisions are written from the files: nothing is kept otherwise than they say."""
    of_2011 = bundled.year_file(2011)
    of_2011["dialogue"]["assertions"][0] |= {"value": {"b": [1e22, 43.0, 0.1], "a": -0.0}}
    of_2011["dialogue"]["assertions"][0] |= {"preferred": False}
    of_2011["statements"][0]["positions"][0]["pillars"] = [3, 1]
    bundled.write(tmp_path, **{"2011": of_2011})
    publishing.import_files([tmp_path], publish=True)
    assert list(publishing.unrecorded()) == []
    assert publishing.first_broken() is None


def test_the_order_of_what_has_no_order_does_not_matter(tmp_path):
    of_2011 = bundled.year_file(2011)
    for statement in of_2011["statements"]:
        for position in statement["positions"]:
            for name in ("pillars", "other_themes", "situations", "instruments", "mentions"):
                position[name].reverse()
    nobody: dict = {"wording": "", "number": None, "actors": []}
    of_2011["statements"][0]["deliveries"][0]["on_behalf_of"] = nobody
    actors = bundled.shared("actors")
    for actor in actors:
        actor["names"].reverse()
        actor["memberships"].reverse()
    sources = bundled.shared("sources")
    bundled.write(
        tmp_path,
        **{"2011": of_2011},
        actors={"actors": actors[::-1]},
        sources={"sources": [dict(reversed(source.items())) for source in sources]},
    )
    plan = ImportPlan([tmp_path])
    assert (plan.faults, plan.new, list(plan.lines())) == ([], [], [])


# Differences


@given(before=strategies.JSON_VALUES, after=strategies.JSON_VALUES)
@settings(max_examples=100)
def test_there_is_no_difference_only_between_equals(before, after):
    same = canonical(before) == canonical(after)
    assert (not list(difference(before, after))) == same
    assert not list(difference(before, copy.deepcopy(before)))


@cache
def all_records() -> list[dict]:
    found = []
    for name in bundled.names():
        content = bundled.content(name)
        found += [content["dialogue"]] if "dialogue" in content else []
        found += [
            record for value in content.values() if isinstance(value, list) for record in value
        ]
    return found


@st.composite
def mutated(draw):
    """A bundled record, and the same with one value changed, taken out, doubled or moved."""
    before = draw(st.sampled_from(all_records()))
    after = copy.deepcopy(before)
    here = after
    for _ in range(draw(st.integers(0, 5))):
        inner = list(here.values()) if isinstance(here, dict) else here
        inner = [value for value in inner if isinstance(value, (dict, list)) and value]
        if inner:
            here = draw(st.sampled_from(inner))
    if isinstance(here, list):
        index = draw(st.integers(0, len(here) - 1))
        change = draw(st.sampled_from(["drop", "double", "move", "replace"]))
        if change == "drop":
            del here[index]
        elif change == "double":
            here.insert(index, copy.deepcopy(here[index]))
        elif change == "move":
            here.insert(0, here.pop(index))
        else:
            here[index] = draw(strategies.JSON_VALUES)
    else:
        here[draw(st.sampled_from(list(here)))] = draw(strategies.JSON_VALUES)
    return before, after


@given(pair=mutated())
@settings(max_examples=60)
def test_any_change_of_a_record_shows(pair):
    before, after = pair
    same = canonical(before) == canonical(after)
    assert (not list(difference(before, after))) == same


def test_a_position_put_first_is_one_change():
    before = bundled.year_file(2011)["statements"][0]
    after = copy.deepcopy(before)
    after["positions"].insert(0, {**before["positions"][0], "ref": "RTOP-2011-P900"})
    (change,) = difference(before, after)
    assert change.path == "positions[RTOP-2011-P900]"
    assert change.before is None


def test_a_change_is_said_with_its_place():
    before = bundled.year_file(2011)["statements"][10]
    after = copy.deepcopy(before)
    after["positions"][1]["stance"] = "opposes"
    after["positions"][1]["proposal"] = {"year": 2012, "part": "opposes", "title": "It"}
    ref = before["positions"][1]["ref"]
    lines = [str(change) for change in difference(before, after)]
    assert lines[0] == f"positions[{ref}].stance: “calls_for” → “opposes”"
    assert lines[1].startswith(f"positions[{ref}].proposal: nothing → ")


# Costs


@pytest.mark.parametrize("form", record_forms.FORMS.values(), ids=lambda form: form.name)
def test_all_records_of_a_kind_take_one_query_for_each_list_in_them(
    form, django_assert_max_num_queries
):
    with django_assert_max_num_queries(1 + lists_in(form)):
        assert list(record_forms.records_of(form, form.model._default_manager.all()))


def test_a_plan_of_a_record_that_is_read_asks_for_what_it_refers_to(django_assert_max_num_queries):
    statement = Statement.objects.select_related("dialogue").get(ref=MANY_POSITIONS)
    record = publishing.current_record(statement)
    with django_assert_max_num_queries(4):
        requirements.refuse_faults(statement, record)


def test_parts_are_read_together_to_be_compared(django_assert_max_num_queries):
    statement = Statement.objects.select_related("dialogue").get(ref=MANY_POSITIONS)
    record = publishing.current_record(statement)
    record["positions"][3]["summary"] = "Another word."
    with django_assert_max_num_queries(19):
        applying.apply_to(statement, record)


def lists_in(form):
    parts = [field.form for field in form.fields if isinstance(field, record_forms.NestedRecords)]
    return len(form.prefetch_related) + sum(map(lists_in, parts))


def test_a_statement_with_everything_survives_export(tmp_path):
    statement = make_statement(
        make_dialogue(2030, state=State.PUBLISHED),
        ["mexico", "cuba"],
        joined=["brazil"],
        state=State.PUBLISHED,
    )
    make_quotation(make_position(statement, pillars=[1, 2], mentions=["cuba"]))
    for name, content in record_files(2030):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    plan = ImportPlan([tmp_path])
    assert (plan.faults, plan.new, plan.changed) == ([], [], [])
