"""A reference implementation of the filters: plain Python over the bundled record files.

Written from the contract and without the app, of which it imports nothing: an oracle for tests,
slow, and without a database. A selection is a dict of parameter to values
(`{"theme": ["sovereignty"], "stance": ["opposes", "mixed"]}`); each function gives the keys of the
rows that fit it.
"""

import re
import unicodedata
from functools import cache
from typing import Any

import snowballstemmer

from tests import bundled

Chosen = dict[str, list[str]]
OF_POSITION = ("theme", "stance", "pillar", "situation", "instrument", "quoted")
OF_WHO = ("actor", "kind", "group")


@cache
def actors() -> dict[str, Any]:
    return {actor["slug"]: actor for actor in bundled.shared("actors")}


@cache
def dialogues() -> list[Any]:
    """Each dialogue, with its kinds of panels by key and its first day."""
    files = []
    for year in bundled.YEARS:
        file = bundled.year_file(year)
        dialogue = file["dialogue"]
        dialogue["panel_kinds"] = {panel["key"]: panel["kind"] for panel in dialogue["panels"]}
        dialogue["panel_titles"] = {panel["key"]: panel["title"] for panel in dialogue["panels"]}
        dialogue["first_day"] = dialogue["dates"][0] if dialogue["dates"] else None
        files.append(file)
    return files


@cache
def statements() -> list[tuple[Any, Any]]:
    """Each statement with its dialogue."""
    return [
        (file["dialogue"], statement) for file in dialogues() for statement in file["statements"]
    ]


@cache
def positions() -> list[tuple[Any, Any, Any]]:
    return [(d, s, position) for d, s in statements() for position in s["positions"]]


def find_statements(chosen: Chosen) -> list[str]:
    return [
        statement["ref"]
        for dialogue, statement in statements()
        if statement_fits(dialogue, statement, chosen)
        and (
            not any(name in chosen for name in OF_POSITION)
            or any(position_fits(position, chosen) for position in statement["positions"])
        )
        and answers(statement_words()[statement["ref"]], chosen)
    ]


def find_positions(chosen: Chosen) -> list[str]:
    return [
        position["ref"]
        for dialogue, statement, position in positions()
        if statement_fits(dialogue, statement, chosen)
        and position_fits(position, chosen)
        and answers(position_words()[position["ref"]], chosen)
    ]


def find_quotations(chosen: Chosen) -> list[str]:
    """Quotations of the positions that fit; those of a dialogue itself by its year only."""
    fitting = set(find_positions(chosen))
    refs = [
        quotation["ref"]
        for _, _, position in positions()
        if position["ref"] in fitting
        for quotation in position["quotations"]
    ]
    for file in dialogues():
        if year_fits(file["dialogue"], chosen) and not set(chosen) - {
            "year",
            "year_min",
            "year_max",
        }:
            refs += [quotation["ref"] for quotation in file["dialogue"]["quotations"]]
    return refs


def find_tallies(chosen: Chosen) -> list[str]:
    return [
        tally["ref"]
        for file in dialogues()
        for tally in file["dialogue"]["tallies"]
        if year_fits(file["dialogue"], chosen)
        and position_fits(tally, chosen)
        and ("actor" not in chosen or set(tally["actors"]) & set(chosen["actor"]))
    ]


def find_actors(chosen: Chosen) -> list[str]:
    """Actors by name, kind and group; with any other filter, deliverers of what fits it."""
    if set(chosen) - {"q", "actor", "kind", "group"}:
        said = {name: values for name, values in chosen.items() if name not in ("q", "said")}
        if "said" in chosen:
            said["q"] = chosen["said"]
        of_position = any(name in said for name in OF_POSITION)
        fitting = set(find_positions(said) if of_position else find_statements(said))
        found = {
            slug
            for dialogue, statement in statements()
            if {statement["ref"], *(one["ref"] for one in statement["positions"])} & fitting
            for slug in who(dialogue, statement, said)
        }
    else:
        found = {
            slug
            for slug, actor in actors().items()
            if ("kind" not in chosen or actor["kind"] in chosen["kind"])
            and ("actor" not in chosen or slug in chosen["actor"])
            and (
                "group" not in chosen
                or {each["group"] for each in actor["memberships"]} & set(chosen["group"])
            )
        }
    return [slug for slug in found if "q" not in chosen or is_named(slug, chosen["q"][0])]


def is_named(slug: str, words: str) -> bool:
    actor = actors()[slug]
    names = fold(" ".join([actor["name"], *(name["name"] for name in actor["names"])]))
    return all(word in names for word in fold(words).split())


