"""The demo makes the archive once, keeps what was entered, and says what it needs to say."""

import json
import os
import re
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command

ROOT = Path(__file__).parents[2]
ROLES = ["contributor", "reviewer", "publisher", "administrator"]
LOGIN = re.compile(r"^(\w+): (\S+) / (\S+)$", re.MULTILINE)


def demo(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "demo", *arguments],
        cwd=ROOT,
        env=_environment(folder) | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def _environment(folder: Path) -> dict[str, str]:
    own = {"DATABASE_URL": f"sqlite:///{folder}/archive.sqlite3"}
    return {name: value for name, value in os.environ.items() if name != "PORT"} | own


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.sqlite
def test_it_serves_the_archive_and_a_second_start_finds_everything(tmp_path):
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "manage.py", "demo", f"--port={port}"],
        cwd=ROOT,
        env=_environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        printed = "".join(server.stdout.readline() for _ in range(6))
        assert f"http://127.0.0.1:{port}/admin/" in printed
        first = LOGIN.findall(printed)
        assert [role for role, _, _ in first] == ROLES
        for path in ("", "admin/login/", "static/css/admin.css", "static/admin/css/base.css"):
            assert _opened(f"http://127.0.0.1:{port}/{path}") == 200
        for _, name, password in first:
            words = _signed_in(f"http://127.0.0.1:{port}/admin/", name, password)
            assert "What would you like to enter or check?" in words

        taken = demo(tmp_path, f"--port={port}")
        assert taken.returncode == 2
        assert taken.stderr.count("\n") == 1
        assert f"port {port}" in taken.stderr
    finally:
        server.terminate()
        assert server.wait(timeout=30) is not None

    logins = tmp_path / "demo_logins.json"
    assert stat.S_IMODE(logins.stat().st_mode) == 0o600
    again = demo(tmp_path, "--no-serve", PORT="8123")
    assert (again.returncode, again.stderr) == (0, "")
    assert "http://127.0.0.1:8123/" in again.stdout
    assert LOGIN.findall(again.stdout) == first


def _signed_in(url: str, name: str, password: str) -> str:
    """What a browser shows that opens the address and sends the form that it meets."""
    browser = build_opener(HTTPCookieProcessor())
    with browser.open(url, timeout=30) as page:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
        assert token
        form = {"csrfmiddlewaretoken": token[1], "username": name, "password": password}
        sent = Request(page.url, urlencode(form).encode(), {"Referer": page.url})  # noqa: S310
    with browser.open(sent, timeout=30) as answer:
        assert answer.url == url
        return str(answer.read().decode())


def _opened(url: str) -> int:
    for _ in range(100):
        try:
            with urlopen(url, timeout=10) as answer:  # noqa: S310 (our own server)
                return int(answer.status)
        except OSError:
            time.sleep(0.2)
    return 0


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("arguments", "environment", "words"),
    [
        (["--port", "http"], {}, "is no port"),
        (["--port", "0"], {}, "is no port"),
        (["--port", "99999999999999999999"], {}, "is no port"),
        ([], {"PORT": "65536"}, "is no port"),
        (["--no-serve"], {"ALLOWED_HOSTS": "archive.example", "SECRET_KEY": "x"}, "public host"),
        (["--no-serve"], {"LOG_LEVEL": "loud"}, "it takes DEBUG"),
        (["--no-serve"], {"DATABASE_URL": "sqlite:////nowhere/a.sqlite3"}, "cannot be opened"),
    ],
)
def test_what_it_cannot_do_it_says_in_one_line(tmp_path, arguments, environment, words):
    refused = demo(tmp_path, *arguments, **environment)
    assert refused.returncode in (1, 2)
    assert refused.stderr.count("\n") == 1
    assert words in refused.stderr
    assert not any(tmp_path.iterdir())


@pytest.mark.postgresql
@pytest.mark.django_db
def test_its_logins_work_and_stay_the_same(tmp_path, settings, capsys):
    settings.VAR_DIR = tmp_path
    call_command("demo", "--no-serve")
    first = LOGIN.findall(capsys.readouterr().out)
    call_command("demo", "--no-serve")
    assert LOGIN.findall(capsys.readouterr().out) == first
    assert {name: password for _, name, password in first} == json.loads(
        (tmp_path / "demo_logins.json").read_text()
    )
    for role, name, password in first:
        user = authenticate(username=name, password=password)
        assert user is not None
        assert user.is_staff
        assert user.is_superuser is (role == "administrator")
