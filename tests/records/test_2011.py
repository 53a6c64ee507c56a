"""The bundled record of 12 July 2011, against the report that it was read from."""

from collections import Counter
from functools import cache
from typing import Any

import pytest
from django.core.management import call_command

from dialogues.models import Passage, Quotation, Revision, Source
from dialogues.texts.digests import digest, normalise
from dialogues.texts.passages import InvalidText, load_text
from tests import bundled
from tests.snapshot import fingerprint

SOURCE = "icrtop-2011"


@cache
def file() -> Any:
    return bundled.year_file(2011)


@cache
def dialogue() -> Any:
    return file()["dialogue"]


@cache
def statements() -> list[dict]:
    return file()["statements"]


@cache
def positions() -> list[dict]:
    return [position for statement in statements() for position in statement["positions"]]


@cache
def quotations() -> list[dict]:
    inside = [quotation for position in positions() for quotation in position["quotations"]]
    return [*dialogue()["quotations"], *inside]


@cache
def kinds() -> dict[str, str]:
    return {actor["slug"]: actor["kind"] for actor in bundled.shared("actors")}


def speakers(form: str, kind: str) -> list[str]:
    """Actors of a kind that delivered a statement of this form."""
    return [
        delivery["actor"]
        for statement in statements()
        for delivery in statement["deliveries"]
        if statement["form"] == form and kinds()[delivery["actor"]] == kind
    ]


# What the record holds


def test_six_segments_with_their_participants_and_posts():
    assert [
        (
            panel["key"],
            panel["kind"],
            [(p["person"], p["post"], p["role"]) for p in panel["participations"]],
        )
        for panel in dialogue()["panels"]
    ] == [
        (
            "opening",
            "opening",
            [("joseph-deiss", "President of the General Assembly", "opening_remarks")],
        ),
        ("morning-panel", "panel", PANELISTS),
        ("panel-discussion", "discussion", PANELISTS),
        (
            "afternoon-opening",
            "opening",
            [("ban-ki-moon", "Secretary-General", "opening_remarks")],
        ),
        (
            "advisers",
            "remarks",
            [
                (
                    "francis-deng",
                    "Special Adviser on the Prevention of Genocide",
                    "commentator",
                ),
                (
                    "edward-luck",
                    "Special Adviser on the Responsibility to Protect",
                    "commentator",
                ),
            ],
        ),
        ("statements", "debate", []),
    ]


PANELISTS = [
    ("liberata-mulamula", "Executive Secretary", "panelist"),
    ("knut-vollebaek", "High Commissioner on National Minorities", "panelist"),
    ("victor-rico-frontaura", "Secretary for Political Affairs", "panelist"),
]


def test_31_member_states_are_named_of_43_reported():
    named = speakers("statement", "member_state")
    assert len(named) == len(set(named)) == 31
    assert dialogue()["reported"] == {
        "member_states": 43,
        "regional_organizations": 3,
        "observers": None,
        "civil_society": 4,
        "states_spoken_for": None,
        "observers_spoken_for": None,
        "speakers": None,
    }


def test_regional_organizations_from_the_floor_and_civil_society():
    floor = speakers("statement", "regional_organization")
    assert sorted(floor) == ["african-union", "caricom", "european-union"]
    assert sorted(speakers("presentation", "regional_organization")) == ["icglr", "oas", "osce"]
    civil = [s for s in statements() if kinds()[s["deliveries"][0]["actor"]] == "civil_society"]
    assert {s["deliveries"][0]["actor"]: s["speaker"] for s in civil} == {
        "icrtop": "nana-afadzinu",
        "george-mason-university": "andrea-bartoli",
        "initiatives-for-international-dialogue": "gus-miclat",
        "global-centre-for-the-responsibility-to-protect": "monica-serrano",
    }


def test_one_joint_statement_of_three():
    (joint,) = [statement for statement in statements() if len(statement["deliveries"]) > 1]
    assert {d["actor"] for d in joint["deliveries"]} == {"denmark", "ghana", "costa-rica"}
    assert {d["mode"] for d in joint["deliveries"]} == {"delivered"}
    assert [position["attribution"] for position in joint["positions"]] == ["joint", "joint"]


def test_how_many_of_everything():
    assert len(statements()) == 43
    assert len(positions()) == 131
    assert len(quotations()) == 13
    assert len(dialogue()["tallies"]) == 40
    notes = Counter(note["kind"] for note in dialogue()["notes"])
    # What the report does not state and the terms it uses are no ambiguities.
    assert sum(notes.values()) - notes["not_stated"] - notes["term"] == 62


def test_every_position_cites_a_passage():
    for position in positions():
        assert position["cites"], position["ref"]
        assert all(cite.startswith(f"{SOURCE}#p") for cite in position["cites"]), position["ref"]


