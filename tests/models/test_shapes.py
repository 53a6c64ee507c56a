"""Queries for parts, planned once for a connection."""

from typing import Any, cast

import pytest
from django.db import connection

from dialogues.models import shapes


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_migration_does_not_break_the_connections_that_are_open():
    connection.ensure_connection()
    migrating, prepared_for = connection.copy(), cast("Any", shapes.Prepared)
    with migrating.cursor() as cursor, prepared_for(connection.connection) as prepared:
        cursor.execute("CREATE TABLE tried AS SELECT 'one'::varchar(5) AS name")
        try:
            asked = "SELECT name FROM tried WHERE name = ANY(%s)"
            assert prepared.execute(asked, [["one"]]).fetchall() == [("one",)]
            cursor.execute("ALTER TABLE tried ALTER COLUMN name TYPE varchar(9)")
            for _ in range(2):
                assert prepared.execute(asked, [["one"]]).fetchall() == [("one",)]
        finally:
            cursor.execute("DROP TABLE tried")
    migrating.close()
