"""Records for tests, beside the bundled ones: drafts unless `state` says otherwise.

    dialogue = make_dialogue(2030, state=State.PUBLISHED)
    statement = make_statement(dialogue, ["mexico"], state=State.PUBLISHED)
    position = make_position(statement, theme="sovereignty", stance="opposes")

What is needed and not given is found or made: actors, themes and sources may be named by the slug
of a bundled one. A published or withdrawn statement gets the next free refs of its year, as do
its positions and quotations; the search text is kept.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, User
from django.db.models import Model
from django.utils import timezone

from dialogues import search
from dialogues.choices import (
    ActorKind,
    Coding,
    DialogueFormat,
    NoteKind,
    PanelKind,
    ParticipationRole,
    Stance,
    State,
    TallyRelation,
)
from dialogues.models import (
    Actor,
    Assertion,
    Citation,
    Delivery,
    Dialogue,
    Event,
    Instrument,
    Membership,
    Note,
    Panel,
    Participation,
    Passage,
    Person,
    Position,
    Quotation,
    Situation,
    Source,
    Statement,
    Synonym,
    Tally,
    Theme,
)
from dialogues.publishing.numbering import give_refs
from dialogues.texts.digests import measures

PASSWORD = "a long passphrase for tests"
LIVE = (State.PUBLISHED, State.WITHDRAWN)


def in_state(state: str) -> dict[str, Any]:
    """The fields that the database demands of a record in this state."""
    fields: dict[str, Any] = {"state": state}
    if state in LIVE:
        fields["published_at"] = timezone.now()
    if state == State.WITHDRAWN:
        fields |= {"withdrawn_at": timezone.now(), "withdrawal_reason": "Entered twice."}
    return fields


def _entry(model: Any, slug: str, fields: dict[str, Any], **defaults: Any) -> Any:
    values = defaults | in_state(fields.pop("state", State.DRAFT)) | fields
    return model.objects.create(slug=slug, **values)


def _found(model: Any, one: Any) -> Any:
    """A record, or the one of this slug."""
    return model.objects.get(slug=one) if isinstance(one, str) else one


def _words_of(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


# The shared lists


def make_actor(slug: str, kind: str = ActorKind.MEMBER_STATE, **fields: Any) -> Actor:
    return _entry(Actor, slug, fields, kind=kind, name=_words_of(slug))


def make_membership(
    actor: Actor | str, group: Actor | str, date_from: Any = None, date_to: Any = None
) -> Membership:
    return Membership.objects.create(
        actor=_found(Actor, actor), group=_found(Actor, group), date_from=date_from, date_to=date_to
    )


def make_person(slug: str, **fields: Any) -> Person:
    return _entry(Person, slug, fields, name=_words_of(slug).title())


def make_theme(slug: str, **fields: Any) -> Theme:
    return _entry(
        Theme, slug, fields, order=900, title=_words_of(slug), definition="What belongs here."
    )


def make_situation(slug: str, **fields: Any) -> Situation:
    return _entry(Situation, slug, fields, name=_words_of(slug))


def make_instrument(slug: str, **fields: Any) -> Instrument:
    return _entry(Instrument, slug, fields, name=_words_of(slug), kind="resolution")


def make_event(slug: str, **fields: Any) -> Event:
    return _entry(Event, slug, fields, name=_words_of(slug))


def make_synonym(slug: str, words: list[str], **fields: Any) -> Synonym:
    return _entry(Synonym, slug, fields, words=words)


def make_source(slug: str, **fields: Any) -> Source:
    return _entry(Source, slug, fields, title=_words_of(slug), publisher="A publisher")


def make_passage(source: Source | str, number: int, text: str, loaded: bool = True) -> Passage:
    """A numbered passage; its text is kept unless `loaded` is false."""
    return Passage.objects.create(
        source=_found(Source, source),
        number=number,
        text=text if loaded else "",
        **measures(text),
    )


# A dialogue and its parts


def make_dialogue(year: int, **fields: Any) -> Dialogue:
    """A meeting on 1 July of the year; `format="none_held"` makes a year without one."""
    values: dict[str, Any] = {
        "title": f"The dialogue of {year}",
        "format": DialogueFormat.INFORMAL,
        "first_day": datetime.date(year, 7, 1),
        "coding": Coding.PARTIAL,
    }
    if fields.get("format") == DialogueFormat.NONE_HELD:
        values |= {"first_day": None, "coding": "", "reason_not_held": "It was not called."}
    state = in_state(fields.pop("state", State.DRAFT))
    return Dialogue.objects.create(year=year, **values | state | fields)


def make_panel(dialogue: Dialogue, key: str = "discussion", **fields: Any) -> Panel:
    values = {"kind": PanelKind.DISCUSSION, "title": _words_of(key)} | fields
    return Panel.objects.create(
        dialogue=dialogue, key=key, order=dialogue.panels.count() + 1, **values
    )


def make_participation(panel: Panel, person: Person | str, **fields: Any) -> Participation:
    values = {"role": ParticipationRole.PANELIST, "post": "Professor"} | fields
    order = panel.participations.count() + 1
    return Participation.objects.create(
        panel=panel, person=_found(Person, person), order=order, **values
    )


def make_tally(dialogue: Dialogue, actors: Iterable[Actor | str] = (), **fields: Any) -> Tally:
    values = {
        "wording": "several states",
        "claim": "Several states spoke of it.",
        "relation": TallyRelation.NONE,
        "theme": None,
    } | fields
    values["theme"] = _found(Theme, values["theme"])
    order = dialogue.tallies.count() + 1
    tally = Tally.objects.create(dialogue=dialogue, order=order, **values)
    tally.actors.set([_found(Actor, actor) for actor in actors])
    if dialogue.state in LIVE:
        give_refs(dialogue)
        tally.refresh_from_db()
    return tally


def make_note(dialogue: Dialogue, **fields: Any) -> Note:
    values = {"kind": NoteKind.READING, "issue": "It is not clear who spoke."} | fields
    return Note.objects.create(dialogue=dialogue, order=dialogue.notes.count() + 1, **values)


def make_assertion(dialogue: Dialogue, fact: str, value: Any, **fields: Any) -> Assertion:
    order = dialogue.assertions.count() + 1
    return Assertion.objects.create(
        dialogue=dialogue, fact=fact, value=value, order=order, **fields
    )


def make_citation(owner: Model, cite: str, field: str = "") -> Citation:
    """That the owner (a position, a tally, an actor …) was read at `source` or `source#p12`."""
    slug, _, number = cite.partition("#p")
    source = Source.objects.get(slug=slug)
    passage = source.passages.get(number=int(number)) if number else None
    name = owner._meta.model_name or ""
    return Citation.objects.create(source=source, passage=passage, field=field, **{name: owner})


# A statement and its parts


def make_statement(
    dialogue: Dialogue,
    actors: Iterable[Actor | str] = (),
    *,
    joined: Iterable[Actor | str] = (),
    **fields: Any,
) -> Statement:
    """A statement delivered by `actors` (several: a joint one) and joined by others."""
    state = fields.pop("state", State.DRAFT)
    statement = Statement.objects.create(dialogue=dialogue, **fields)
    every = [(actor, "delivered") for actor in actors] + [(actor, "joined") for actor in joined]
    for order, (actor, mode) in enumerate(every, start=1):
        Delivery.objects.create(
            statement=statement, actor=_found(Actor, actor), mode=mode, order=order
        )
    if state in LIVE and not statement.has_public_ref:
        give_refs(statement)
    if state != State.DRAFT:
        Statement.objects.filter(pk=statement.pk).update(**in_state(state))
        statement.refresh_from_db()
    _keep(statement)
    return statement


def make_position(
    statement: Statement,
    theme: Theme | str = "sovereignty",
    stance: str = Stance.SUPPORTS,
    **fields: Any,
) -> Position:
    """A position; lists (situations, instruments, other_themes, mentions) take slugs or records."""
    many: dict[str, tuple[type[Model], Any]] = {
        name: (model, fields.pop(name, []))
        for name, model in (
            ("situations", Situation),
            ("instruments", Instrument),
            ("other_themes", Theme),
            ("mentions", Actor),
        )
    }
    pillars = fields.pop("pillars", [])
    position = Position(
        statement=statement,
        theme=_found(Theme, theme),
        stance=stance,
        order=statement.positions.count() + 1,
        **{"summary": "It makes a point."} | fields,
    )
    position.pillars = pillars
    position.save()
    for name, (model, values) in many.items():
        getattr(position, name).set([_found(model, value) for value in values])
    _keep(statement)
    position.refresh_from_db()
    return position


def make_quotation(
    owner: Position | Dialogue,
    text: str = "a duty to act",
    source: Source | str = "icrtop-2011",
    **fields: Any,
) -> Quotation:
    """Words of a position, or of the dialogue itself; `passage` is one of the source's."""
    values: dict[str, Any] = {"text": text, "source": _found(Source, source), **fields}
    if isinstance(owner, Position):
        values |= {
            "position": owner,
            "statement": owner.statement,
            "dialogue": owner.statement.dialogue,
        }
    else:
        values["dialogue"] = owner
    quotation = Quotation.objects.create(order=owner.quotations.count() + 1, **values)
    if isinstance(owner, Position):
        _keep(owner.statement)
    elif owner.state in LIVE:
        give_refs(owner)
    quotation.refresh_from_db()
    return quotation


def _keep(statement: Statement) -> None:
    """What a saved statement needs: the refs that are due, and its search text."""
    if statement.state in LIVE:
        give_refs(statement)
    search.index(Statement.objects.filter(pk=statement.pk))


# Curators


def make_user(name: str = "curator", role: str = "", **fields: Any) -> User:
    """An account that signs in with `PASSWORD`.

    `role`: "" for no curator at all, "staff" for one without a group, "admin" for an
    administrator, otherwise the group of that name.
    """
    user = User.objects.create_user(
        name,
        password=PASSWORD,
        is_staff=bool(role),
        is_superuser=role == "admin",
        **fields,
    )
    if role not in ("", "staff", "admin"):
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user
