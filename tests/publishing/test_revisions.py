"""The chain of revisions: what the database refuses, and what the check finds all the same."""

import contextlib
import io

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from dialogues import publishing
from dialogues.choices import State
from dialogues.models import Revision, Theme
from dialogues.publishing import triggers
from dialogues.publishing.revisions import GENESIS, revision_digest
from tests.factories import make_theme, make_user
from tests.snapshot import off_guard

pytestmark = pytest.mark.django_db

TABLE = "dialogues_revision"
# Each by the first revision that it shows at.
EDITS = {
    "reason": "reason = 'Another.'",
    "who": "by_id = (SELECT min(id) FROM auth_user)",
    "when": "at = '2001-01-01 00:00:00+00:00'",
    "action": "action = 'withdrawn'",
    "key": "record_key = 'another'",
    "row": "object_id = 999999",
    "type": "record_type = 'another'",
    "record": "record = '{}'",
    "digest": "digest = '0'",
}
ALTERED = {
    name: ([f"UPDATE {TABLE} SET {to} WHERE number = 500"], 500) for name, to in EDITS.items()
}
ALTERED |= {
    "deleted": ([f"DELETE FROM {TABLE} WHERE number = 500"], 501),
    "deleted and numbered anew": (
        [
            f"DELETE FROM {TABLE} WHERE number = 1",
            f"UPDATE {TABLE} SET number = number + 1000000",
            f"UPDATE {TABLE} SET number = number - 1000001",
        ],
        1,
    ),
    "in another order": (
        [
            f"UPDATE {TABLE} SET number = {new} WHERE number = {old}"
            for old, new in ((500, 1000000), (501, 500), (1000000, 501))
        ],
        500,
    ),
}


def alter(*statements):
    """As the database's owner."""
    with off_guard(), connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def made_anew(since, reason):
    """Rewrites a revision and every digest after it, so that the chain holds in itself."""
    alter(f"UPDATE {TABLE} SET reason = '{reason}' WHERE number = {since}")
    previous = Revision.objects.get(number=since - 1).digest
    new = []
    for revision in Revision.objects.filter(number__gte=since).order_by("number"):
        previous = revision_digest(previous, revision)
        new.append(f"UPDATE {TABLE} SET digest = '{previous}' WHERE number = {revision.number}")
    alter(*new)


