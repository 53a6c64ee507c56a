"""Makes the archive on this machine if it is not there, and serves it."""

import contextlib
import io
import json
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import CommandParser
from django.db import OperationalError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor

from dialogues import publishing, search
from dialogues.management.base import ArchiveCommand
from dialogues.models import Revision
from dialogues.records.files import DATA

HOST = "127.0.0.1"
# Without letters and digits that look alike.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Command(ArchiveCommand):
    help = (
        "Makes the archive if it is not there yet, with every bundled record published and a login "
        "for each role, and serves it on this machine. What was entered stays."
    )
    example = "manage.py demo --port 8001"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port",
            default=os.environ.get("PORT") or "8000",
            help="Where to serve it; otherwise PORT, otherwise 8000.",
        )
        parser.add_argument(
            "--no-serve", action="store_true", help="Only make it, and print the logins."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        port = self._port(options["port"])
        if settings.PUBLIC:
            self.refuse("demo: is for one’s own machine, and ALLOWED_HOSTS names a public host.")
        if not options["no_serve"]:
            self._try(port)
        try:
            self._make()
            logins = self._logins()
        except OperationalError as error:
            self.fail([f"demo: the archive cannot be opened: {' '.join(str(error).split())}"])
        address = f"http://{HOST}:{port}/"
        lines = [f"The archive:  {address}", f"The admin:    {address}admin/"]
        lines += [f"{role}: {name} / {password}" for role, name, password in logins]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
        if not options["no_serve"]:
            self._serve(port)

    def _port(self, words: str) -> int:
        if not (words.isascii() and words.isdigit() and 0 < int(words[:6]) < 65536):
            self.refuse(f"demo: {words!r} is no port; it takes a number from 1 to 65535.")
        return int(words)

    def _try(self, port: int) -> None:
        """Ends the command with one line if the port is not free."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                self.refuse(f"demo: port {port}: {reason}. Choose another: make demo PORT=8001")

    def _make(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.progress("Making the archive ...")
            call_command("migrate", verbosity=0)
        if not Revision.objects.exists():
            self.progress("Loading the bundled records ...")
            publishing.import_files([DATA], publish=True)
        elif search.is_stale():
            self.progress("Writing what search looks through ...")
            call_command("rebuild_search", verbosity=0, stdout=io.StringIO())

    def _logins(self) -> Iterator[tuple[str, str, str]]:
        """The role, name and password of a curator for each role; made once, then kept."""
        passwords = _passwords()
        with transaction.atomic():
            for role in publishing.ROLES:
                highest = role == publishing.ADMINISTRATOR
                user = _user(role.lower(), passwords[role.lower()], is_superuser=highest)
                user.groups.add(Group.objects.get_or_create(name=role)[0])
        return ((name, name, password) for name, password in passwords.items())

    def _serve(self, port: int) -> None:
        """Replaces this process by the server, so that Ctrl-C reaches it."""
        connections.close_all()
        # The printed logins must be enough to sign in.
        os.environ["REQUIRE_SECOND_FACTOR"] = "false"
        module, __, name = settings.WSGI_APPLICATION.rpartition(".")
        os.chdir(settings.BASE_DIR)
        arguments = ["--interface", "wsgi", "--host", HOST, "--port", str(port)]
        arguments += ["--blocking-threads", "4", "--log-level", "warning", "--no-ws"]
        command = [sys.executable, "-m", "granian", *arguments, f"{module}:{name}"]
        os.execv(sys.executable, command)  # noqa: S606 (our own program, no shell)


def _user(name: str, password: str, **fields: bool) -> User:
    """The account, active, with this password; made if it is not there."""
    user, __ = User.objects.get_or_create(username=name, defaults={"is_staff": True, **fields})
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def _passwords() -> dict[str, str]:
    """The passwords in a file beside the archive that only its owner can read; made if missing."""
    folder = settings.VAR_DIR
    if connection.vendor == "sqlite":
        folder = Path(connection.settings_dict["NAME"]).resolve().parent
    path = folder / "demo_logins.json"
    kept: dict[str, str] = {}
    with contextlib.suppress(FileNotFoundError, ValueError):
        kept = json.loads(path.read_text(encoding="utf-8"))
    names = [role.lower() for role in publishing.ROLES]
    passwords = {name: kept.get(name) or _password() for name in names}
    if passwords != kept:
        fresh = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            json.dump(passwords, file, indent=2)
        fresh.replace(path)
    return passwords


def _password() -> str:
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))
