"""The one table of who may do what, to a record at which stage."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import prefetch_related_objects

from dialogues.choices import Stage
from dialogues.models import Publishable

ADMINISTRATOR = "Administrator"

_LIVE = {Stage.PUBLISHED, Stage.PROPOSED, Stage.PROPOSAL_IN_REVIEW}
_WAITING = {Stage.IN_REVIEW, Stage.PROPOSAL_IN_REVIEW}
# To change what is published is to propose a change of it.
_WRITTEN = {Stage.DRAFT, Stage.PUBLISHED, Stage.PROPOSED}
_CONTRIBUTOR = {
    "add": {Stage.DRAFT},
    "change": _WRITTEN,
    "submit": {Stage.DRAFT, Stage.PROPOSED},
    "decline": {Stage.PROPOSED},
    "preview": set(Stage),
}
_REVIEWER = _CONTRIBUTOR | {
    "change": _WRITTEN | _WAITING,
    "give_back": _WAITING,
    "approve": {Stage.PROPOSAL_IN_REVIEW},
    "decline": {Stage.PROPOSED, Stage.PROPOSAL_IN_REVIEW},
}
_PUBLISHER = _REVIEWER | {
    "publish": {Stage.IN_REVIEW},
    "withdraw": _LIVE,
    # To approve that an entry is merged into this one, and so withdrawn.
    "merge": {Stage.PROPOSAL_IN_REVIEW},
}

# That nobody publishes alone what they wrote holds besides: see `steps.refuse_own`.
ROLES: dict[str, dict[str, set[Stage]]] = {
    "Contributor": _CONTRIBUTOR,
    "Reviewer": _REVIEWER,
    "Publisher": _PUBLISHER,
    # Alone in the office they may approve their own, with a reason; and they give the roles.
    ADMINISTRATOR: _PUBLISHER,
}

# Those who decide what readers see, and so sign in with a second factor.
WITH_SECOND_FACTOR = {"Publisher", ADMINISTRATOR}


def may(user: User | AnonymousUser, action: str, obj: Publishable | None = None) -> bool:
    """Whether a curator's roles allow an action on this record; on some record, without one.

    Roles are groups. One query for each user object, however often it is asked.
    """
    stages = {stage for role in roles_of(user) for stage in ROLES[role].get(action, ())}
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