def test_refs_are_numbered_without_a_gap():
    def numbers(letter, refs):
        return sorted(refs) == [f"RTOP-2011-{letter}{n:03}" for n in range(1, len(refs) + 1)]

    assert numbers("S", [statement["ref"] for statement in statements()])
    assert numbers("P", [position["ref"] for position in positions()])
    assert numbers("Q", [quotation["ref"] for quotation in quotations()])


def test_sources_differ_on_the_day_of_the_report():
    values = {
        assertion["value"]: assertion["preferred"]
        for assertion in dialogue()["assertions"]
        if assertion["fact"] == "report_date"
    }
    assert values == {"2011-07-07": True, "2011-06-27": False, "2011-06-28": False}


def test_the_four_states_that_asked_for_restraint_of_the_veto_are_there():
    asked = {
        delivery["actor"]
        for statement in statements()
        for position in statement["positions"]
        for delivery in statement["deliveries"]
        if position["theme"] == "veto-and-security-council" and position["stance"] == "calls_for"
    }
    assert len(asked) == 4


# Against the facts


SLUGS = {
    "czech-republic": "czechia",
    "uk": "united-kingdom",
    "eu": "european-union",
    "au": "african-union",
    "liberata-mulamula": "icglr",
    "knut-vollebaek": "osce",
    "victor-rico-frontaura": "oas",
    "nana-afadzinu": "icrtop",
    "andrea-bartoli": "george-mason-university",
    "gus-miclat": "initiatives-for-international-dialogue",
    "monica-serrano": "global-centre-for-the-responsibility-to-protect",
}


def test_positions_are_those_of_the_close_reading(facts):
    recorded = Counter(
        (delivery["actor"], position["stance"], tuple(position["cites"]))
        for statement in statements()
        for position in statement["positions"]
        for delivery in statement["deliveries"]
    )
    read = Counter(
        (
            SLUGS.get(position["actor"], position["actor"]),
            position["stance"],
            tuple(f"{SOURCE}#{passage}" for passage in position["passages"]),
        )
        for position in facts("dialogue-2011")["positions"]
    )
    assert recorded.total() == 135
    assert recorded == read


def test_tallies_and_quotations_are_those_of_the_close_reading(facts):
    read = facts("dialogue-2011")
    assert [
        (t["wording"], t["number"], t["implied_number"], t["matches"])
        for t in dialogue()["tallies"]
    ] == [(t["wording"], t["number"], t["implied_number"], t["matches"]) for t in read["tallies"]]
    assert sorted(q["text"] for q in quotations()) == sorted(q["text"] for q in read["quotations"])
    (source,) = [s for s in bundled.shared("sources") if s["slug"] == SOURCE]
    assert [p["sha256"] for p in source["passages"]] == [p["sha256"] for p in read["passages"]]


# Against the report


def passages() -> list[Passage]:
    return list(Passage.objects.filter(source__slug=SOURCE).order_by("number"))


def test_every_digest_agrees(report_loaded):
    found = passages()
    assert len(found) == 30
    for passage in found:
        assert digest(passage.text) == passage.sha256, passage
        assert passage.text.startswith(passage.first_words)
        assert passage.text.endswith(passage.last_words)
        assert len(passage.text.split()) == passage.words


def test_every_quotation_verifies(report_loaded):
    found = Quotation.objects.filter(dialogue__year=2011)
    assert found.count() == 13
    assert {q.check_result for q in found} == {"verified"}
    for quotation in found.select_related("passage"):
        assert quotation.passage is not None
        text = quotation.passage.text
        assert text[quotation.start : quotation.end] == quotation.text
        opening, closing = quotation.opening_mark, quotation.closing_mark
        if opening:
            assert text[: quotation.start].endswith(opening), quotation.ref
        if closing:
            assert text[quotation.end :].startswith(closing), quotation.ref


def test_every_tally_s_wording_stands_in_its_passage(report_loaded):
    texts = {f"{SOURCE}#{passage.anchor}": passage.text for passage in passages()}
    for tally in dialogue()["tallies"]:
        cited = [texts[cite] for cite in tally["cites"]]
        assert any(normalise(tally["wording"]) in text for text in cited), tally["ref"]


def test_printed_headings_stand_in_the_report(report_2011):
    report = normalise(report_2011)
    printed = {p["heading"] for p in positions() if p["heading_basis"] == "printed"}
    assert printed
    assert all(heading in report for heading in printed)


def rewrapped(text: str, width: int) -> str:
    """Paragraphs broken anew at this width."""
    lines: list[str] = []
    for block in text.split("\n\n"):
        line = ""
        for word in block.split():
            if len(line) + len(word) >= width:
                lines.append(line)
                line = ""
            line = f"{line} {word}".strip()
        lines += [line, ""]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "broken",
    [
        lambda text: rewrapped(text, 40),
        lambda text: rewrapped(text, 1),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n", "   \n"),
        lambda text: text.replace("\n\n", "\n\f\n"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: " ".join(text.split()),
        lambda text: f"\ufeff\n\nA page before it.\n\n{text}\n\nA page after it.\n",
    ],
    ids=["40", "word", "crlf", "cr", "trailing", "feeds", "nbsp", "one-line", "more-around"],
)
def test_a_text_with_other_line_breaks_is_the_same_text(db, report_2011, broken):
    source = Source.objects.get(slug=SOURCE)
    loaded = load_text(source, broken(report_2011))
    assert (loaded.passages, loaded.changed) == (30, [])
    assert all(digest(passage.text) == passage.sha256 for passage in passages())
    assert Quotation.objects.filter(dialogue__year=2011, check_result="verified").count() == 13


