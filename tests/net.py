"""Record the answers of several hundred addresses, and compare them later byte for byte.

    python -m tests.net record FOLDER
    python -m tests.net compare FOLDER --show 5 --expect '/tables/'

A regression net for a refactoring that must not change an answer: record before, compare after.
Both load the bundled records into a throwaway SQLite file. On PostgreSQL:

    python -m tests.postgres -- python -m tests.net record FOLDER

The archive is reached through addresses, management commands and model names only, so this file
runs unchanged on commits in which modules, classes and functions stand elsewhere or are renamed.
It is a single file, to be copied onto an older commit.

FOLDER gets a readable file for each address (status, headers, digest of the exact body, body) and
`index.tsv`. Of XLSX and ODS files the members are recorded, of other binary files the digest.
"""

import argparse
import contextlib
import csv
import difflib
import hashlib
import io
import itertools
import json
import logging
import os
import re
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, urljoin

import django
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

WORKBOOK_TIME = r"(<dcterms:(?:created|modified)[^>]*>)[^<]+"
# What is random in an answer, and why. The secret, the clock and the order of import are fixed.
MASKS = [
    # Django makes a new token for each answer.
    (r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1CSRF"),
    # Every request has a random number, which errors repeat.
    (r'("request_id": ?")[0-9a-f]{32}', r"\1REQUEST"),
    # Signed data of a page for its own next step: the bytes follow the code's own field names.
    (r'(name="kept" value=")[^"]+', r"\1KEPT"),
    # A draft made by the program has a random reference until it is published.
    (r"DRAFT-[0-9A-F]{8}", "DRAFT-REFERENCE"),
    # openpyxl asks the system's clock, which stays free, when a workbook was made.
    (WORKBOOK_TIME, r"\1TIME"),
]
HEADERS = ("Content-Type", "Content-Disposition", "Location", "Link", "Allow")
HOST = "localhost"
INDEX = "index.tsv"
ROLES = ("contributor", "reviewer", "publisher", "administrator")
# Settings of the environment that would change answers.
UNSET = ("ALLOWED_HOSTS", "DEBUG", "EMAIL_URL", "EMAIL_FROM", "HASHED_STATIC", "SECURE_TLS")

# Query strings of the lists of statements and positions, pages and API alike.
SELECTIONS = """
year=2011
year=2011&year=2013&sort=year
year_min=2015&year_max=2018
year_min=2021&page_size=7
year_max=2010&page_size=10
theme=sovereignty
theme=prevention-and-early-action&theme=early-warning-and-assessment&year=2013
stance=calls_for&page_size=20
stance=concerned&stance=opposes&year=2009
pillar=1&year=2011
pillar=2&pillar=3&year=2015
situation=libya
situation=syria&situation=myanmar
instrument=resolution-1973
instrument=security-council-veto&instrument=focal-points-network
actor=ghana
actor=mexico&actor=brazil&theme=sovereignty
kind=regional_organization
kind=civil_society&kind=un_official
group=grulac
group=african-group&stance=supports
panel=debate&year=2011&page_size=15
panel=panel&panel=opening
form=remarks
form=opening&form=presentation
joint=true
joint=false&year=2010
quoted=true&year=2011
quoted=false&theme=civil-society
q=libya
q="early warning"
q=veto -council
q=syria OR myanmar
q=genocide -"war crimes"&sort=year
q=R2P&year=2009&stance=supports
q=Côte d’Ivoire
q=the
q=soverainty
q=xyzzy
q=prevention&sort=relevance&page_size=5
theme=veto-and-security-council&kind=member_state&year=2018
theme=civil-society&stance=opposes&year=2024
q=women&group=weog&year_min=2016
q=protection&exact=1&year=2017
actor=&year=2012
utm_source=news&year=2010
sort=-year&page_size=100
at=RTOP-2011-S010&sort=year&page_size=3
at=RTOP-2011-P042&page_size=3
sort=theme&year=2016
sort=stance&year=2016
year=1999
year=2011&stance=agreed
theme=sovereignity
theme=sovereignty&theme=nonsense&year=2011
sort=relevance
q="unclosed
q=-veto
q=%00
q=%FF
color=red
year_min=2018&year_max=2012
year_min=1066
year_min=2011&year_min=2012
page_size=500
page_size=0
joint=maybe
cursor=broken
exact=2
count=true&year=2011
count=maybe
"""
FACETS = """
year=2011
theme=sovereignty&year=2011
stance=supports&stance=welcomes
pillar=3&quoted=true
q=libya
q="early warning"&kind=member_state
group=african-group
actor=ghana&theme=sovereignty
situation=syria&instrument=international-criminal-court
panel=debate&form=statement&year_min=2018
joint=true&exact=1
q=xyzzy
stance=agreed
cursor=x
"""
EXPORTS = """
format=csv
year=2011&format=csv
theme=sovereignty&stance=concerned&format=csv
format=ndjson&year=2013
format=xlsx&year=2015
format=ndjson&group=grulac
format=pdf
year=1999&format=csv
"""
PAGES = """
/
/dialogues/
/dialogues/?year_min=2015&year_max=2019
/dialogues/?sort=-year
/dialogues/?year=1999
/dialogues/2020/
/dialogues/1999/
/dialogues/2011/?x=1
/actors/
/actors/?q=united
/actors/?q=cote
/actors/?kind=observer
/actors/?kind=civil_society&kind=un_body
/actors/?group=caricom
/actors/?group=weog&sort=-name
/actors/?year=2011&sort=kind
/actors/?year=2016&group=african-group
/actors/?said=libya
/actors/?said="early warning"&kind=member_state
/actors/?theme=sovereignty&stance=concerned
/actors/?actor=ghana&actor=mexico
/actors/?q=xyzzy
/actors/?said="unclosed
/actors/?kind=planet
/actors/?cursor=broken
/themes/
/themes/?x=1
/sources/
/sources/?q=mission
/sources/?q=gcr2p
/sources/?q=xyzzy
/sources/?sort=title
/sources/?sort=size
/data/
/data/record-schema.json
/methodology/
/about/
/about/?x=1
/sitemap.xml
/robots.txt
/healthz
/readyz
/nothing/
/statements
/statements/RTOP-1999-S001/
/positions/RTOP-1999-P001/
/actors/atlantis/
/themes/nothing/
/sources/nothing/
/compare/?view=facts&base=1999
/compare/?view=everything
/compare/?base=2011&with=2011
/compare/?with=2013&with=2013
/compare/?view=actors&page=99
/compare/?view=facts&sort=name
/compare/?view=words&pin=RTOP-1999-P001
/compare/?year=2011
/compare/picture.svg?view=themes&with=2013
/compare/picture.svg?view=participation&with=2013&with=2016
/compare/picture.svg?view=actors&with=2013&scheme=dark
/compare/picture.svg?view=panels&with=2013
/compare/picture.svg?view=words
/compare/picture.png?view=themes&with=2013
"""
API = """
/
/dialogues/
/dialogues/?year_min=2016&page_size=3
/dialogues/?sort=-year&count=true
/panels/
/panels/?panel=debate&year=2011
/panels/?panel=lunch
/panels/2011-morning-panel/
/panels/2011-nothing/
/quotations/
/quotations/?year=2011&page_size=10&count=true
/quotations/?theme=sovereignty&actor=ghana
/quotations/?q=protect&sort=year
/quotations/?kind=un_official
/quotations/?sort=theme
/tallies/
/tallies/?year=2011&count=true
/tallies/?theme=veto-and-security-council
/tallies/?stance=supports&actor=mexico
/tallies/?kind=observer
/actors/
/actors/?q=united&count=true
/actors/?said=veto&kind=member_state
/actors/?group=grulac&page_size=5
/actors/?year=2011&theme=use-of-force-and-abuse&stance=concerned
/actors/?sort=kind&page_size=20
/people/
/people/?q=luck
/people/edward-luck/
/people/nobody/
/themes/
/themes/?q=security&count=true
/situations/
/situations/?q=congo
/situations/libya/
/situations/lybia/
/instruments/
/instruments/?q=resolution
/instruments/resolution-1973/
/sources/
/sources/?q=mission&page_size=10
/sources/?sort=title
/passages/
/passages/?source=icrtop-2011&page_size=10
/passages/?source=nothing
/passages/icrtop-2011/p12/
/passages/icrtop-2011/p99/
/suggestions/?q=mex
/suggestions/?q=security
/suggestions/?q=xyzzy
/suggestions/
/schema/
/schema/?format=yaml
/docs/
/nothing/
/compare/?view=everything
/compare/?base=1999
/compare/?view=themes&theme=sovereignity
/compare/export/?view=facts&format=pdf
/dialogues/1999/
/dialogues/2011/?x=1
/statements/RTOP-1999-S001/
/positions/rtop-2011-p042/
/actors/mexiko/
"""
YEARS = ("with=2013", "base=2009&with=2018&with=2021", "")
COMPARISONS = """
view=themes&with=2013&theme=sovereignty
view=themes&with=2016&stance=supports&group=african-group
view=themes&with=2013&q=libya
view=themes&with=2012&with=2020
view=actors&with=2013&theme=veto-and-security-council&sort=group
view=actors&with=2009&kind=member_state&sort=change
view=actors&with=2018&actor=ghana&actor=mexico
view=actors&page=2
view=participation&with=2016&group=grulac
view=participation&with=2009&sort=first
view=words&with=2013&theme=sovereignty&pin=RTOP-2011-P042
view=words&with=2009&actor=ghana
view=panels&with=2009&with=2010
view=proposals&with=2012&situation=libya
view=facts&with=2020
"""
VIEWS = ("facts", "participation", "themes", "actors", "words", "panels", "proposals")

# The admin's lists: the model, and by which field one of its records is known for good.
KEYS = {
    "dialogue": "year",
    "panel": "",
    "participation": "",
    "statement": "ref",
    "position": "ref",
    "quotation": "ref",
    "tally": "ref",
    "actor": "slug",
    "actorname": "",
    "membership": "",
    "person": "slug",
    "delivery": "",
    "source": "slug",
    "passage": "",
    "citation": "",
    "assertion": "",
    "note": "",
    "theme": "slug",
    "situation": "slug",
    "instrument": "slug",
    "event": "slug",
    "synonym": "",
    "revision": "number",
}
# Pages of each role, and of a visitor without an account; {model key} stands for an id.
EVERY_ROLE = """
/admin/
/admin/dialogues/statement/
/admin/dialogues/statement/{statement RTOP-2011-S010}/change/
/admin/dialogues/statement/{statement RTOP-2011-S010}/history/
/admin/dialogues/statement/{statement RTOP-2011-S010}/step/withdraw/
/admin/dialogues/statement/{statement RTOP-2011-S010}/step/approve/
/admin/dialogues/statement/add/
/admin/dialogues/dialogue/{dialogue 2011}/change/
/admin/dialogues/actor/{actor mexico}/change/
/admin/dialogues/actor/{actor mexico}/merge/
/admin/dialogues/source/{source icrtop-2011}/change/
/admin/dialogues/source/{source icrtop-2011}/desk/
/admin/dialogues/source/{source icrtop-2011}/text/
/admin/dialogues/theme/{theme sovereignty}/change/
/admin/dialogues/position/tables/
/admin/dialogues/revision/1000/restore/
/admin/auth/user/
/admin/auth/user/add/
"""
ADMINISTRATOR = """
/admin/dialogues/
/admin/nothing/
/admin/dialogues/statement/?dialogue__year=2011
/admin/dialogues/statement/?state__exact=draft
/admin/dialogues/statement/?mine=review
/admin/dialogues/statement/?q=S010
/admin/dialogues/statement/?p=2
/admin/dialogues/statement/?nothing=1
/admin/dialogues/position/?left=no_passage
/admin/dialogues/position/?q=veto
/admin/dialogues/quotation/?left=not_found
/admin/dialogues/actor/?q=united
/admin/dialogues/actor/?kind__exact=observer
/admin/dialogues/actor/?o=-1
/admin/dialogues/passage/?q=p12
/admin/dialogues/revision/?action__exact=published
/admin/dialogues/statement/tables/
/admin/dialogues/statement/tables/?dialogue=2013
/admin/dialogues/actor/tables/
/admin/dialogues/participation/tables/
/admin/dialogues/statement/tables/download/?format=csv&content=records&dialogue=2013
/admin/dialogues/statement/tables/download/?format=xlsx&content=records&dialogue=2011
/admin/dialogues/statement/tables/download/?format=ods&content=template
/admin/dialogues/position/tables/download/?format=csv&content=records
/admin/dialogues/position/tables/download/?format=xlsx&content=template
/admin/dialogues/actor/tables/download/?format=ods&content=records
/admin/dialogues/participation/tables/download/?format=csv&content=records&dialogue=2011
/admin/dialogues/participation/tables/download/?format=doc
/admin/dialogues/source/{source icrtop-2011}/desk/?dialogue=2011&passage=12
/admin/dialogues/source/{source icrtop-2011}/desk/?dialogue=2011&show=not_read
/admin/dialogues/source/{source icrtop-2011}/desk/?dialogue=1999
/admin/dialogues/source/{source gcr2p-2009}/desk/
/admin/dialogues/source/{source gcr2p-2009}/text/
/admin/dialogues/actor/{actor mexico}/merge/?into=ghana
/admin/dialogues/actor/{actor mexico}/merge/?into=mexiko
/admin/dialogues/statement/999999/change/
/admin/dialogues/statement/{statement RTOP-2011-S010}/delete/
/admin/dialogues/statement/{statement RTOP-2011-S010}/preview/
/admin/dialogues/statement/{statement RTOP-2011-S010}/step/nothing/
/admin/autocomplete/?term=mex&app_label=dialogues&model_name=membership&field_name=group
/admin/dialogues/dialogue/add/
/admin/dialogues/actor/add/
/admin/dialogues/source/add/
/admin/dialogues/theme/add/
/admin/auth/user/{user contributor}/change/
/admin/auth/user/{user contributor}/history/
/admin/auth/user/{user contributor}/link/
/admin/auth/user/{user contributor}/factors/
/admin/account/second-factor/
/admin/password_change/
"""
VISITOR = """
/admin/
/admin/login/
/admin/account/password/
/admin/account/signup/
/admin/dialogues/statement/{statement RTOP-2011-S010}/change/
/admin/dialogues/source/{source icrtop-2011}/desk/
/admin/auth/user/
/admin/dialogues/position/tables/download/?format=csv&content=records
"""


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


# The recording


class Recording:
    """A folder with a file for each address, in the order of `index.tsv`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entries: dict[str, str] = {}

    def add(self, address: str, status: object, headers: Iterable[str], body: bytes) -> None:
        exact, shown = body_of(body)
        digest = hashlib.sha256(exact.encode()).hexdigest()
        number = next(n for n in itertools.count(1) if numbered(address, n) not in self.entries)
        address = numbered(address, number)
        head = [address, f"Status: {status}", *headers, f"SHA-256: {digest}"]
        slug = re.sub(r"[^A-Za-z0-9]+", "-", address).strip("-")[:90]
        name = f"{slug}.{hashlib.sha256(address.encode()).hexdigest()[:8]}.txt"
        self.entries[address] = name
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            file.write("\n".join(head) + "\n\n" + shown)

    def close(self) -> None:
        rows = [f"{name}\t{address}\n" for address, name in self.entries.items()]
        (self.folder / INDEX).write_text(f"{connection.vendor}\n{''.join(rows)}", encoding="utf-8")


def numbered(address: str, number: int) -> str:
    return address if number == 1 else f"{address} ({number})"


def body_of(body: bytes) -> tuple[str, str]:
    """The exact text of a body, masked, and the same broken into lines for a reader."""
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = [(name, body_of(archive.read(name))) for name in archive.namelist()]
        exact, shown = (
            "".join(f"== {name}\n{texts[which]}\n" for name, texts in parts) for which in (0, 1)
        )
        return exact, shown
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = f"{len(body)} bytes, SHA-256 {hashlib.sha256(body).hexdigest()}"
    for pattern, replacement in MASKS:
        text = re.sub(pattern, replacement, text)
    shown = text
    if text[:1] in ("{", "["):
        with contextlib.suppress(ValueError):
            shown = json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    elif text.startswith(("<?xml", "<svg")):
        shown = text.replace("><", ">\n<")
    return text, shown


def read_index(folder: Path) -> tuple[str, dict[str, str]]:
    """The database of a recording, and the file of each address."""
    vendor, *rows = (folder / INDEX).read_text(encoding="utf-8").splitlines()
    return vendor, {address: name for name, address in (row.split("\t", 1) for row in rows)}


# Forms as a browser sends them


@dataclass
class Form:
    action: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)


class FormParser(HTMLParser):
    """Read the forms of a page with the values that it shows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside = False
        self.select: tuple[str, bool, list[tuple[str, bool]]] | None = None
        self.textarea: str | None = None
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.forms.append(Form(given.get("action") or ""))
            self.inside = True
        elif not self.inside or "disabled" in given:
            return
        elif tag == "input" and name:
            kind = given.get("type") or "text"
            chosen = kind not in ("checkbox", "radio") or "checked" in given
            if chosen and kind not in ("submit", "button", "image", "reset", "file"):
                self._send(name, given.get("value", "on" if kind == "checkbox" else "") or "")
        elif tag == "select" and name:
            self.select = (name, "multiple" in given, [])
        elif tag == "option" and self.select:
            self.select[2].append((given.get("value") or "", "selected" in given))
        elif tag == "textarea" and name:
            self.textarea, self.text = name, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            name, multiple, options = self.select
            chosen = [value for value, selected in options if selected]
            for value in chosen or [value for value, _ in options[: not multiple]]:
                self._send(name, value)
            self.select = None
        elif tag == "textarea" and self.textarea:
            # A browser takes the first line break of a text area for none.
            self._send(self.textarea, self.text.removeprefix("\n"))
            self.textarea = None

    def handle_data(self, data: str) -> None:
        self.text += data

    def _send(self, name: str, value: str) -> None:
        self.forms[-1].fields.setdefault(name, []).append(value)


# The archive and its visitors


class Clock:
    """A clock that stands still, and goes on by a minute before each change."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 6, 15, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def time(self) -> float:
        return self.moment.timestamp()

    def advance(self) -> None:
        self.moment += timedelta(minutes=1)


@contextlib.contextmanager
def fresh_archive() -> Iterator[tuple[Clock, Path]]:
    """Load the bundled records, published, into a new archive with an account for each role."""
    clock = Clock()
    logging.disable(logging.CRITICAL)  # refusals are asked for
    with (
        tempfile.TemporaryDirectory(prefix="rtop-net-") as name,
        # Before the first import of a module of the archive: no other clock is seen there.
        patch.object(timezone, "now", clock.now),
        patch.object(time, "time", clock.time),
    ):
        home = Path(name)
        for variable in UNSET:
            os.environ.pop(variable, None)
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{home / 'archive.sqlite3'}")
        os.environ |= {"SECRET_KEY": "the same at every recording", "REQUIRE_SECOND_FACTOR": "no"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "rtop.settings"
        django.setup()
        settings.VAR_DIR = home  # where `demo` keeps its passwords
        if connection.introspection.table_names():
            sys.exit("DATABASE_URL names a database that is not empty: it would be written to.")
        call_command("demo", no_serve=True, stdout=io.StringIO())
        yield clock, home
        connection.close()


def rows(model: str) -> Any:
    """The records of a model in a stable order."""
    app = "auth" if model == "user" else "dialogues"
    key = "username" if model == "user" else KEYS.get(model) or "pk"
    return apps.get_model(app, model)._default_manager.order_by(key)


def sample(model: str, every: int) -> list[str]:
    """The keys of each so many of a model's records."""
    keys = [str(key) for key in rows(model).values_list(KEYS[model], flat=True)]
    return keys[::every]


def with_ids(address: str) -> str:
    """The address with the id of each record that it names as {model key}."""

    def identify(match: re.Match[str]) -> str:
        model, key = match[1].split(" ", 1)
        name = "username" if model == "user" else KEYS[model]
        # Without its record the answer shows what is missing: it is recorded all the same.
        return str(rows(model).filter(**{name: key}).values_list("pk", flat=True).first() or 0)

    return re.sub(r"\{([^}]+)\}", identify, address)


class Visitor:
    """A reader, or a curator of one role, whose answers are recorded."""

    def __init__(self, recording: Recording, clock: Clock, role: str = "") -> None:
        self.recording, self.clock, self.role = recording, clock, role
        self.client = Client(raise_request_exception=False, SERVER_NAME=HOST)
        if role:
            self.client.force_login(rows("user").get(username=role))

    def get(self, address: str, label: str = "", method: str = "GET", **extra: Any) -> str:
        """Ask for an address, record the answer under its label; gives the text."""
        url = quote(with_ids(address), safe="/?&=%:+,")
        response = self.client.generic(method, url, **extra)
        return self.record(response, label or f"{method} {address}")

    def record(self, response: Any, label: str) -> str:
        body = response.getvalue()
        response.close()
        headers = [f"{name}: {response[name]}" for name in HEADERS if name in response]
        label = f"{self.role} {label}" if self.role else label
        self.recording.add(label, response.status_code, headers, body)
        return str(body.decode(errors="replace"))

    def send(self, address: str, changes: dict[str, Any], label: str = "") -> str:
        """Open a page, fill in the form that has these fields, and send it."""
        url = with_ids(address)
        page = self.client.get(url).getvalue().decode()
        return self.send_from(page, address, changes, label)

    def send_from(self, page: str, address: str, changes: dict[str, Any], label: str = "") -> str:
        """Send a form of a page that was opened before; gives what the browser then shows."""
        # Buttons and files are no fields of their own here.
        names = [name for name in changes if name[0] != "_" and name not in ("file", "do")]
        forms = [one for one in FormParser(page).forms if one.fields.keys() >= set(names)]
        # Without its form the answer shows what is missing: it is recorded all the same.
        form = next((one for one in forms if "csrfmiddlewaretoken" in one.fields), Form())
        return self.post(address, form.fields | changes, label, form.action)

    def post(self, address: str, data: dict[str, Any], label: str = "", action: str = "") -> str:
        label = label or f"POST {address}"
        self.clock.advance()
        url = urljoin(with_ids(address), action)
        response = self.client.post(url, data)
        location = response.get("Location", "")
        page = self.record(response, label)
        if response.status_code in (301, 302):
            return self.get(location.partition("#")[0], f"{label}, then")
        return page


# What is recorded


def record_pages(reader: Visitor) -> None:
    """Record the public pages."""
    for address in lines(PAGES):
        reader.get(address)
    addresses = [f"/dialogues/{year}/" for year in sample("dialogue", 1)]
    addresses += [f"/statements/{ref}/" for ref in sample("statement", 14)]
    addresses += [f"/positions/{ref}/" for ref in sample("position", 28)]
    addresses += [f"/actors/{slug}/" for slug in sample("actor", 12)]
    addresses += [f"/actors/{slug}/" for slug in ("mexico", "ghana", "european-union")]
    addresses += [f"/themes/{slug}/" for slug in sample("theme", 1)]
    addresses += [f"/sources/{slug}/" for slug in [*sample("source", 14), "icrtop-2011"]]
    for address in dict.fromkeys(addresses):
        reader.get(address)
    for kind, query in itertools.product(("statements", "positions"), ["", *lines(SELECTIONS)]):
        reader.get(f"/{kind}/?{query}" if query else f"/{kind}/")
    for address in ("/statements/", "/positions/?q=prevention&page_size=5", "/actors/?sort=kind"):
        follow_page(reader, address, ["next", "next", "prev"])
    for view, years in itertools.product(VIEWS, YEARS):
        reader.get("/compare/?" + "&".join(filter(None, [f"view={view}", years])))
    for query in lines(COMPARISONS):
        reader.get(f"/compare/?{query}")
    for method in ("HEAD", "POST", "OPTIONS"):
        reader.get("/statements/?year=2011", method=method)
    record_conditional(reader, "/statements/?year=2011")


def follow_page(reader: Visitor, address: str, relations: list[str]) -> None:
    """Record the pages of a list that its links lead to."""
    label, page = f"GET {address}", reader.client.get(quote(address, safe="/?&=")).getvalue()
    for relation in relations:
        links = re.findall(r"<a [^>]*>", page.decode())
        link = next((one for one in links if f'rel="{relation}"' in one), "")
        found = re.search(r'href="([^"]+)"', link)
        label += f", {relation}"
        url = urljoin(address, unescape(found[1])) if found else f"/no-link/{relation}/"
        page = reader.get(url, label).encode()


def record_conditional(reader: Visitor, address: str) -> None:
    """Record the answer to who has the page already."""
    first = reader.client.get(address)
    for name, header in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        headers = {name: first.get(header, "none")}
        reader.get(address, f"GET {address}, {name}", headers=headers)


def record_api(reader: Visitor) -> None:
    """Record the API and its exports."""
    root = "/api/v1"
    for address in lines(API):
        reader.get(f"{root}{address}")
    for kind in ("statements", "positions"):
        for query in ["", *lines(SELECTIONS)]:
            reader.get(f"{root}/{kind}/?{query}" if query else f"{root}/{kind}/")
        for query in ["", *lines(FACETS)]:
            reader.get(f"{root}/{kind}/facets/?{query}")
    kinds = ("statements", "positions", "quotations", "tallies", "actors")
    for kind, query in itertools.product(kinds, lines(EXPORTS)):
        reader.get(f"{root}/{kind}/export/?{query}")
    for kind, model, every in (
        ("dialogues", "dialogue", 1),
        ("statements", "statement", 25),
        ("positions", "position", 60),
        ("quotations", "quotation", 20),
        ("tallies", "tally", 8),
        ("actors", "actor", 25),
        ("themes", "theme", 4),
        ("sources", "source", 25),
    ):
        for key in sample(model, every):
            reader.get(f"{root}/{kind}/{key}/")
    for address in ("/statements/", "/positions/?q=prevention&page_size=5", "/actors/?page_size=9"):
        follow_cursor(reader, f"{root}{address}", ["next", "next", "previous"])
    for view, years in itertools.product(VIEWS, YEARS):
        query = "&".join(filter(None, [f"view={view}", years]))
        reader.get(f"{root}/compare/?{query}")
        reader.get(f"{root}/compare/export/?{query}&format=csv")
    for query in lines(COMPARISONS):
        reader.get(f"{root}/compare/?{query}")
    reader.get(f"{root}/compare/export/?view=themes&with=2013&format=xlsx")
    for method in ("HEAD", "POST", "DELETE", "OPTIONS"):
        reader.get(f"{root}/statements/?year=2011", method=method)
    accept = {"Accept": "text/html"}
    reader.get(f"{root}/themes/", f"GET {root}/themes/, Accept: text/html", headers=accept)
    record_conditional(reader, f"{root}/positions/?year=2011")


def follow_cursor(reader: Visitor, address: str, relations: list[str]) -> None:
    """Record the pages of a list that its cursors lead to."""
    label, answer = f"GET {address}", reader.client.get(address).json()
    for relation in relations:
        label += f", {relation}"
        answer = json.loads(reader.get(answer.get(relation) or f"/api/v1/no-{relation}/", label))


def record_admin(curators: dict[str, Visitor], visitor: Visitor) -> None:
    """Record the pages of the admin, as each role."""
    for curator in curators.values():
        for address in lines(EVERY_ROLE):
            curator.get(address)
    administrator = curators["administrator"]
    for model, key in KEYS.items():
        administrator.get(f"/admin/dialogues/{model}/")
        found = list(rows(model))
        for place, one in (("first", found[0]), ("middle", found[len(found) // 2])):
            name = getattr(one, key) if key else place
            label = f"GET /admin/dialogues/{model}/{{{model} {name}}}/change/"
            administrator.get(f"/admin/dialogues/{model}/{one.pk}/change/", label)
    for address in lines(ADMINISTRATOR):
        administrator.get(address)
    for address in lines(VISITOR):
        visitor.get(address)


def record_commands(recording: Recording, home: Path, title: str, *options: str) -> None:
    """Record the exported record files, and what the commands say of them."""
    folder = home / title.replace(" ", "-")
    commands = (
        ("export_records", str(folder), *options),
        ("import_records", str(folder), "--dry-run"),
        ("verify_archive",),
    )
    for command in commands:
        output, status = io.StringIO(), 0
        try:
            call_command(*command, stdout=output, stderr=output)
        except SystemExit as ended:
            status = int(ended.code or 0)
        said = output.getvalue().replace(str(folder), "FOLDER")
        recording.add(f"{title}: {command[0]}", status, [], said.encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder)
            recording.add(f"{title}: {name}", "written", [], path.read_bytes())


# Changes in the admin


def correct_a_statement(curators: dict[str, Visitor], reader: Visitor) -> None:
    """Propose, submit, preview and approve a change of a published statement; restore it."""
    statement = "/admin/dialogues/statement/{statement RTOP-2011-S010}"
    contributor, reviewer = curators["contributor"], curators["reviewer"]
    changes = {"positions-0-summary": "Read again.", "why": "A slip.", "_step": "submit"}
    contributor.send(f"{statement}/change/", changes)
    contributor.send(f"{statement}/step/submit/", {"reason": "Please look."})
    contributor.get(f"{statement}/change/", "GET statement in review")
    reviewer.get("/admin/", "GET index with a review waiting")
    reviewer.get("/admin/dialogues/statement/?mine=review", "GET statements to review")
    reviewer.get(f"{statement}/change/", "GET statement to review")
    reviewer.get(f"{statement}/preview/", "GET preview of a proposal")
    reviewer.get(f"{statement}/step/approve/", "GET statement to approve")
    contributor.get(f"{statement}/step/approve/", "GET own statement to approve")
    reviewer.send(f"{statement}/step/approve/", {"reason": ""})
    reader.get("/statements/RTOP-2011-S010/", "GET statement as corrected")
    reader.get("/api/v1/statements/RTOP-2011-S010/", "GET statement of the API as corrected")
    last = rows("revision").last()
    reviewer.get(f"/admin/dialogues/revision/{last.pk}/change/", "GET last revision")
    reviewer.get("/admin/dialogues/revision/", "GET revisions after a change")
    own = rows("revision").filter(record_type=last.record_type, object_id=last.object_id)
    restore = f"/admin/dialogues/revision/{own.first().number}/restore/"
    contributor.get(restore, "GET restore of the first revision")
    contributor.send(restore, {"reason": "It was right."}, "POST restore of the first revision")


def return_a_statement(curators: dict[str, Visitor]) -> None:
    """Return a proposed change with a comment, and decline it in the end."""
    statement = "/admin/dialogues/statement/{statement RTOP-2013-S005}"
    contributor, reviewer = curators["contributor"], curators["reviewer"]
    contributor.send(f"{statement}/change/", {"positions-0-summary": ""}, "POST empty summary")
    contributor.send(f"{statement}/change/", {"positions-0-summary": "Another reading."})
    contributor.send(f"{statement}/step/submit/", {"reason": ""})
    reviewer.send(f"{statement}/step/give_back/", {"reason": ""}, "POST return without a reason")
    reviewer.send(f"{statement}/step/give_back/", {"reason": "Which passage?"})
    contributor.get("/admin/", "GET index with a returned change")
    contributor.get(f"{statement}/change/", "GET returned statement")
    contributor.send(f"{statement}/step/submit/", {"reason": "Page 3."})
    reviewer.send(f"{statement}/step/decline/", {"reason": "The report says otherwise."})


def settle_a_conflict(curators: dict[str, Visitor]) -> None:
    """Save a statement that another curator has saved meanwhile."""
    statement = "/admin/dialogues/statement/{statement RTOP-2015-S002}/change/"
    contributor, reviewer = curators["contributor"], curators["reviewer"]
    opened = contributor.client.get(with_ids(statement)).getvalue().decode()
    reviewer.send(statement, {"positions-0-summary": "Theirs."}, "POST the first of two saves")
    mine = {"positions-0-summary": "Mine."}
    page = contributor.send_from(opened, statement, mine, "POST the second of two saves")
    contributor.send_from(page, statement, {"kept": kept_in(page)}, "POST what is chosen of both")


def kept_in(page: str) -> str:
    """The signed data of a page for its next step."""
    forms = [form for form in FormParser(page).forms if "kept" in form.fields]
    return forms[0].fields["kept"][0] if forms else ""


def change_by_table(curators: dict[str, Visitor]) -> None:
    """Upload tables: a changed cell as CSV and as XLSX, an unchanged one, and faults."""
    contributor = curators["contributor"]
    tables = "/admin/dialogues/position/tables/"
    asked = {"format": "csv", "content": "records", "dialogue": "2016"}
    data = contributor.client.get(f"{tables}download/", asked).getvalue().decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(data)))
    column = table[0].index("summary")
    table[3][column], table[5][column] = "Read in a table.", "Read in a table too."

    def upload(content: bytes, label: str, name: str = "positions.csv", page: str = tables) -> str:
        file = SimpleUploadedFile(name, content)
        return contributor.send(page, {"why": "Read again.", "file": file}, f"POST {label}")

    def written(changed: list[list[str]]) -> bytes:
        output = io.StringIO()
        csv.writer(output).writerows(changed)
        return output.getvalue().encode()

    upload(data.encode(), "table without a change")
    upload(written([[*table[0], "colour"], [*table[1], "red"]]), "table with another column")
    upload(written([table[0], ["RTOP-1999-P001", *table[1][1:]]]), "table with an unknown row")
    upload(b"\x00\x01", "table that is none", "positions.pdf")
    page = upload(written(table), "table with two changed cells")
    contributor.send_from(page, tables, {"kept": kept_in(page)}, "POST table confirmed")
    contributor.get(
        "/admin/dialogues/position/tables/download/?format=csv&dialogue=2016&content=records",
        "GET table after its upload",
    )
    statements = "/admin/dialogues/statement/tables/"
    asked = {"format": "xlsx", "content": "records", "dialogue": "2015"}
    book = contributor.client.get(f"{statements}download/", asked).getvalue()
    upload(with_cell(book, "summary"), "workbook with a changed cell", "s.xlsx", statements)


def with_cell(book: bytes, words: str) -> bytes:
    """A workbook with another text in the first shared or inline string of some length."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(output, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            # The answer names the digest of what was uploaded: no clock in it.
            text = re.sub(WORKBOOK_TIME, r"\g<1>2026-06-15T12:00:00Z", text)
            if name.startswith(("xl/worksheets/", "xl/sharedStrings")):
                text = re.sub(r"(<t[^>]*>)[^<]{60,}(</t>)", rf"\1Another {words}.\2", text, count=1)
            new.writestr(zipfile.ZipInfo(name), text)
    return output.getvalue()


def bring_in_a_source(curators: dict[str, Visitor], reader: Visitor) -> None:
    """Enter a source, bring in its text, code a point of it, and publish it."""
    contributor, publisher = curators["contributor"], curators["publisher"]
    entry = {"title": "A report", "slug": "a-report", "publisher": "A mission"}
    contributor.send("/admin/dialogues/source/add/", {"title": "", "slug": "a report"})
    contributor.send("/admin/dialogues/source/add/", entry, "POST new source")
    source = "/admin/dialogues/source/{source a-report}"
    text = "A heading\n\nGhana called for restraint.\n\nMexico agreed.\n\nJapan spoke last."
    for label, changes in (
        ("POST no text", {"text": "", "do": "bring"}),
        ("POST text", {"text": text, "do": "bring"}),
        ("POST text, passages joined", {"version": "1", "do": "join:3"}),
        ("POST text, changed meanwhile", {"version": "1", "do": "join:2"}),
        ("POST text, fixed", {"version": "2", "do": "fix"}),
    ):
        contributor.post(f"{source}/text/", changes, label)
    desk = f"{source}/desk/?dialogue=2016"
    contributor.get(desk, "GET desk of a new source")
    point = {"theme": "sovereignty", "stance": "calls_for", "who": "ghana", "do": "code"}
    contributor.send(desk, {"passage": "1", **point, "summary": ""}, "POST point without words")
    summary = {"summary": "{actor} called for restraint."}
    contributor.send(desk, {"passage": "1", **point, **summary}, "POST point")
    contributor.post(desk, {"do": "aside", "passage": "2", "reason": ""}, "POST aside, no reason")
    contributor.post(desk, {"do": "aside", "passage": "2", "reason": "Said before."}, "POST aside")
    chosen = {"action": "submit_selected", "_selected_action": with_ids("{source a-report}")}
    contributor.post("/admin/dialogues/source/", chosen, "POST selected sources to review")
    publisher.get("/admin/", "GET index with a source in review")
    chosen["action"] = "publish_selected"
    publisher.post("/admin/dialogues/source/", chosen, "POST selected sources to be published")
    reader.get("/sources/a-report/")


def merge_entries(curators: dict[str, Visitor], reader: Visitor) -> None:
    """Merge two situations, two actors and two sources, and ask for the former slugs."""
    contributor, publisher = curators["contributor"], curators["publisher"]
    for model, gone, kept in (
        ("situation", "kenya-2008", "lebanon"),
        ("actor", "nordic-countries", "nordic-and-baltic-states"),
        ("source", "gcr2p-2022-2", "gcr2p-2022"),
    ):
        merge = f"/admin/dialogues/{model}/{{{model} {gone}}}/merge/?into={kept}"
        record = f"/admin/dialogues/{model}/{{{model} {kept}}}"
        contributor.get(merge)
        contributor.send(merge, {"into": kept, "reason": ""}, f"POST {merge}, no reason")
        contributor.send(merge, {"into": kept, "reason": "They are one."})
        contributor.send(f"{record}/step/submit/", {"reason": ""})
        publisher.get(f"{record}/step/approve/")
        publisher.send(f"{record}/step/approve/", {"reason": ""})
        publisher.get(f"{record}/change/")
        reader.get(f"/api/v1/{model}s/{gone}/")
        if model != "situation":
            reader.get(f"/{model}s/{gone}/")
    for query in ("situation=kenya-2008", "situation=kenya-2008&year=2011&situation=lebanon"):
        reader.get(f"/statements/?{query}", f"GET /statements/?{query}, merged")
        reader.get(f"/api/v1/positions/?{query}", f"GET /api/v1/positions/?{query}, merged")
    reader.get("/compare/?view=themes&with=2013&actor=nordic-countries")
    reader.get("/actors/?actor=nordic-countries")


def withdraw_a_statement(curators: dict[str, Visitor], reader: Visitor) -> None:
    """Withdraw a statement, and ask for it and for all that counted it."""
    statement = "/admin/dialogues/statement/{statement RTOP-2018-S003}"
    position = rows("position").filter(statement__ref="RTOP-2018-S003").first().ref
    publisher = curators["publisher"]
    publisher.get(f"{statement}/step/withdraw/")
    publisher.send(f"{statement}/step/withdraw/", {"reason": " "}, "POST withdraw, no reason")
    publisher.send(f"{statement}/step/withdraw/", {"reason": "Not said there."})
    theme = "/admin/dialogues/theme/{theme sovereignty}/step/withdraw/"
    publisher.send(theme, {"reason": "Two in one."})
    for address in (
        "/statements/RTOP-2018-S003/",
        f"/positions/{position}/",
        "/api/v1/statements/RTOP-2018-S003/",
        f"/api/v1/positions/{position}/",
    ):
        reader.get(address, f"GET {address}, withdrawn")
    for address in ("/statements/?year=2018", "/dialogues/2018/", "/", "/sitemap.xml"):
        reader.get(address, f"GET {address} after a withdrawal")
    publisher.get("/admin/dialogues/statement/?state__exact=withdrawn")


def publish_a_situation(curators: dict[str, Visitor], reader: Visitor) -> None:
    """Enter a situation, and publish it by another person and by an administrator alone."""
    contributor, publisher = curators["contributor"], curators["publisher"]
    add = "/admin/dialogues/situation/add/"
    contributor.send(add, {"name": "Lybia", "slug": "lybia", "_step": "submit"})
    situation = "/admin/dialogues/situation/{situation lybia}"
    contributor.send(f"{situation}/step/submit/", {"reason": ""})
    contributor.get(f"{situation}/step/publish/", "GET publish as a contributor")
    publisher.send(f"{situation}/step/publish/", {"reason": ""})
    reader.get("/api/v1/situations/lybia/", "GET new situation")
    administrator = curators["administrator"]
    administrator.send(add, {"name": "Alone", "slug": "alone"})
    alone = "/admin/dialogues/situation/{situation alone}"
    administrator.send(f"{alone}/step/submit/", {"reason": ""})
    administrator.send(f"{alone}/step/publish/", {"reason": ""}, "POST publish, no reason")
    administrator.send(f"{alone}/step/publish/", {"reason": "Alone in the office."})


def change_an_account(curators: dict[str, Visitor]) -> None:
    """Change an account, and send an invitation with faults."""
    administrator = curators["administrator"]
    user = "/admin/auth/user/{user contributor}/change/"
    administrator.send(user, {"first_name": "Ada"})
    administrator.send("/admin/auth/user/add/", {"first_name": "Bob", "email": "bob"})


def record(folder: Path) -> Recording:
    """Load a new archive and record all answers into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        sys.exit(f"{folder} is not empty: give another folder, or empty it.")
    recording = Recording(folder)
    with fresh_archive() as (clock, home):
        reader = Visitor(recording, clock)
        curators = {role: Visitor(recording, clock, role) for role in ROLES}
        administrator = curators["administrator"]
        parts: list[tuple[Callable[..., object], tuple[Any, ...]]] = [
            (record_commands, (recording, home, "export")),
            (record_pages, (reader,)),
            (record_api, (reader,)),
            (record_admin, (curators, reader)),
            (correct_a_statement, (curators, reader)),
            (return_a_statement, (curators,)),
            (settle_a_conflict, (curators,)),
            (change_by_table, (curators,)),
            (publish_a_situation, (curators, reader)),
            (bring_in_a_source, (curators, reader)),
            (merge_entries, (curators, reader)),
            (withdraw_a_statement, (curators, reader)),
            (change_an_account, (curators,)),
            (administrator.get, ("/admin/", "GET index at the end")),
            (record_commands, (recording, home, "export at the end")),
            (record_commands, (recording, home, "editorial export", "--editorial")),
        ]
        for part, arguments in parts:
            try:
                part(*arguments)
            except Exception:
                # An archive that breaks here differs from its recording; the rest is still asked.
                fault = traceback.format_exc()
                recording.add(f"{part.__name__}: broken off", "failed", [], fault.encode())
        recording.close()
    return recording


# The comparison


def compare(before: Path, after: Path, expected: list[str], show: int) -> int:
    """Print which answers differ; gives 1 where one does that is not expected to."""
    (vendor, old), (vendor_now, new) = read_index(before), read_index(after)
    if vendor != vendor_now:
        sys.exit(f"{before} was recorded on {vendor}, and this is {vendor_now}.")
    counts: Counter[str] = Counter()
    shown = 0
    for address in dict.fromkeys([*old, *new]):
        texts = [
            (folder / names[address]).read_bytes() if address in names else None
            for folder, names in ((before, old), (after, new))
        ]
        if texts[0] == texts[1]:
            counts["same"] += 1
            continue
        kind = "missing" if texts[1] is None else "new" if texts[0] is None else "differs"
        is_expected = any(re.search(pattern, address) for pattern in expected)
        counts["expected" if is_expected else kind] += 1
        print(f"{kind}{' as expected' if is_expected else ''}: {address}")
        if not is_expected and shown < show:
            shown += 1
            print("\n".join(difference(*texts)))
    print(", ".join(f"{number} {kind}" for kind, number in counts.items()))
    return int(any(counts[kind] for kind in ("differs", "missing", "new")))


def difference(before: bytes | None, after: bytes | None) -> list[str]:
    """The first lines of a unified diff, of lines that are not endless."""
    old, new = ((text or b"").decode().splitlines() for text in (before, after))
    changed = difflib.unified_diff(old, new, "before", "after", n=1, lineterm="")
    return [f"    {line[:300]}" for line in itertools.islice(changed, 40)]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.net",
        description="Record the archive's answers, and compare them later byte for byte.",
        epilog="On PostgreSQL: python -m tests.postgres -- python -m tests.net record FOLDER",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    recording = commands.add_parser("record", help="record all answers into an empty folder")
    comparing = commands.add_parser("compare", help="record again, and print what differs")
    for command in (recording, comparing):
        command.add_argument("folder", type=Path)
    comparing.add_argument("--show", type=int, default=5, metavar="N", help="how many diffs")
    comparing.add_argument(
        "--expect", action="append", default=[], metavar="REGEX", help="addresses meant to differ"
    )
    comparing.add_argument("--keep", type=Path, metavar="NEW", help="keep the new recording here")
    comparing.add_argument(
        "--recorded", type=Path, metavar="OTHER", help="compare with this, and record nothing"
    )
    given = parser.parse_args()
    began = time.monotonic()
    if given.command == "record":
        number = len(record(given.folder).entries)
        print(f"{number} answers recorded in {time.monotonic() - began:.0f} s")
        return 0
    if given.recorded:
        return compare(given.folder, given.recorded, given.expect, given.show)
    with tempfile.TemporaryDirectory(prefix="rtop-net-") as name:
        now = given.keep or Path(name)
        record(now)
        return compare(given.folder, now, given.expect, given.show)


if __name__ == "__main__":
    sys.exit(main())
