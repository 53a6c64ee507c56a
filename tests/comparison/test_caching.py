"""What a comparison remembers is what counting gives, for as long as readers see the same."""

from types import SimpleNamespace

import pytest
from django.http import QueryDict
from hypothesis import given, settings

from dialogues import publishing
from dialogues.comparison import counts
from dialogues.filters import CompareSelection, cache
from dialogues.filters.compare import VIEWS
from dialogues.models import Dialogue
from dialogues.models import version as public_version
from tests.comparison.test_counts import comparisons, selection_of
from tests.factories import make_statement, make_user
from tests.views.asking import page, queries

pytestmark = pytest.mark.django_db
OUTSIDE, INSIDE = SimpleNamespace(in_atomic_block=False), SimpleNamespace(in_atomic_block=True)
COUNTED = (
    "floor_speakers",
    "named_actors",
    "position_counts",
    "recorded_positions",
    "held_stances",
    "first_positions",
    "proposal_positions",
    "delivered_counts",
)


def counted(base, others, chosen):
    selection = selection_of(base, others, chosen, "themes")
    return [getattr(counts, name)(selection) for name in COUNTED]


def test_what_is_remembered_is_what_counting_gives(kept):
    """Of random filters and years, some of which were counted before in other company."""

    @settings(max_examples=20)
    @given(compared=comparisons())
    def agree(compared):
        counted(2011, [], {})
        remembered, again = counted(*compared), counted(*compared)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(public_version, "connection", INSIDE)
            live = counted(*compared)
        assert remembered == again == live

    agree()


def statements_of(year, actor):
    """How many statements the comparison counts, and under what it keeps them."""
    selection = selection_of(year, [], {}, "participation")
    actors = {one.slug: pk for pk, one in selection.actors.items()}
    return selection.version, counts.delivered_counts(selection)[year].statements.get(
        actors[actor], 0
    )


def test_only_what_readers_see_makes_it_count_anew(kept):
    ann, bob = make_user("ann", "Contributor"), make_user("bob", "Publisher")
    version, before = statements_of(2011, "mexico")
    statement = make_statement(Dialogue.objects.get(year=2011), ["mexico"])
    publishing.write_save(statement, ann, new=True)
    publishing.submit(statement, ann)
    assert statements_of(2011, "mexico") == (version, before)

    publishing.publish(statement, bob)
    published = statements_of(2011, "mexico")
    assert published == (cache.version(), before + 1)
    assert published[0] != version

    record = publishing.record_of(statement) | {"summary": "Read again."}
    publishing.propose(statement, record, ann)
    publishing.submit(statement, ann)
    assert statements_of(2011, "mexico") == published
    publishing.approve(statement, bob)
    assert statements_of(2011, "mexico")[0] != published[0]

    publishing.withdraw(statement, bob, "It was another’s.")
    assert statements_of(2011, "mexico")[1] == before


def test_what_may_yet_be_undone_is_counted_and_not_kept(kept, monkeypatch):
    before = statements_of(2011, "mexico")
    monkeypatch.undo()
    with publishing.rolled_back():
        make_statement(Dialogue.objects.get(year=2011), ["mexico"], state="published")
        assert statements_of(2011, "mexico") == ("", before[1] + 1)
    monkeypatch.setattr(public_version, "connection", OUTSIDE)
    assert statements_of(2011, "mexico") == before


def test_for_staff_who_see_more_nothing_is_kept(kept):
    make_statement(Dialogue.objects.get(year=2013), ["mexico"])
    chief = make_user("chief", "staff")
    query = QueryDict("base=2013&with=2011&view=participation")
    readers, staff = CompareSelection(query), CompareSelection(query, user=chief)
    for _ in range(2):
        found = [
            sum(counts.delivered_counts(one)[2013].statements.values()) for one in (readers, staff)
        ]
        assert found[1] == found[0] + 1


@pytest.mark.parametrize("given", ["", "&group=grulac", "&theme=national-focal-points"])
def test_a_comparison_costs_fourteen_queries_at_most(kept, client, given):
    for view in VIEWS:
        for door in ("/compare/", "/api/v1/compare/"):
            address = f"{door}?view={view}{given}"
            page(client, address)
            assert queries(client, address) <= 14, address
