"""Find the statement that a coded position belongs to, by actor name or reference."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from dialogues.choices import State
from dialogues.models import Actor, ActorName, Dialogue, Statement


@dataclass(frozen=True)
class CodingTarget:
    """A statement that a position is for, or an actor who has none in the dialogue yet."""

    name: str
    statement: Statement | None
    actor: Actor | None = None


class CodingTargets:
    """The actors and statements of one dialogue, each list read once."""

    def __init__(self, dialogue: Dialogue) -> None:
        self.dialogue = dialogue

    @cached_property
    def actors(self) -> dict[str, Actor]:
        rows = Actor.objects.exclude(state=State.WITHDRAWN).order_by("name")
        return {actor.slug: actor for actor in rows}

    @cached_property
    def names(self) -> dict[str, str]:
        """The actor's slug for every name; an actor's own name wins over another's variant."""
        others = ActorName.objects.values_list("name", "actor__slug").order_by("pk")
        variants = {name: slug for name, slug in others if slug in self.actors}
        return variants | {actor.name: slug for slug, actor in self.actors.items()}

    @cached_property
    def statements(self) -> list[Statement]:
        rows = self.dialogue.statements.exclude(state=State.WITHDRAWN).in_order()
        return list(rows.prefetch_related("deliveries__actor"))

    @cached_property
    def by_actor(self) -> dict[str, list[Statement]]:
        """The statements that each actor delivered, alone or with others."""
        by_actor: dict[str, list[Statement]] = {}
        for statement in self.statements:
            for delivery in statement.delivered:
                by_actor.setdefault(delivery.actor.slug, []).append(statement)
        return by_actor

    @property
    def versions(self) -> str:
        """The version of each statement when the desk was opened: `12:3 14:1`."""
        return " ".join(f"{statement.pk}:{statement.version}" for statement in self.statements)

    def target(self, word: str) -> CodingTarget:
        """The target of a name, slug or statement's reference. Raises ValidationError, in words."""
        by_ref = {statement.ref: statement for statement in self.statements}
        if word.upper() in by_ref:
            statement = by_ref[word.upper()]
            return CodingTarget(speakers_sentence(statement), statement)
        slug = word if word in self.actors else self._slug(word)
        statements = self.by_actor.get(slug, [])
        if len(statements) > 1:
            raise ValidationError(
                _("%(actor)s has several statements. Write which one: %(refs)s.")
                % {"actor": self.actors[slug], "refs": ", ".join(s.ref for s in statements)}
            )
        if statements:
            return CodingTarget(speakers_sentence(statements[0]), statements[0])
        return CodingTarget(self.actors[slug].name, None, self.actors[slug])

    def _slug(self, name: str) -> str:
        folded = {known.casefold(): slug for known, slug in self.names.items()}
        slug = folded.get(name.casefold())
        if slug is None:
            near = difflib.get_close_matches(name.casefold(), folded, n=1)
            raise ValidationError(
                _("There is no actor “%(name)s”. The nearest is “%(near)s”.")
                % {"name": name, "near": self.actors[folded[near[0]]]}
                if near
                else _("There is no actor “%(name)s”. Enter it under Actors first.")
                % {"name": name}
            )
        return slug


def speakers_sentence(statement: Statement) -> str:
    """The names of those who delivered a statement, as in a sentence."""
    names = [delivery.actor.name for delivery in statement.delivered]
    return str(get_text_list(names, _("and"))) if names else statement.ref
