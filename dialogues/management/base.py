"""Base of the archive's commands: help with an example, one line for a wrong argument."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser


class _Parser(CommandParser):
    def error(self, message: str) -> NoReturn:
        if not self.called_from_command_line:
            raise CommandError(message)
        sys.stderr.write(f"{self.prog}: {message}\n")
        raise SystemExit(2)


class ArchiveCommand(BaseCommand):
    """A command with an `example` in its help; it ends with exit 2 on a wrong argument."""

    example = ""
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs["epilog"] = f"Example: {self.example}"
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        # Django chooses the parser's class itself; only its error message is replaced.
        parser.__class__ = _Parser
        return parser

    def refuse(self, message: str) -> NoReturn:
        """Ends the command with exit 2: its arguments are wrong."""
        self.stderr.write(message, ending="\n")
        raise SystemExit(2)

    def fail(self, lines: Iterable[object]) -> NoReturn:
        """Ends the command with exit 1 and a line for each fault."""
        for line in lines:
            self.stderr.write(str(line))
        raise SystemExit(1)

    def progress(self, text: str) -> None:
        """Prints a message of progress, on a terminal only."""
        if self.stderr.isatty():
            self.stderr.write(text)
