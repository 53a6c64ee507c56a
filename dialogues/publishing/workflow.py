"""The workflow as one table: the steps, who may take them, and the only writer of states.

Each `Step` below is one row: from which stages it leads to which, for which roles, in which words,
and with which revision. Pages, lists, imports, queues and tests read the table. `change_stage` is
the only function that writes a record's state or the state of its proposed change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import F, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogues.choices import ProposalState, RevisionAction, Stage, State
from dialogues.models import Publishable

CONTRIBUTOR, REVIEWER = "Contributor", "Reviewer"
PUBLISHER, ADMINISTRATOR = "Publisher", "Administrator"
# Roles are groups of Django; each may do what those before it may. Administrators also invite
# curators, and alone in the office they may approve their own, with a reason.
ROLES = (CONTRIBUTOR, REVIEWER, PUBLISHER, ADMINISTRATOR)
FROM_REVIEWER = (REVIEWER, PUBLISHER, ADMINISTRATOR)
FROM_PUBLISHER = (PUBLISHER, ADMINISTRATOR)
# Those who decide what readers see sign in with a second factor.
WITH_SECOND_FACTOR = frozenset(FROM_PUBLISHER)


class InvalidStep(Exception):
    """A step that the record's stage, or the rule of two people, does not allow; says why."""


@dataclass(frozen=True)
class Move:
    """A step from one stage: the columns that it sets, who may take it, which revision it adds."""

    columns: dict[str, str]
    roles: tuple[str, ...] = ()
    revision: RevisionAction | None = None


@dataclass(frozen=True)
class Step:
    """One row of the workflow. A step without a label has no button: something else takes it."""

    name: str  # in addresses; for good
    moves: dict[Stage, Move]
    label: Any = ""
    question: Any = ""
    done: Any = ""
    done_in_list: Any = ""  # after the step was taken for many records at once
    reason_label: Any = ""
    reason_missing: Any = ""  # said where the step needs a reason and has none
    # The step that what the record refers to may take together with it. Such a step is for
    # records without a fault only.
    dependency_step: str = ""
    other_person: bool = False  # nobody takes it alone for what they wrote
    publishes: bool = False  # readers see a new text: it needs all that it refers to, and a date
    new_version: bool = False  # forms that are open elsewhere become outdated

    @property
    def reason_required(self) -> bool:
        return bool(self.reason_missing)

    @property
    def revisions(self) -> tuple[RevisionAction, ...]:
        return tuple(move.revision for move in self.moves.values() if move.revision)

    def move_from(self, stage: Stage) -> Move:
        if stage not in self.moves:
            raise InvalidStep(_("Not now: its state is “%(state)s”.") % {"state": stage.label})
        return self.moves[stage]


SUBMIT = Step(
    "submit",
    {
        Stage.DRAFT: Move({"state": State.IN_REVIEW}, ROLES, RevisionAction.SUBMITTED),
        Stage.PROPOSED: Move(
            {"proposal": ProposalState.IN_REVIEW}, ROLES, RevisionAction.PUT_FORWARD
        ),
    },
    label=gettext_lazy("Send to review"),
    question=gettext_lazy("A reviewer looks at it next; contributors cannot change it meanwhile."),
    done=gettext_lazy("“%(record)s” was sent to review."),
    done_in_list=gettext_lazy("sent to review"),
    reason_label=gettext_lazy("A word to the reviewer"),
    dependency_step="submit",
)
RETURN = Step(
    "give_back",
    {
        Stage.IN_REVIEW: Move({"state": State.DRAFT}, FROM_REVIEWER, RevisionAction.RETURNED),
        Stage.PROPOSAL_IN_REVIEW: Move(
            {"proposal": ProposalState.DRAFT}, FROM_REVIEWER, RevisionAction.HANDED_BACK
        ),
    },
    label=gettext_lazy("Return with a comment"),
    question=gettext_lazy("Who wrote it reads your comment, and can change it again."),
    done=gettext_lazy("“%(record)s” was returned."),
    reason_label=gettext_lazy("What should be changed"),
    reason_missing=gettext_lazy("Say what should be changed."),
)
PUBLISH = Step(
    "publish",
    {Stage.IN_REVIEW: Move({"state": State.PUBLISHED}, FROM_PUBLISHER, RevisionAction.PUBLISHED)},
    label=gettext_lazy("Publish"),
    question=gettext_lazy(
        "Everybody can read it from now on, on its page, in the API and in exports."
    ),
    done=gettext_lazy("“%(record)s” was published."),
    done_in_list=gettext_lazy("published"),
    reason_label=gettext_lazy("Why (kept in its history)"),
    dependency_step="publish",
    other_person=True,
    publishes=True,
)
APPROVE = Step(
    "approve",
    {Stage.PROPOSAL_IN_REVIEW: Move({"proposal": ""}, FROM_REVIEWER, RevisionAction.APPROVED)},
    label=gettext_lazy("Approve the change"),
    question=gettext_lazy(
        "Readers see the changed text from now on, in place of the published one."
    ),
    done=gettext_lazy("The change of “%(record)s” was approved."),
    reason_label=gettext_lazy("Why (kept in its history)"),
    dependency_step="publish",
    other_person=True,
    publishes=True,
    new_version=True,
)
DECLINE = Step(
    "decline",
    {
        Stage.PROPOSED: Move({"proposal": ""}, ROLES, RevisionAction.DECLINED),
        Stage.PROPOSAL_IN_REVIEW: Move({"proposal": ""}, FROM_REVIEWER, RevisionAction.DECLINED),
    },
    label=gettext_lazy("Decline the change"),
    question=gettext_lazy(
        "The published text stays as it is; the history keeps what was proposed."
    ),
    done=gettext_lazy("The change of “%(record)s” was declined."),
    reason_label=gettext_lazy("Why it is not made"),
    reason_missing=gettext_lazy("Say why the change is not made."),
)
WITHDRAW = Step(
    "withdraw",
    {
        stage: Move(
            {"state": State.WITHDRAWN, "proposal": ""}, FROM_PUBLISHER, RevisionAction.WITHDRAWN
        )
        for stage in (Stage.PUBLISHED, Stage.PROPOSED, Stage.PROPOSAL_IN_REVIEW)
    },
    label=gettext_lazy("Withdraw"),
    question=gettext_lazy("Its page goes on answering, with your reason in place of the record."),
    done=gettext_lazy("“%(record)s” was withdrawn."),
    reason_label=gettext_lazy("Why (readers see it)"),
    reason_missing=gettext_lazy("Say why it is withdrawn; readers will see the reason."),
)
# In the order of their buttons.
BUTTONS = {step.name: step for step in (SUBMIT, RETURN, PUBLISH, APPROVE, DECLINE, WITHDRAW)}

