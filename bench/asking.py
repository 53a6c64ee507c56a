"""The archive's answers, asked in this process as the server would ask."""

import json
from typing import Any

from django.test import Client

client = Client(SERVER_NAME="127.0.0.1")


def get(address: str, status: int = 200, **headers: str) -> Any:
    """The answer of an address. Raises RuntimeError where it has another status."""
    answer = client.get(address, headers=headers)
    if answer.status_code != status:
        raise RuntimeError(f"{address}: {answer.status_code} {answer.getvalue()[:300]!r}")
    return answer


def content(address: str) -> Any:
    """The JSON that an address answers."""
    return json.loads(get(address).getvalue())


def drain(address: str) -> None:
    """Take an answer piece by piece and keep nothing of it."""
    for _ in get(address):
        pass
