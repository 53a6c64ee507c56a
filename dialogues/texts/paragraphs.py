"""Splits a text into blocks, which a curator corrects and then fixes as passages.

A block is `{"as", "text"}`: a paragraph, a heading, or text to leave out. The words of a text are
never changed here: blocks are joined, split and given another role.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
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


def propose_blocks(text: str) -> list[Block]:
    """The paragraphs and headings of a text, in order, as a proposal to a curator.

    Paragraphs are separated by blank lines. In wrapped lines without blank lines, a line ends a
    paragraph if the next word would have fitted on it. A short paragraph without a full stop is a
    heading.
    """
    blocks: list[Block] = [{"as": _role(words), "text": words} for words in _paragraphs(text)]
    # If some headings are numbered, the others are sub-headings.
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
            for paragraph in _split_lines(block, width):
                yield normalise(paragraph)
        block = []


def _width(lines: list[str]) -> float:
    """The length of a full line; 0 if lines are whole paragraphs, or too few to tell."""
    lengths = sorted(len(line) for line in lines if line)
    if len(lengths) < 5 or lengths[-1] > LONGEST_LINE:
        return 0
    # Full lines differ in length: narrow letters take less room.
    return lengths[len(lengths) * 9 // 10] * 0.92


def _split_lines(lines: list[str], width: float) -> Iterator[str]:
    """The paragraphs in lines that no blank line separates."""
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


# Corrections by a curator


def join_with_previous(blocks: list[Block], place: int) -> list[Block]:
    """The blocks with one joined to the block before it, whose role both get."""
    before, block = blocks[place - 1], blocks[place]
    both = {"as": before["as"], "text": f"{before['text']} {block['text']}"}
    return [*blocks[: place - 1], both, *blocks[place + 1 :]]


def split_block(blocks: list[Block], place: int, text: str) -> list[Block] | None:
    """The blocks with one split at the blank lines of `text`; None if other words were changed."""
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


def passages_of(blocks: Iterable[Block], known: Collection[Any] = ()) -> list[dict[str, Any]]:
    """The records of the passages in the blocks, with their texts, in order.

    A passage with the digest of a `known` one keeps its number wherever it stands now, and so does
    a block that a curator has identified with it; the others get the next free numbers.
    """
    free: dict[str, list[int]] = defaultdict(list)
    for passage in known:
        free[passage.sha256].append(passage.number)
    records: list[dict[str, Any]] = []
    identified: list[int | None] = []
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
            records.append({"number": number, **place, "text": block["text"], **measured})
            identified.append(block.get("is"))
    _number(records, identified, {passage.number for passage in known})
    return records


def _number(records: list[dict[str, Any]], identified: list[int | None], known: set[int]) -> None:
    used = {record["number"] for record in records}
    for record, number in zip(records, identified, strict=True):
        if record["number"] is None and number in known - used:
            record["number"] = number
            used.add(number)
    # The number of a deleted passage is not given to another: it may have been cited.
    following = max(known, default=0) + 1
    for record in records:
        if record["number"] is None:
            record["number"] = following
            following += 1


def keep_known_passages(blocks: list[Block], known: Iterable[Any]) -> list[Block]:
    """Splits and joins the blocks so that each known passage found in them is one block.

    So a curator's corrections of an earlier text need not be made again. A passage is found by its
    digest only, never because it looks similar.
    """
    full, edges = "", []
    for block in blocks:
        start = len(full) + (1 if full else 0)
        full = f"{full} {block['text']}" if full else block["text"]
        edges.append((start, len(full), block))
    spans: list[tuple[int, int, Any]] = []
    for passage in known:
        place = find_passage(full, passage, 0)
        # Two passages with the same words have a place each.
        while place and any(start < place[1] and place[0] < end for start, end, _ in spans):
            place = find_passage(full, passage, place[0] + 1)
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
                # The rest of a block may have another role than the whole.
                yield {"as": block["as"] if text == block["text"] else _role(text), "text": text}
        if passage is not None:
            yield {"as": passage.kind, "text": full[start:end]}
        cursor = end


def find_passage(full: str, passage: Any, cursor: int) -> tuple[int, int] | None:
    """Start and end of a passage from the cursor on, found by its digest."""
    start = full.find(passage.first_words, cursor)
    while start >= 0:
        for length in end_positions(full, passage.last_words, start):
            if digest(full[start : start + length]) == passage.sha256:
                return start, start + length
        start = full.find(passage.first_words, start + 1)
    return None


def end_positions(full: str, last_words: str, start: int) -> list[int]:
    """The distance from `start` to each place where these words end."""
    return [match.end() for match in re.finditer(re.escape(last_words), full[start:])]