# What fits


def year_fits(dialogue: Any, chosen: Chosen) -> bool:
    year = dialogue["year"]
    return (
        ("year" not in chosen or str(year) in chosen["year"])
        and ("year_min" not in chosen or year >= int(chosen["year_min"][0]))
        and ("year_max" not in chosen or year <= int(chosen["year_max"][0]))
    )


def delivered(statement: Any) -> list[str]:
    return [d["actor"] for d in statement["deliveries"] if d["mode"] == "delivered"]


def belongs(slug: str, groups: list[str], day: str) -> bool:
    """Whether an actor was in one of the groups on a day."""
    return any(
        membership["group"] in groups
        and (membership["from"] is None or membership["from"] <= day)
        and (membership["to"] is None or membership["to"] > day)
        for membership in actors()[slug]["memberships"]
    )


def statement_fits(dialogue: Any, statement: Any, chosen: Chosen) -> bool:
    if not year_fits(dialogue, chosen):
        return False
    if "panel" in chosen and (
        dialogue["panel_kinds"].get(statement["panel"]) not in chosen["panel"]
    ):
        return False
    if "form" in chosen and statement["form"] not in chosen["form"]:
        return False
    if "joint" in chosen:
        joint = len(delivered(statement)) > 1
        if joint != (chosen["joint"] == ["true"]):
            return False
    return bool(who(dialogue, statement, chosen))


def who(dialogue: Any, statement: Any, chosen: Chosen) -> list[str]:
    """The deliverers of a statement who each fit all of `actor`, `kind` and `group`."""
    return [
        slug
        for slug in delivered(statement)
        if ("actor" not in chosen or slug in chosen["actor"])
        and ("kind" not in chosen or actors()[slug]["kind"] in chosen["kind"])
        and ("group" not in chosen or belongs(slug, chosen["group"], dialogue["first_day"]))
    ]


def position_fits(position: Any, chosen: Chosen) -> bool:
    """Whether a position fits; or a tally, which has the same fields."""
    return (
        ("theme" not in chosen or position["theme"] in chosen["theme"])
        and ("stance" not in chosen or position["stance"] in chosen["stance"])
        and ("pillar" not in chosen or bool({*map(str, position["pillars"])} & {*chosen["pillar"]}))
        and ("situation" not in chosen or bool({*position["situations"]} & {*chosen["situation"]}))
        and (
            "instrument" not in chosen or bool({*position["instruments"]} & {*chosen["instrument"]})
        )
        and (
            "quoted" not in chosen or bool(position["quotations"]) == (chosen["quoted"] == ["true"])
        )
    )


# Words


def fold(text: str) -> str:
    """Lowercase words without accents and apostrophes, one space between them."""
    text = unicodedata.normalize("NFKD", re.sub(r"['’‘`´ʼ]", "", text.lower()))
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    for letter, plain in (
        ("œ", "oe"),
        ("æ", "ae"),
        ("ß", "ss"),
        ("ø", "o"),
        ("ł", "l"),
        ("ı", "i"),
    ):
        text = text.replace(letter, plain)
    return " ".join("".join(c if c.isalnum() else " " for c in text).split())


# Words that are one matter in this field, though the stemmer takes them for forms of another.
APART = (
    "responsibilit",
    "responsib",
    "accountab",
    "authority",
    "authorities",
    "informal",
    "national",
    "universit",
)
# British spelling as American, for the words that the records have; "organise" by its ending.
AMERICAN = {
    "analyses": "analyzes",
    "analysing": "analyzing",
    "centre": "center",
    "centres": "centers",
    "defence": "defense",
    "favoured": "favored",
    "licence": "license",
    "neighbourhood": "neighborhood",
    "programme": "program",
    "programmes": "programs",
}
ISE = re.compile("(...)is(e|ed|er|ers|es|ing|ation|ations|ational)$")
STEMMER = snowballstemmer.stemmer("english")

Terms = tuple[str, ...]


@cache
def stem(word: str) -> str:
    """What all forms and spellings of a folded word have in common."""
    for beginning in APART:
        if word.startswith(beginning):
            return beginning.replace("ies", "y")
    if not (word.isascii() and word.isalpha()):
        return word
    return str(STEMMER.stemWord(ISE.sub(r"\1iz\2", AMERICAN.get(word, word))))


@cache
def terms(text: str) -> Terms:
    return tuple(stem(word) for word in fold(text).split())


@cache
def synonyms() -> list[list[Terms]]:
    return [[terms(word) for word in entry["words"]] for entry in bundled.shared("synonyms")]


