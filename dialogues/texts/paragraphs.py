"""A text as blocks: paragraphs, headings and what is left out, before it is fixed as passages.

A block is `{"as", "text"}`, so that it can be kept as it is and put right by a curator. Nothing of
a text is ever rewritten here: blocks are joined, parted and given another part to play.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from dialogues.choices import PassageKind

from .digests import digest, measures, normalise

Block = dict[str, Any]

HEADING, SUBHEADING, LEFT_OUT = "heading", "subheading", "left_out"
ROLES = (*PassageKind.values, HEADING, SUBHEADING, LEFT_OUT)
LONGEST_HEADING = 14  # words
LONGEST_SECTION = 250  # characters, in the record
# Longer lines are whole paragraphs: nothing wraps there.
LONGEST_LINE = 200

END = re.compile(r"[.!?:;…][”’\"')\]]*$|[”’]$")
BULLET = re.compile(r"[•◦▪‣]\s")
NUMBERED = re.compile(r"(?:[IVXLC]+|[0-9]+(?:\.[0-9]+)*|[A-Z])[.)]\s+\S")
CAPITAL = re.compile(r"[\"“‘(\[]?[A-ZÀ-ÖØ-Þ0-9]")


def propose(text: str) -> list[Block]:
    """The paragraphs and headings of a text, in order; a curator puts right what is not so.

    Paragraphs are parted by blank lines. Where lines are wrapped and no blank lines stand between,
    a line ends one if the next word had fitted on it. A short one without a full stop is a heading.
    """
    blocks: list[Block] = [{"as": _role(one), "text": one} for one in _paragraphs(text)]
    # Where some headings are numbered, those that are not stand below them.
    if any(block["as"] == HEADING and NUMBERED.match(block["text"]) for block in blocks):
        for block in blocks:
            if block["as"] == HEADING and not NUMBERED.match(block["text"]):
                block["as"] = SUBHEADING
    return blocks


def _role(text: str) -> str:
    heading = len(text.split(" ")) <= LONGEST_HEADING and not text.endswith((".", "”", ":"))
    return HEADING if heading else PassageKind.PARAGRAPH.value


def _paragraphs(text: str) -> Iterator[str]:
    lines = [normalise(line) for line in text.splitlines()]
    width = _width(lines)
    block: list[str] = []
    for line in [*lines, ""]:
        if line:
            block.append(line)
            continue
        if block:
            for paragraph in _parted(block, width):
                yield normalise(paragraph)
        block = []


def _width(lines: list[str]) -> float:
    """How long a full line is; 0 where lines are whole paragraphs, or too few to tell."""
    lengths = sorted(len(line) for line in lines if line)
    if len(lengths) < 5 or lengths[-1] > LONGEST_LINE:
        return 0
    # Lines of one width are not equally long: a narrow letter takes less room.
    return lengths[len(lengths) * 9 // 10] * 0.92


def _parted(lines: list[str], width: float) -> Iterator[str]:
    """The paragraphs of lines that no blank line parts."""
    if not width:
        yield from lines if any(len(line) > LONGEST_LINE for line in lines) else [" ".join(lines)]
        return
    current: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if current and (BULLET.match(line) or _is_heading(current[-1], line, following, width)):
            yield " ".join(current)
            current = []
        current.append(line)
        short = len(line) + 1 + len(following.split(" ")[0]) <= width
        alone = len(current) == 1 and _is_heading("", line, following, width)
        if following and short and (END.search(line) or alone):
            yield " ".join(current)
            current = []
    yield " ".join(current)


def _is_heading(before: str, line: str, following: str, width: float) -> bool:
    """Whether a line looks like a heading between the line before and the one that follows."""
    return bool(
        len(line.split(" ")) <= LONGEST_HEADING
        and len(line) + 1 + len(following.split(" ")[0]) <= width
        and not END.search(line)
        and following
        and CAPITAL.match(line)
        and CAPITAL.match(following)
        and (not before or END.search(before) or NUMBERED.match(line))
    )


# What a curator does


def joined(blocks: list[Block], place: int) -> list[Block]:
    """The block and the one before it, as one; what the first was, both are."""
    before, block = blocks[place - 1], blocks[place]
    both = {"as": before["as"], "text": f"{before['text']} {block['text']}"}
    return [*blocks[: place - 1], both, *blocks[place + 1 :]]


def parted(blocks: list[Block], place: int, text: str) -> list[Block] | None:
    """The block cut where the text has blank lines; None where anything else was changed."""
    block = blocks[place]
    parts = [normalise(part) for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n"))]
    parts = [part for part in parts if part]
    if " ".join(parts) != block["text"]:
        return None
    return [
        *blocks[:place],
        *({"as": block["as"], "text": part} for part in parts),
        *blocks[place + 1 :],
    ]


# From blocks to the passages of a record


def passages_of(blocks: Iterable[Block], known: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """The passages that the blocks make, with their text, in order.

    One with the digest of a `known` passage keeps its number wherever it stands now, and so does
    one that a curator has taken for it; the others get the next free ones.
    """
    free: dict[str, list[int]] = defaultdict(list)
    numbers = {passage.number for passage in known}
    for passage in known:
        free[passage.sha256].append(passage.number)
    found: list[dict[str, Any]] = []
    taken: list[int | None] = []
    section = subsection = ""
    for block in blocks:
        if block["as"] == HEADING:
            section, subsection = block["text"][:LONGEST_SECTION], ""
        elif block["as"] == SUBHEADING:
            subsection = block["text"][:LONGEST_SECTION]
        elif block["as"] != LEFT_OUT:
            measured = measures(block["text"])
            same = free[measured["sha256"]]
            number = same.pop(0) if same else None
            place = {"kind": block["as"], "section": section, "subsection": subsection}
            found.append({"number": number, **place, "text": block["text"], **measured})
            taken.append(block.get("is"))
    _number(found, taken, numbers)
    return found


def _number(found: list[dict[str, Any]], taken: list[int | None], known: set[int]) -> None:
    used = {values["number"] for values in found}
    for values, number in zip(found, taken, strict=True):
        if values["number"] is None and number in known - used:
            values["number"] = number
            used.add(number)
    # The number of a passage that is gone is not given to another: somebody may have cited it.
    following = max(known, default=0) + 1
    for values in found:
        if values["number"] is None:
            values["number"] = following
            following += 1


def known_first(blocks: list[Block], known: Iterable[Any]) -> list[Block]:
    """The blocks cut and joined so that each known passage that stands in them is one of them.

    So what a curator put right in an earlier text need not be put right again. Known by its
    digest only: nothing is taken for another passage because it looks like it.
    """
    full, edges = "", []
    for block in blocks:
        start = len(full) + (1 if full else 0)
        full = f"{full} {block['text']}" if full else block["text"]
        edges.append((start, len(full), block))
    spans: list[tuple[int, int, Any]] = []
    for passage in known:
        place = standing(full, passage, 0)
        # Of two with the same words each has its own place.
        while place and any(start < place[1] and place[0] < end for start, end, _ in spans):
            place = standing(full, passage, place[0] + 1)
        if place:
            spans.append((*place, passage))
    spans.sort(key=lambda span: span[0])
    return list(_cut(full, edges, spans))


def _cut(
    full: str, edges: list[tuple[int, int, Block]], spans: list[tuple[int, int, Any]]
) -> Iterator[Block]:
    cursor = 0
    for start, end, passage in [*spans, (len(full) + 1, len(full) + 1, None)]:
        for first, last, block in edges:
            text = full[max(first, cursor) : min(last, start)].strip()
            if first < start and last > cursor and text:
                # What is left of a block may be something else than the whole was.
                yield {"as": block["as"] if text == block["text"] else _role(text), "text": text}
        if passage is not None:
            yield {"as": passage.kind, "text": full[start:end]}
        cursor = end


def standing(full: str, passage: Any, cursor: int) -> tuple[int, int] | None:
    """Where a passage stands from the cursor on: the place whose digest is the recorded one."""
    start = full.find(passage.first_words, cursor)
    while start >= 0:
        for length in ends(full, passage.last_words, start):
            if digest(full[start : start + length]) == passage.sha256:
                return start, start + length
        start = full.find(passage.first_words, start + 1)
    return None


def ends(full: str, last_words: str, start: int) -> list[int]:
    """How far from `start` each place lies where these words end."""
    return [match.end() for match in re.finditer(re.escape(last_words), full[start:])]