def faults(*heads):
    """What `verify_archive` says of the history."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.suppress(SystemExit):
        call_command("verify_archive", expect_head=list(heads), stdout=out, stderr=err)
    return [line for line in err.getvalue().splitlines() if not line.endswith(" faults.")]


# What the database refuses


REFUSED = {
    "edit": f"UPDATE {TABLE} SET reason = 'x' WHERE number = 500",
    "edit of all": f"UPDATE {TABLE} SET reason = 'x'",
    "delete": f"DELETE FROM {TABLE} WHERE number = 500",
    "delete of all": f"DELETE FROM {TABLE}",
}


@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED)
def test_the_database_refuses_to_change_the_history(sql):
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        connection.cursor().execute(sql)
    assert publishing.first_broken() is None


@pytest.mark.postgresql
def test_the_database_refuses_to_truncate_the_history():
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        connection.cursor().execute(f"TRUNCATE {TABLE} CASCADE")
    assert Revision.objects.exists()


@pytest.mark.sqlite
@pytest.mark.parametrize("identity", ["number", "id"])
def test_a_revision_is_not_replaced(identity):
    columns = [str(column.column) for column in Revision._meta.local_fields]
    other = {"id": "id + 1000000", "number": "number + 1000000"}
    del other[identity]
    values = ", ".join(other.get(column, column) for column in columns)
    sql = (
        f"INSERT OR REPLACE INTO {TABLE} ({', '.join(columns)})"
        f" SELECT {values} FROM {TABLE} WHERE number = 500"
    )
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        connection.cursor().execute(sql)


def test_every_migrate_puts_the_triggers_in_place():
    assert publishing.without_triggers() == []
    names = triggers.SQLITE if connection.vendor == "sqlite" else triggers.POSTGRESQL
    with connection.cursor() as cursor:
        for name in names:
            on = "" if connection.vendor == "sqlite" else f" ON {TABLE}"
            cursor.execute(f"DROP TRIGGER {name}{on}")
    assert publishing.without_triggers() == list(names)
    assert faults() == [f"trigger {name}: is not in place" for name in names]
    call_command("migrate", verbosity=0)
    assert publishing.without_triggers() == []


@pytest.mark.postgresql
def test_a_trigger_that_is_switched_off_is_named():
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER {TABLE}_no_change")
    assert publishing.without_triggers() == [f"{TABLE}_no_change"]


@pytest.mark.postgresql
def test_a_trigger_that_no_longer_refuses_is_named():
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RETURN NEW; END $$"
        )
    assert publishing.without_triggers() == list(triggers.POSTGRESQL)


# What the check finds all the same


@pytest.mark.parametrize(("statements", "first"), ALTERED.values(), ids=ALTERED)
def test_the_first_altered_revision_is_named(statements, first):
    make_user("ann", "staff")
    alter(*statements)
    broken = publishing.first_broken()
    assert broken is not None
    assert broken.number == first


def test_each_digest_covers_the_one_before():
    before, last = Revision.objects.order_by("number")[:2]
    assert last.digest == revision_digest(before.digest, last)
    assert last.digest != revision_digest(GENESIS, last)
    assert publishing.first_broken() is None


def test_a_cut_tail_shows_against_a_kept_head():
    head = publishing.chain_head()
    last = int(head.partition(":")[0])
    assert faults(head) == []
    alter(f"DELETE FROM {TABLE} WHERE number > {last - 3}")
    assert publishing.first_broken() is None
    assert f"revision {last - 2}: is missing, up to {last}, whose digest was kept" in faults(head)


def test_a_chain_made_anew_shows_against_a_kept_head():
    kept = [f"{r.number}:{r.digest}" for r in Revision.objects.filter(number__in=[700, 899, 950])]
    made_anew(900, "Another.")
    assert publishing.first_broken() is None
    assert faults() == []
    departure = "revision 1: it, or one up to 950, is not the one whose digest was kept"
    assert publishing.first_mismatch([kept[2]]) == departure
    # The more heads were kept, the nearer.
    assert faults(*kept) == [departure.replace("1: it", "900: it")]
    head = Revision.objects.get(number=899)
    departure = "revision 900: is not the one whose digest was kept"
    assert publishing.first_mismatch([f"900:{head.digest}", kept[1]]) == departure


def test_the_head_is_printed_and_a_wrong_one_refused(capsys):
    call_command("verify_archive", head=True)
    number, digest = capsys.readouterr().out.strip().split(":")
    last = Revision.objects.get(number=number)
    assert (last.digest, last.number) == (digest, Revision.objects.count())
    for wrong in ("x", "12", "12:", f"x:{digest}", f"12:{digest[:-1]}", f"{'9' * 40}:{digest}"):
        with pytest.raises(SystemExit) as ended:
            call_command("verify_archive", expect_head=[wrong])
        assert ended.value.code == 2


def test_a_record_changed_past_every_door_is_named():
    Theme.objects.filter(slug="sovereignty").update(title="Another")
    make_theme("a-theme")
    assert faults() == [
        "theme sovereignty: differs from its last revision: title: “Sovereignty” → “Another”",
        "theme a-theme: has no revision",
    ]


def test_a_proposal_is_no_change_past_a_door():
    ann = make_user("ann", "Contributor")
    theme = Theme.objects.get(slug="sovereignty")
    record = publishing.record_of(theme) | {"title": "Another"}
    publishing.propose(theme, record, ann)
    assert theme.state == State.PUBLISHED
    assert faults() == []
