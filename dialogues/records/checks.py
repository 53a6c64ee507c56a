"""Rules for a record that its schema cannot express; import and `verify_archive` check them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from dialogues.choices import REPORTED_COUNTS, ActorKind, Check, DeliveryMode, DialogueFormat
from dialogues.texts.passages import check_words

from .record_forms import RecordForm

# The text of a passage by its cite; "" where it is not loaded.
TextOf = Callable[[str], str]


def faults_of(
    form: RecordForm, record: dict[str, Any], text_of: TextOf
) -> Iterator[tuple[str, str]]:
    """The faults of one record: path and cause."""
    if form.name == "dialogue":
        yield from _dialogue(record, text_of)
    elif form.name == "statement":
        yield from _statement(record, text_of)
    elif form.name == "source":
        yield from _repeated(record["passages"], "passages", "number")
    elif form.name == "actor":
        yield from _actor(record)


def quotations_of(record: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The quotations in a record, each with its path."""
    for quotation in record.get("quotations", []):
        yield f"quotations[{quotation['ref']}]", quotation
    for position in record.get("positions", []):
        for quotation in position["quotations"]:
            yield f"positions[{position['ref']}].quotations[{quotation['ref']}]", quotation


def refs_of(form: RecordForm, record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every ref in a record, with its path; those of withdrawn parts last."""
    if form.name == "statement":
        yield record["ref"], "ref"
    for name in ("tallies", "positions"):
        for part in record.get(name, []):
            yield part["ref"], f"{name}[{part['ref']}].ref"
    for path, quotation in quotations_of(record):
        yield quotation["ref"], f"{path}.ref"
    for part in record.get("withdrawn_parts", []):
        yield part["ref"], f"withdrawn_parts[{part['ref']}]"


def tally_matches(tally: dict[str, Any]) -> bool | None:
    """Whether as many actors and events are named as the tally counts; None without a number."""
    number = tally["implied_number"] if tally["number"] is None else tally["number"]
    if number is None:
        return None
    return number == len(tally["actors"]) + len(tally["events"])


def _dialogue(record: dict[str, Any], text_of: TextOf) -> Iterator[tuple[str, str]]:
    held = record["format"] != DialogueFormat.NONE_HELD
    if held and not record["dates"]:
        yield "dates", "a dialogue that was held has at least one day"
    if held and not record["coding"]:
        yield "coding", "a dialogue that was held says how far it is coded"
    if not held and (record["dates"] or record["coding"]):
        yield "format", "a year without a meeting has neither dates nor coding"
    if not held and not record["reason_not_held"]:
        yield "reason_not_held", "a year without a meeting says why"
    if record["dates"] != sorted(record["dates"]):
        yield "dates", "the days are in order"
    yield from _repeated(record["panels"], "panels", "key")
    for panel in record["panels"]:
        for index, participation in enumerate(panel["participations"]):
            if not any(participation[name] for name in ("person", "post", "organization")):
                path = f"panels[{panel['key']}].participations[{index}].person"
                yield path, "somebody is named by person, post or organization"
    for tally in record["tallies"]:
        if tally["matches"] != tally_matches(tally):
            yield (
                f"tallies[{tally['ref']}].matches",
                f"is {tally['matches']}, but the numbers give {tally_matches(tally)}",
            )
    yield from _assertions(record)
    for path, quotation in quotations_of(record):
        yield from _quotation(path, quotation, text_of)


def _assertions(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    preferred = Counter(a["fact"] for a in record["assertions"] if a["preferred"])
    for index, assertion in enumerate(record["assertions"]):
        fact, path = assertion["fact"], f"assertions[{index}]"
        if not _is_storable(assertion["value"]):
            yield f"{path}.value", "has a null character, or half a character"
        if preferred[fact] > 1:
            yield f"{path}.preferred", f"only one value of {fact} is preferred"
        if not assertion["preferred"]:
            continue
        fields = record["reported"] if fact in REPORTED_COUNTS else record
        if fact in fields and fields[fact] != assertion["value"]:
            yield f"{path}.value", f"is preferred, but the dialogue’s own {fact} differs"


def _is_storable(value: Any) -> bool:
    """Whether both databases and a UTF-8 file can hold all texts in a JSON value."""
    if isinstance(value, dict):
        return all(_is_storable(key) and _is_storable(inner) for key, inner in value.items())
    if isinstance(value, list):
        return all(map(_is_storable, value))
    return not isinstance(value, str) or not re.search("[\x00\ud800-\udfff]", value)


def _statement(record: dict[str, Any], text_of: TextOf) -> Iterator[tuple[str, str]]:
    delivered = [d for d in record["deliveries"] if d["mode"] == DeliveryMode.DELIVERED]
    if not delivered:
        yield "deliveries", "a statement is delivered by at least one actor"
    yield from _repeated(record["deliveries"], "deliveries", "actor")
    for index, delivery in enumerate(record["deliveries"]):
        behalf = delivery["on_behalf_of"]
        if behalf and delivery["actor"] in behalf["actors"]:
            yield f"deliveries[{index}].on_behalf_of.actors", "nobody speaks on behalf of itself"
    for position in record["positions"]:
        path = f"positions[{position['ref']}]"
        if position["theme"] in position["other_themes"]:
            yield f"{path}.other_themes", "repeats the main theme"
        if bool(position["heading"]) != bool(position["heading_basis"]):
            yield f"{path}.heading_basis", "goes with a heading, and a heading with it"
        if position["proposal"] and not all(position["proposal"].values()):
            yield f"{path}.proposal", "says the year, the part taken and what is proposed"
    for path, quotation in quotations_of(record):
        yield from _quotation(path, quotation, text_of)


def _quotation(path: str, quotation: dict[str, Any], text_of: TextOf) -> Iterator[tuple[str, str]]:
    start, end = quotation["start"], quotation["end"]
    if (start is None) != (end is None) or (start is not None and start >= end):
        yield f"{path}.start", "start and end are given together, start before end"
        return
    if start is not None and "#" not in quotation["source"]:
        yield f"{path}.start", "a place needs a passage"
        return
    text = text_of(quotation["source"])
    if check_words(quotation["text"], text, start, end) == Check.NOT_FOUND:
        yield f"{path}.text", f"does not stand in {quotation['source']} as given"


def _actor(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if record["un_member_since"] and record["kind"] != ActorKind.MEMBER_STATE:
        yield "un_member_since", "is of Member States only"
    for (name, kind), count in Counter((n["name"], n["kind"]) for n in record["names"]).items():
        if count > 1:
            yield "names", f"{kind} {name!r} stands {count} times"
    for index, membership in enumerate(record["memberships"]):
        begin, end = membership["from"], membership["to"]
        if begin and end and begin >= end:
            yield f"memberships[{index}].to", "comes after from"
        if membership["group"] == record["slug"]:
            yield f"memberships[{index}].group", "an actor is no member of itself"


def _repeated(items: list[dict], name: str, key: str) -> Iterator[tuple[str, str]]:
    for value, count in Counter(item[key] for item in items).items():
        if count > 1:
            yield name, f"{key} {value!r} stands {count} times"