# Steps without a button. To save a published record is to propose a change of it.
PROPOSE = Step(
    "propose",
    {
        Stage.PUBLISHED: Move({"proposal": ProposalState.DRAFT}, revision=RevisionAction.PROPOSED),
        Stage.PROPOSED: Move({}, revision=RevisionAction.PROPOSED),
        Stage.PROPOSAL_IN_REVIEW: Move({}, revision=RevisionAction.PROPOSED),
    },
    new_version=True,
)
# Only the operator publishes a draft, by import; and a preview does, which is undone.
IMPORT = Step(
    "import",
    {
        stage: Move({"state": State.PUBLISHED}, revision=RevisionAction.PUBLISHED)
        for stage in Stage
        if stage != Stage.WITHDRAWN
    },
    publishes=True,
)
# An entry of a shared list that was merged into another: see `merging`.
ABSORB = Step(
    "absorb",
    {
        stage: Move({"state": State.WITHDRAWN}, revision=RevisionAction.WITHDRAWN)
        for stage in (Stage.DRAFT, Stage.IN_REVIEW, Stage.PUBLISHED)
    },
)

# Which roles may do what at which stage. That nobody publishes alone what they wrote holds
# besides: `Step.other_person`.
PERMISSIONS: dict[str, dict[Stage, tuple[str, ...]]] = {
    "add": {Stage.DRAFT: ROLES},
    "change": {
        Stage.DRAFT: ROLES,
        Stage.IN_REVIEW: FROM_REVIEWER,
        Stage.PUBLISHED: ROLES,
        Stage.PROPOSED: ROLES,
        Stage.PROPOSAL_IN_REVIEW: FROM_REVIEWER,
    },
    "preview": dict.fromkeys(Stage, ROLES),
    # To approve that an entry is merged into this one, and so withdrawn.
    "merge": {Stage.PROPOSAL_IN_REVIEW: FROM_PUBLISHER},
    **{
        name: {stage: move.roles for stage, move in step.moves.items()}
        for name, step in BUTTONS.items()
    },
}


def may(user: User | AnonymousUser, action: str, obj: Publishable | None = None) -> bool:
    """Whether a curator's roles allow an action on this record; on some record, without one.

    One query for each user object, however often it is asked.
    """
    mine = roles_of(user)
    stages = {stage for stage, roles in PERMISSIONS[action].items() if not mine.isdisjoint(roles)}
    return bool(stages) if obj is None else obj.stage in stages


def is_administrator(user: User | AnonymousUser) -> bool:
    return ADMINISTRATOR in roles_of(user)


def needs_second_factor(user: User | AnonymousUser) -> bool:
    return not roles_of(user).isdisjoint(WITH_SECOND_FACTOR)


def roles_of(user: User | AnonymousUser) -> set[str]:
    """The roles that an account has now; the operator's own account has the highest."""
    if not (user.is_active and user.is_staff):
        return set()
    if user.is_superuser:
        return {ADMINISTRATOR}
    prefetch_related_objects([user], "groups")
    return {group.name for group in user.groups.all() if group.name in ROLES}


def lock(obj: Publishable) -> None:
    """Locks a record's row and reads it anew: whoever comes second waits until the first is done.

    One query. Run it in a transaction.
    """
    rows = type(obj)._default_manager.order_by().select_for_update()
    obj.refresh_from_db(from_queryset=rows)


def change_stage(
    records: Sequence[Publishable], step: Step, reason: str = "", at: datetime | None = None
) -> None:
    """Sets state, proposal, version and dates of records of one kind as a step says.

    One query for each stage that they are at. Raises InvalidStep where a stage does not allow the
    step. What search keeps of them is indexed by the caller.
    """
    by_stage: dict[Stage, list[Publishable]] = {}
    for obj in records:
        by_stage.setdefault(obj.stage, []).append(obj)
    at = at or timezone.now()
    version = {"version": F("version") + 1} if step.new_version else {}
    for stage, group in by_stage.items():
        columns: dict[str, Any] = dict(step.move_from(stage).columns)
        if step.publishes:
            columns["published_at"] = at
        if columns.get("state") == State.WITHDRAWN:
            columns |= {"withdrawn_at": at, "withdrawal_reason": reason}
        # The stage is compared inside the UPDATE: of two who press the button, one succeeds.
        rows = type(group[0])._default_manager.filter(
            pk__in=[obj.pk for obj in group], state=group[0].state, proposal=group[0].proposal
        )
        if rows.update(**columns, **version) != len(group):
            raise InvalidStep(_("Somebody has changed its state meanwhile: look at it again."))
        for obj in group:
            obj.version += 1 if step.new_version else 0
            for name, value in columns.items():
                setattr(obj, name, value)