def same_as(words: Terms) -> list[Terms]:
    """Every wording of these words: each name in them, the longest first, by all its synonyms."""
    if not words:
        return [()]
    for length in range(len(words), 0, -1):
        names = [name for entry in synonyms() if words[:length] in entry for name in entry]
        if names or length == 1:
            first = names or [words[:1]]
            return [a + b for a in first for b in same_as(words[length:])]
    raise AssertionError


def asked(query: str) -> list[tuple[bool, list[Terms]]]:
    """The clauses of a query: whether the words must be there, and their wordings."""
    tokens = re.findall(r'(-?)(?:"([^"]*)"|([^\s"]+))', query)
    tokens = [t for t in tokens if terms(t[1] or t[2]) and (t[0] or t[2] != "AND")]
    found: list[tuple[bool, list[Terms]]] = []
    while tokens:
        # Loose words at the front that are a name together.
        loose = []
        for minus, phrase, word in tokens:
            if minus or phrase or word == "OR" or len(terms(word)) != 1 or "-" in word:
                break
            loose.append(terms(word)[0])
        if len(loose) < len(tokens) and tokens[len(loose)][2] == "OR":
            loose = loose[:-1]
        for length in range(len(loose), 1, -1):
            name = tuple(loose[:length])
            if any(name in entry for entry in synonyms()):
                found.append((True, same_as(name)))
                tokens = tokens[length:]
                break
        else:
            minus, phrase, word = tokens.pop(0)
            wordings = wordings_of(phrase or word)
            while len(tokens) > 1 and tokens[0][2] == "OR" and not tokens[0][0]:
                wordings += wordings_of(tokens[1][1] or tokens[1][2])
                tokens = tokens[2:]
            found.append((not minus, wordings))
    return found


def wordings_of(text: str) -> list[Terms]:
    hyphened = re.fullmatch(r"[^\W\d_]+(-[^\W\d_]+)+", text)
    return same_as(terms(text)) + ([terms(text.replace("-", ""))] if hyphened else [])


def answers(texts: list[str], chosen: Chosen) -> bool:
    """Whether texts answer `q`: no phrase runs over the end of one of them."""
    return "q" not in chosen or all(
        any(f" {' '.join(wording)} " in text for wording in wordings for text in texts) == there
        for there, wordings in asked(chosen["q"][0])
    )


def in_terms(texts: list[str]) -> list[str]:
    """Each text's terms between spaces; words with hyphens once more without."""
    whole = [word for text in texts for word in re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)+", text)]
    texts = [*texts, *(word.replace("-", "") for word in whole)]
    return [f" {' '.join(terms(text))} " for text in texts]


@cache
def statement_words() -> dict[str, list[str]]:
    return {
        statement["ref"]: in_terms(statement_texts(dialogue, statement))
        for dialogue, statement in statements()
    }


@cache
def position_words() -> dict[str, list[str]]:
    return {
        position["ref"]: in_terms(position_texts(dialogue, statement, position))
        for dialogue, statement, position in positions()
    }


@cache
def shared(name: str) -> dict[str, Any]:
    return {record["slug"]: record for record in bundled.shared(name)}


def who_texts(dialogue: Any, statement: Any) -> list[str]:
    texts = [dialogue["panel_titles"].get(statement["panel"], "")]
    if statement["speaker"]:
        person = shared("people")[statement["speaker"]]
        texts += [person["name"], *person["variants"], statement["speaker_post"]]
    for delivery in statement["deliveries"]:
        if delivery["mode"] == "delivered":
            actor = actors()[delivery["actor"]]
            texts += [actor["name"], delivery["printed_name"]]
            texts += [name["name"] for name in actor["names"]]
    return texts


def own_texts(position: Any) -> list[str]:
    texts = [position["summary"], position["note"], position["heading"]]
    texts.append(shared("themes")[position["theme"]]["title"])
    texts += [quotation["text"] for quotation in position["quotations"]]
    for name in ("situations", "instruments"):
        for slug in position[name]:
            texts += [shared(name)[slug]["name"], *shared(name)[slug]["variants"]]
    return texts


def position_texts(dialogue: Any, statement: Any, position: Any) -> list[str]:
    return [*who_texts(dialogue, statement), *own_texts(position)]


def statement_texts(dialogue: Any, statement: Any) -> list[str]:
    texts = [*who_texts(dialogue, statement), statement["summary"], statement["note"]]
    return texts + [text for position in statement["positions"] for text in own_texts(position)]
