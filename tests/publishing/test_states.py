"""The state of a record and of its proposed change: one writer, and one table that says when."""

import ast
from pathlib import Path
from typing import Any

import pytest

from dialogues import publishing
from dialogues.choices import RevisionAction, Stage, State
from dialogues.models import Revision, Statement, Theme
from dialogues.publishing import BUTTONS, InvalidStep, workflow
from dialogues.publishing.workflow import ABSORB, IMPORT, PROPOSE, Step, change_stage
from tests.factories import make_statement, make_theme, make_user

STEPS = [step for step in vars(workflow).values() if isinstance(step, Step)]
COLUMNS = {"state", "proposal"}
ROOM = Path(workflow.__file__).parents[1]
# Their `state` is not a record's: of a row of the coding desk, and of a selection.
NOT_OF_RECORDS = {"admin/coding/page.py", "filters/base.py"}


def writes(path: Path) -> list[str]:
    """Places at which a module writes a state past `change_stage`."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: set[object]
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {target.attr for target in targets if isinstance(target, ast.Attribute)}
        elif isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            names = {word.arg for word in node.keywords} if called in WRITERS else set()
            for word in node.keywords:
                if word.arg == "update_fields":
                    names |= {c.value for c in ast.walk(word.value) if isinstance(c, ast.Constant)}
        else:
            continue
        if COLUMNS & names:
            found.append(f"{path.relative_to(ROOM)}:{node.lineno}")
    return found


WRITERS = {"update", "create", "get_or_create", "update_or_create", "bulk_update", "setattr"}
MODULES = [
    path
    for path in sorted(ROOM.rglob("*.py"))
    if "migrations" not in path.parts and str(path.relative_to(ROOM)) not in NOT_OF_RECORDS
]


def test_nothing_else_writes_a_state():
    assert [place for path in MODULES for place in writes(path)] == []


@pytest.mark.parametrize(
    "line",
    [
        "obj.state = State.PUBLISHED",
        "obj.proposal += 'x'",
        "rows.update(state='published')",
        "obj.save(update_fields=['version', 'proposal'])",
    ],
)
def test_a_state_written_elsewhere_is_found(line, monkeypatch, tmp_path):
    monkeypatch.setattr(f"{__name__}.ROOM", tmp_path)
    (tmp_path / "module.py").write_text(line, encoding="utf-8")
    assert writes(tmp_path / "module.py") == ["module.py:1"]


def row_of(theme: Theme) -> dict[str, Any]:
    return dict(Theme.objects.filter(pk=theme.pk).values().get())


@pytest.mark.django_db
@pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])
@pytest.mark.parametrize("stage", Stage.values)
def test_a_step_changes_the_columns_of_its_row_and_nothing_else(step, stage):
    theme = make_theme("a-theme", state=State.PUBLISHED if "propos" in stage else stage)
    theme.proposal = {"proposed": "draft", "proposal_in_review": "in_review"}.get(stage, "")
    theme.save()
    before = row_of(theme)
    if stage not in step.moves:
        with pytest.raises(InvalidStep, match="Not now"):
            change_stage([theme], step, "Why")
        assert row_of(theme) == before
        return
    change_stage([theme], step, "Why")
    after = row_of(theme)
    changed = {name for name in after if after[name] != before[name]}
    columns = step.moves[Stage(stage)].columns
    assert {name: after[name] for name in columns} == columns
    withdrawal = {"withdrawn_at", "withdrawal_reason"} if "withdrawn" in columns.values() else set()
    assert changed == {
        *(name for name, value in columns.items() if before[name] != value),
        *(["published_at"] if step.publishes else []),
        *(["version"] if step.new_version else []),
        *withdrawal,
    }
    theme_again = Theme.objects.get(pk=theme.pk)
    assert (theme.stage, theme.version) == (theme_again.stage, theme_again.version)


@pytest.mark.django_db
def test_of_two_who_take_a_step_one_succeeds():
    theme = make_theme("a-theme", state=State.IN_REVIEW)
    other = Theme.objects.get(pk=theme.pk)
    change_stage([other], BUTTONS["give_back"])
    with pytest.raises(InvalidStep, match="meanwhile"):
        change_stage([theme], BUTTONS["publish"])
    assert Theme.objects.get(pk=theme.pk).state == State.DRAFT


def test_a_draft_is_published_by_import_only():
    publishing_a_draft = {
        step.name
        for step in STEPS
        if Stage.DRAFT in step.moves
        and step.moves[Stage.DRAFT].columns.get("state") == State.PUBLISHED
    }
    assert publishing_a_draft == {IMPORT.name}


def test_every_step_with_a_button_has_its_words_roles_and_revisions():
    assert {step.name for step in STEPS} - set(BUTTONS) == {
        step.name for step in (PROPOSE, IMPORT, ABSORB)
    }
    for step in BUTTONS.values():
        assert all((step.label, step.question, step.done, step.reason_label)), step.name
        assert all(move.roles and move.revision for move in step.moves.values()), step.name
        assert step.dependency_step in ("", *BUTTONS)


@pytest.mark.django_db
@pytest.mark.parametrize("step", [step for step in BUTTONS.values() if step.reason_required])
def test_a_step_that_needs_a_reason_is_refused_without_one(step):
    stage = next(iter(step.moves))
    theme = make_theme("a-theme", state=State.PUBLISHED if "propos" in stage else stage)
    if stage == Stage.PROPOSED:
        publishing.write_save(theme, None, new=True)
        publishing.propose(theme, publishing.record_of(theme) | {"title": "Other"}, None)
    count = Revision.objects.count()
    with pytest.raises(InvalidStep, match=str(step.reason_missing)):
        publishing.take_step(step, theme, None, " \n")
    assert Revision.objects.count() == count
    publishing.take_step(step, theme, None, "Because.")
    assert Revision.objects.latest("number").action in {*step.revisions, RevisionAction.WITHDRAWN}


# What stands against a step


@pytest.fixture
def statement():
    return Statement.objects.get(ref="RTOP-2011-S010")


@pytest.mark.django_db
def test_a_record_with_a_fault_is_neither_sent_to_review_nor_published(statement):
    ann, bob = make_user("ann"), make_user("bob")
    draft = make_statement(statement.dialogue, ["mexico"])
    publishing.write_save(draft, ann, new=True)
    publishing.submit(draft, ann)
    draft.deliveries.all().delete()
    with pytest.raises(InvalidStep, match="Mend first: deliveries"):
        publishing.publish(draft, bob)
    publishing.return_to_author(draft, bob, "Who delivered it?")
    with pytest.raises(InvalidStep, match="Mend first: deliveries"):
        publishing.submit(draft, ann)


@pytest.mark.django_db
def test_a_proposed_change_with_a_fault_is_neither_sent_to_review_nor_approved(statement):
    ann, bob = make_user("ann"), make_user("bob")
    publishing.propose(statement, publishing.record_of(statement) | {"deliveries": []}, ann)
    with pytest.raises(InvalidStep, match="Mend first: deliveries"):
        publishing.submit(statement, ann)
    change_stage([statement], BUTTONS["submit"])
    with pytest.raises(InvalidStep, match="Mend first: deliveries"):
        publishing.approve(statement, bob)


@pytest.mark.django_db
def test_a_proposal_and_its_approval_each_make_a_new_version(statement):
    ann, bob = make_user("ann"), make_user("bob")
    versions = [statement.version]
    publishing.propose(statement, publishing.record_of(statement) | {"summary": "Other."}, ann)
    for step, by in ((None, ann), (publishing.submit, ann), (publishing.approve, bob)):
        if step:
            step(statement, by)
        versions.append(Statement.objects.get(pk=statement.pk).version)
    assert versions == [1, 2, 2, 3]
