"""What a curator's save costs: few queries, and as many for seven positions as for one.

Saves of an open proposal, conflicts and approvals also apply the proposed record: a query for each
relation of its parts, however many parts there are.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues import publishing
from dialogues.models import Dialogue, Statement
from tests.admin.forms import change_url, fields_of, step_url
from tests.factories import make_position, make_statement, make_user

pytestmark = pytest.mark.django_db
MANY_POSITIONS = "RTOP-2011-S003"  # seven


class Costs:
    """Counts the queries of a block, its savepoints apart."""

    def __enter__(self):
        self.context = CaptureQueriesContext(connection)
        self.context.__enter__()
        return self

    def __exit__(self, *error):
        self.context.__exit__(*error)
        words = [(query["sql"] or "COPY").split()[0] for query in self.context.captured_queries]
        self.savepoints = words.count("SAVEPOINT")
        self.queries = len(words)


@pytest.fixture
def ada(client):
    client.force_login(make_user("ada", "Contributor"))
    return client


def changed(client, url, **fields):
    return fields_of(client.get(url)) | fields


def posted(client, url, data, status=302):
    """What it costs to send a form."""
    with Costs() as costs:
        response = client.post(url, data)
    assert response.status_code == status
    return costs


@pytest.mark.parametrize("ref", ["RTOP-2011-S010", MANY_POSITIONS])
def test_the_first_change_of_a_published_statement(ada, ref):
    url = change_url(Statement.objects.get(ref=ref))
    costs = posted(ada, url, changed(ada, url, summary="Another word."))
    assert costs.queries <= 75
    assert costs.savepoints <= 4


@pytest.mark.parametrize("field", ["summary", "positions-0-summary"])
def test_a_change_of_a_draft(ada, field):
    statement = make_statement(Dialogue.objects.get(year=2011), ["mexico"])
    for _ in range(5):
        make_position(statement, "sovereignty")
    publishing.write_save(statement, None, new=True)
    url = change_url(statement)
    costs = posted(ada, url, changed(ada, url, **{field: "Another word."}))
    assert costs.queries <= 100
    assert costs.savepoints <= 11


def test_a_second_change_and_a_conflict(ada):
    statement = Statement.objects.get(ref=MANY_POSITIONS)
    url = change_url(statement)
    ada.post(url, changed(ada, url, summary="Another word."))
    opened = changed(ada, url, summary="Mine.")
    costs = posted(ada, url, changed(ada, url, summary="Theirs."))
    assert costs.queries <= 105
    assert costs.savepoints <= 6
    costs = posted(ada, url, opened, status=409)
    assert costs.queries <= 85
    assert costs.savepoints <= 5


def test_a_proposal_sent_to_review_and_approved(ada):
    statement = Statement.objects.get(ref=MANY_POSITIONS)
    url = change_url(statement)
    ada.post(url, changed(ada, url, summary="Another word."))
    costs = posted(ada, step_url(statement, "submit"), {"version": 2})
    assert costs.queries <= 47
    assert costs.savepoints <= 3
    ada.force_login(make_user("bob", "Reviewer"))
    costs = posted(ada, step_url(statement, "approve"), {"version": 2})
    assert costs.queries <= 110
    assert costs.savepoints <= 6
