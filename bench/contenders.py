"""Who is measured: the archive as in production, its own SQL raw, Datasette on the same rows."""

import contextlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import psycopg

PATIENCE = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """One kept-open connection to a server of one's own."""

    def __init__(self, port: int, server: int = 0) -> None:
        self.server = server  # its process
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)

    def _ask(self, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
        try:
            self.connection.request("GET", path, headers=headers)
            return self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # It waited too long for its turn: the server has hung up.
            self.connection.close()
            self.connection.request("GET", path, headers=headers)
            return self.connection.getresponse()

    def get(self, path: str, status: int = 200, **headers: str) -> tuple[bytes, Any]:
        answer = self._ask(path, headers)
        body = answer.read()
        if answer.status != status:
            raise RuntimeError(f"{path}: {answer.status} {body[:300]!r}")
        return body, answer.headers

    def drain(self, path: str) -> None:
        """Takes an answer, however long, and keeps nothing of it."""
        answer = self._ask(path, {})
        while answer.read(1 << 20):
            pass

    def json(self, path: str) -> Any:
        return json.loads(self.get(path)[0])


@contextlib.contextmanager
def serving(command: list[str], port: int, path: str, **environment: str) -> Iterator[Site]:
    """A server for the length of the block, once it answers."""
    server = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                Site(port).get(path)
                break
            except (OSError, http.client.HTTPException):
                if server.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.2)
        yield Site(port, server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def archive(url: str) -> Any:
    """The archive on this database, as it runs in production."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--blocking-threads", "4", "--log-level", "warning"]
    command += ["--no-ws", "rtop.wsgi:application"]
    return serving(command, port, "/readyz", DATABASE_URL=url)


def asked_by(paths: list[str]) -> list[Any]:
    """The SQL that these addresses ask, with its values in it."""
    from django.db import connection
    from django.test import Client

    asked = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        cursor = psycopg.ClientCursor(context["connection"].connection)
        asked.append(cursor.mogrify(sql, params))
        return execute(sql, params, many, context)

    connection.ensure_connection()
    with connection.execute_wrapper(note):
        for path in paths:
            answer = Client(SERVER_NAME="127.0.0.1").get(path)
            b"".join(answer) if answer.streaming else answer.content
    return [sql for sql in asked if sql.startswith(("SELECT", "WITH"))]


def connected(url: str) -> psycopg.Connection:
    """A connection as the archive has it."""
    from django.db import connection

    return psycopg.connect(
        url, autocommit=True, options=connection.settings_dict["OPTIONS"]["options"]
    )


def raw(url: str, paths: list[str]) -> Callable[[], None]:
    """The SQL that these addresses ask, asked raw: psycopg, and orjson for the rows.

    Without that which is asked once for a state of the archive.
    """
    asked_by(paths)
    asked, database = asked_by(paths), connected(url)

    def ask() -> None:
        for sql in asked:
            orjson.dumps(database.execute(sql).fetchall(), default=str)

    return ask


def datasette_file(path: Path) -> None:
    """The same statements in SQLite, a row each, with an FTS5 table over the same terms."""
    from dialogues.models import Statement

    rows = (
        Statement.objects.published()
        .order_by("pk")
        .values_list(
            *("pk", "ref", "dialogue__year", "form", "summary"),
            *("deliveries__actor__slug", "deliveries__actor__kind", "panel__kind"),
            *("terms__quoted", "terms__named", "terms__said"),
        )
    )
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TABLE statements (id INTEGER PRIMARY KEY, ref TEXT, year INTEGER, form TEXT,"
            " summary TEXT, actor TEXT, kind TEXT, panel TEXT, terms TEXT)"
        )
        database.execute(
            'CREATE VIRTUAL TABLE statements_fts USING fts5(terms, content="statements",'
            " content_rowid='id', tokenize='ascii')"
        )
        database.executemany(
            "INSERT OR IGNORE INTO statements VALUES (?,?,?,?,?,?,?,?,?)",
            ((*row[:8], "".join(row[8:])) for row in rows.iterator(chunk_size=2000)),
        )
        database.execute("INSERT INTO statements_fts(statements_fts) VALUES ('rebuild')")
        database.commit()


def datasette(path: Path) -> Any:
    """Datasette as it is fastest: without the pass that suggests facets."""
    port = free_port()
    command = [sys.executable, "-m", "datasette", "serve", str(path), "--port", str(port)]
    for name, value in (
        ("suggest_facets", "off"),
        ("sql_time_limit_ms", "100000"),
        ("facet_time_limit_ms", "100000"),
        ("default_cache_ttl", "0"),
    ):
        command += ["--setting", name, value]
    return serving(command, port, "/-/versions.json")


def of_datasette(name: str, words: str) -> str:
    facets = [("_facet", facet) for facet in ("year", "actor", "kind", "form")]
    asked = [("_search", words), ("_size", "20"), ("_sort_desc", "year"), ("_shape", "objects")]
    return f"/{name}/statements.json?{urlencode([*asked, *facets])}"