def spoilt(text: str, passage: Passage, old: str, new: str) -> str:
    """The report with a word of this passage changed."""
    full = normalise(text)
    start = full.index(passage.text)
    changed = passage.text.replace(old, new, 1)
    assert changed != passage.text
    return full[:start] + changed + full[start + len(passage.text) :]


@pytest.mark.parametrize("number", [1, 2, 12, 19, 24, 29])
def test_one_altered_word_refuses_that_passage_and_changes_nothing(db, report_2011, number):
    source = Source.objects.get(slug=SOURCE)
    load_text(source, report_2011)
    passage = source.passages.get(number=number)
    words = passage.text.split()
    words[passage.words // 2] += "x"
    text = spoilt(report_2011, passage, passage.text, " ".join(words))
    before = fingerprint()
    with pytest.raises(InvalidText) as refused:
        load_text(source, text)
    assert refused.value.causes == [f"p{number}: its text differs from the recorded one"]
    assert fingerprint() == before


def test_a_passage_without_its_first_words_is_named(db, report_2011):
    source = Source.objects.get(slug=SOURCE)
    load_text(source, report_2011)
    passage = source.passages.get(number=12)
    text = spoilt(report_2011, passage, passage.first_words, "Nobody said")
    with pytest.raises(InvalidText) as refused:
        load_text(source, text)
    assert refused.value.causes == [
        f"p12: its first words “{passage.first_words}” are not there",
    ]


@pytest.mark.parametrize("text", ["", " \n\f ", "Another report altogether."])
def test_another_text_is_refused(db, text):
    before = fingerprint()
    with pytest.raises(InvalidText):
        load_text(Source.objects.get(slug=SOURCE), text)
    assert fingerprint() == before


def test_a_declared_new_version_names_what_it_changes(report_loaded, report_2011):
    quotation = Quotation.objects.filter(passage__source=report_loaded, position__isnull=False)[0]
    passage = quotation.passage
    assert passage is not None
    text = spoilt(report_2011, passage, quotation.text, "something else was said")
    loaded = load_text(report_loaded, text, new_version=True)
    assert loaded.changed == [passage.number]
    passage.refresh_from_db()
    assert digest(passage.text) == passage.sha256
    assert "something else was said" in passage.text
    results = dict(Quotation.objects.filter(dialogue__year=2011).values_list("ref", "check_result"))
    here = {q.ref for q in Quotation.objects.filter(passage=passage)}
    assert results[quotation.ref] == "not_found"
    # Those before it stand where they did; those after it in the same passage have moved.
    assert {ref for ref, result in results.items() if result != "verified"} <= here

    again = load_text(report_loaded, text)
    assert again.changed == []
    with pytest.raises(InvalidText):
        load_text(report_loaded, report_2011)
    load_text(report_loaded, report_2011, new_version=True)
    assert Quotation.objects.filter(dialogue__year=2011, check_result="verified").count() == 13


def test_a_new_version_is_the_operator_s_and_leaves_a_revision(db, report_2011, tmp_path, capsys):
    source = Source.objects.get(slug=SOURCE)
    load_text(source, report_2011)
    passage = source.passages.get(number=12)
    path = tmp_path / "report.txt"
    path.write_text(spoilt(report_2011, passage, passage.last_words, "and so on."), "utf-8")
    before = Revision.objects.count()
    call_command("load_source", SOURCE, str(path), new_version="The publisher mended it.")
    assert capsys.readouterr().out.splitlines()[-1] == "New or changed: p12."
    revision = Revision.objects.get(number=before + 1)
    assert (revision.record_key, revision.reason) == (SOURCE, "The publisher mended it.")


def test_a_source_without_passages_gets_them_from_its_text(db, tmp_path):
    source = Source.objects.get(slug="gcr2p-2011")
    path = tmp_path / "report.txt"
    path.write_text(
        "\ufeffHeading\n\nOne paragraph, with\na line break.\n\nAnother one.\n", "utf-8"
    )
    call_command("load_source", source.slug, str(path))
    found = list(source.passages.order_by("number"))
    assert [(passage.section, passage.text) for passage in found] == [
        ("Heading", "One paragraph, with a line break."),
        ("Heading", "Another one."),
    ]
    assert load_text(source, path.read_text("utf-8").replace("\n", "\r\n")).changed == []
