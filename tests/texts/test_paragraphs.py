"""Passages proposed from a text, put right, and numbered: nothing is taken for what it is not."""

import random
from types import SimpleNamespace

from dialogues.texts.digests import measures
from dialogues.texts.paragraphs import (
    join_with_previous,
    keep_known_passages,
    passages_of,
    propose_blocks,
    split_block,
)


def paragraph(text, **more):
    return {"as": "paragraph", "text": text, **more}


def known(number, text, kind="paragraph"):
    return SimpleNamespace(number=number, kind=kind, **measures(text))


def said(blocks):
    return [(block["as"], block["text"]) for block in blocks]


FIRST = "Mexico said one thing and then another, in words that are longer than a line of this text."
SECOND = "Ghana replied to it. It was brief. It added that there is more to be said of prevention."


def wrapped(text, width=40):
    lines, line = [], ""
    for word in text.split():
        if len(line) + 1 + len(word) > width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


def test_wrapped_lines_without_blank_ones_are_healed_and_parted():
    parts = ["I. Opening", FIRST, SECOND, "What was new", FIRST, "II. Close", SECOND]
    found = propose_blocks("\n".join(wrapped(part) for part in parts))
    roles = ["heading", "paragraph", "paragraph", "subheading", "paragraph", "heading", "paragraph"]
    assert said(found) == list(zip(roles, parts, strict=True))


def test_lines_that_are_whole_paragraphs_stay_what_they_are():
    long = " ".join([FIRST] * 4)
    assert said(propose_blocks(f"Heading\n{long}\n{SECOND}\n{long}")) == [
        ("heading", "Heading"), ("paragraph", long), ("paragraph", SECOND), ("paragraph", long)
    ]  # fmt: skip


def test_nothing_of_a_text_is_lost_or_rewritten():
    words = [*FIRST.split(), *SECOND.split(), "I.", "“So", "it", "is.”", "•", "\n", "\n\n", "\f"]
    for seed in range(30):
        some = random.Random(seed)
        text = " ".join(some.choice(words) for _ in range(some.randrange(200)))
        assert " ".join(block["text"] for block in propose_blocks(text)) == " ".join(text.split())


def test_a_curator_joins_and_splits_and_changes_no_character():
    blocks = [paragraph("One."), {"as": "heading", "text": "Two. Three."}]
    assert join_with_previous(blocks, 1) == [paragraph("One. Two. Three.")]
    split = split_block(blocks, 1, " Two.\r\n\r\n  Three.\n")
    assert split is not None
    assert said(split[1:]) == [("heading", "Two."), ("heading", "Three.")]
    assert split_block(blocks, 1, "Two.\n\nFour.") is None


def test_headings_name_the_place_of_what_follows():
    blocks = [{"as": "heading", "text": "A"}, {"as": "subheading", "text": "B"}, paragraph("One.")]
    blocks += [{"as": "heading", "text": "C"}, {"as": "left_out", "text": "7"}]
    blocks += [{"as": "caption", "text": "Two."}]
    found = passages_of(blocks)
    assert [(p["number"], p["kind"], p["section"], p["subsection"]) for p in found] == [
        (1, "paragraph", "A", "B"),
        (2, "caption", "C", ""),
    ]


def test_a_passage_keeps_its_number_wherever_it_stands():
    before = [known(1, "One."), known(2, "Same."), known(3, "Same."), known(4, "Four.")]
    texts = ["New.", "Four.", "Same.", "One!", "Same.", "Other."]
    assert [p["number"] for p in passages_of([paragraph(t) for t in texts], before)] == [
        5, 4, 2, 6, 3, 7
    ]  # fmt: skip


def test_what_a_person_takes_for_a_passage_is_it_unless_that_one_stands_as_it_was():
    before = [known(1, "One."), known(2, "Two.")]
    blocks = [paragraph("One!", **{"is": 1}), paragraph("Two.", **{"is": 1})]
    assert [p["number"] for p in passages_of(blocks, before)] == [1, 2]
    blocks = [paragraph("One!", **{"is": 1}), paragraph("One.")]
    assert [p["number"] for p in passages_of(blocks, before)] == [3, 1]


def test_known_passages_are_cut_out_first_each_of_two_alike_once():
    before = [known(1, "A link line.", "link_line"), known(2, "A link line.", "link_line")]
    before += [known(3, "Two and three.")]
    blocks = propose_blocks("A link line. One is new. Two\n\nand three. A link line.")
    assert said(keep_known_passages(blocks, before)) == [
        ("link_line", "A link line."),
        ("paragraph", "One is new."),
        ("paragraph", "Two and three."),
        ("link_line", "A link line."),
    ]


def test_a_text_without_spaces_fits_its_columns():
    measured = measures("字" * 700)
    assert (measured["words"], len(measured["first_words"]), len(measured["last_words"])) == (
        1, 200, 200
    )  # fmt: skip
