"""What exports are measured against: COPY of tables as they lie, and of the columns of the export.

And how much memory the server takes for one.
"""

import csv
import io
from pathlib import Path

import psycopg

YEAR = 2017
# Dialogues and statements only: no deliveries, positions or sources, which an export has.
TABLES = f"""
    SELECT * FROM dialogues_dialogue d JOIN dialogues_statement s ON s.dialogue_id = d.id
    WHERE d.year = {YEAR}
"""
# The columns of the CSV file in its order, but for the address at the end.
COLUMNS = f"""
    SELECT s.ref, d.year, s.form, p.key, w.actors, w.names, w.kinds, w.joined,
        o.slug, o.name, s.speaker_post, w.wordings, w.numbers, w.behalf,
        s.language, s.url, s.summary,
        (SELECT string_agg(x.ref, ' | ' ORDER BY x."order", x.id)
         FROM dialogues_position x WHERE x.statement_id = s.id),
        s.note,
        (SELECT string_agg(concat(u.slug, '#p' || g.number), ' | ' ORDER BY c."order", c.id)
         FROM dialogues_citation c JOIN dialogues_source u ON u.id = c.source_id
         LEFT JOIN dialogues_passage g ON g.id = c.passage_id
         WHERE c.statement_id = s.id AND u.state = 'published')
    FROM dialogues_statement s JOIN dialogues_dialogue d ON d.id = s.dialogue_id
    LEFT JOIN dialogues_panel p ON p.id = s.panel_id
    LEFT JOIN dialogues_person o ON o.id = s.speaker_id
    LEFT JOIN LATERAL (
        SELECT string_agg(a.slug, ' | ' ORDER BY y."order", y.id)
                FILTER (WHERE y.mode = 'delivered') AS actors,
            string_agg(a.name, ' | ' ORDER BY y."order", y.id)
                FILTER (WHERE y.mode = 'delivered') AS names,
            string_agg(a.kind, ' | ' ORDER BY y."order", y.id)
                FILTER (WHERE y.mode = 'delivered') AS kinds,
            string_agg(a.slug, ' | ' ORDER BY y."order", y.id)
                FILTER (WHERE y.mode = 'joined') AS joined,
            string_agg(NULLIF(y.on_behalf_wording, ''), ' | ' ORDER BY y."order", y.id) AS wordings,
            string_agg(y.on_behalf_number::text, ' | ' ORDER BY y."order", y.id) AS numbers,
            string_agg(
                (SELECT string_agg(b.slug, ' | ' ORDER BY b.name)
                 FROM dialogues_delivery_on_behalf_of z JOIN dialogues_actor b ON b.id = z.actor_id
                 WHERE z.delivery_id = y.id AND b.state = 'published'),
                ' | ' ORDER BY y."order", y.id) AS behalf
        FROM dialogues_delivery y JOIN dialogues_actor a ON a.id = y.actor_id
        WHERE y.statement_id = s.id AND a.state = 'published'
    ) w ON true
    WHERE s.state = 'published' AND d.state = 'published' AND d.year = {YEAR}
    ORDER BY d.year DESC, s.serial, s.ref
"""


def copied(database: psycopg.Connection, rows: str) -> bytes:
    """These rows as COPY gives them, in CSV."""
    with database.cursor().copy(f"COPY ({rows}) TO STDOUT (FORMAT csv)") as pieces:
        return b"".join(bytes(piece) for piece in pieces)


def check(exported: bytes, database: psycopg.Connection) -> None:
    """The floor has the cells of the export. Raises RuntimeError."""
    ours = [row[:-1] for row in csv.reader(io.StringIO(exported.decode()))][1:]
    floor = list(csv.reader(io.StringIO(copied(database, COLUMNS).decode())))
    if ours != floor:
        raise RuntimeError("COPY of the export's columns has other cells than the export")


def peak(server: int, forget: bool = False) -> int:
    """The most memory that a server's processes have held at once, in kB; forgotten if asked."""
    held = 0
    for process in (server, *_children(server)):
        folder = Path(f"/proc/{process}")
        if forget:
            (folder / "clear_refs").write_text("5")
        lines = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        held += int(lines["VmHWM"].split()[0])
    return held


def _children(process: int) -> list[int]:
    own = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    found = [int(child) for child in own]
    return found + [one for child in found for one in _children(child)]
