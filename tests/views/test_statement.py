"""The page of a statement, the page of a position, and what neither lets out."""

import re

import pytest

from dialogues.choices import State
from dialogues.models import Position
from tests.factories import (
    make_actor,
    make_citation,
    make_dialogue,
    make_passage,
    make_position,
    make_quotation,
    make_source,
    make_statement,
)
from tests.views.asking import page, queries, refs

pytestmark = pytest.mark.django_db


# The page of a statement


def test_a_statement_shows_its_positions_in_full(client):
    text = page(client, "/statements/RTOP-2011-S008/")
    for words in (
        "Denmark, Ghana and Costa Rica",
        "joint statement of 3",
        "12 July 2011",
        'id="RTOP-2011-P057"',
        'id="RTOP-2011-P114"',
        "‘no country that adequately develops",
        "The point of a joint statement, held by each who delivered it.",
        "passage 24",
        "/sources/icrtop-2011/#p24",
        "One statement of three deliverers",
        "p18 names the three together; p24 says",
        'rel="prev"',
        'rel="next"',
    ):
        assert words in text, words


def test_a_statement_says_for_whom_it_spoke(client):
    text = page(client, "/statements/RTOP-2015-S006/")
    assert "49 members, statement read by the Netherlands" in text
    assert "49 in number" in text
    assert "9 named" in page(client, "/statements/RTOP-2023-S006/")


def test_a_shared_claim_leads_to_those_who_share_it(client, stated):
    here, there = stated("mexico"), stated("brazil")
    mine = make_position(here, claim="one-clause")
    other = make_position(there, claim="one-clause")
    make_position(stated("cuba"), claim="another-clause")
    for address in (here.get_absolute_url(), mine.get_absolute_url()):
        text = page(client, address)
        assert f'href="/positions/{other.ref}/">Brazil' in text
        assert "Cuba" not in text


def test_the_first_and_the_last_statement_have_one_neighbour(client, stated):
    first, last = stated("mexico"), stated("brazil")
    text = page(client, first.get_absolute_url())
    assert 'rel="prev"' not in text
    assert f'rel="next" href="/statements/{last.ref}/"' in text
    assert 'rel="next"' not in page(client, last.get_absolute_url())


def test_a_statement_nobody_is_named_for_still_has_a_page(client, year_2030):
    statement = make_statement(year_2030, [], state=State.PUBLISHED)
    assert statement.ref in page(client, statement.get_absolute_url())
    position = make_position(statement)
    assert position.summary in page(client, position.get_absolute_url())
    page(client, "/statements/?year=2030")
    page(client, "/positions/?year=2030")


# The page of a position


def test_a_position_shows_its_words_and_where_they_stand(client):
    text = page(client, "/positions/RTOP-2011-P114/")
    for words in (
        "‘no country that adequately develops the first two pillars [of RtoP]",
        "risk to its sovereignty”",
        "Characters 799–930 of passage 24",
        "IV. Continued Concerns",
        "A significant number of Member States …",
        "Pillar I: the state’s own duty",
        "Pillar II: international assistance",
        "/themes/use-of-force-and-abuse/",
        "shown, not counted",
        'href="/api/v1/positions/RTOP-2011-P114/"',
        "http://testserver/positions/RTOP-2011-P114/",
    ):
        assert words in text, words


def test_a_quotation_keeps_its_language(client):
    position = Position.objects.filter(quotations__language="es")[0]
    text = page(client, position.get_absolute_url())
    assert '<blockquote lang="es">' in text
    assert "In Spanish." in text


def test_a_position_shows_what_it_speaks_of(client, stated):
    position = make_position(
        stated(),
        situations=["libya"],
        instruments=["focal-points-network"],
        mentions=["european-union"],
        proposal_year=2031,
        proposal_part="proposes",
        proposal_title="Early warning",
        note="Read with care.",
        attribution="example",
    )
    text = page(client, position.get_absolute_url())
    for words in (
        "/positions/?situation=libya",
        "/positions/?instrument=focal-points-network",
        "/actors/european-union/",
        "Proposes it: Early warning",
        "for the dialogue of 2031",
        "Read with care.",
        "as one example",
    ):
        assert words in text, words


def years_on(text: str) -> dict[int, str]:
    rows = re.findall(r'<th scope="row"><a [^>]*>(\d+)</a></th>(.*?)</tr>', text, re.DOTALL)
    cells = {int(year): re.sub(r"<[^>]*>", " ", cell).split() for year, cell in rows}
    return {year: " ".join(words) for year, words in cells.items()}


def test_other_years_name_their_silences_apart(client, stated):
    ruritania = make_actor("ruritania", state=State.PUBLISHED)
    position = make_position(stated(ruritania), "sovereignty", "supports")
    elsewhere = make_statement(
        make_dialogue(2031, state=State.PUBLISHED), [ruritania], state=State.PUBLISHED
    )
    make_position(elsewhere, "root-causes-and-development", "opposes")
    later = make_statement(
        make_dialogue(2032, state=State.PUBLISHED), [ruritania], state=State.PUBLISHED
    )
    again = make_position(later, "sovereignty", "opposes", summary="It has changed its mind.")
    text = page(client, position.get_absolute_url())
    years = years_on(text)
    assert years[2020] == "None held"
    assert years[2012] == "Not coded yet"
    assert years[2011] == "Not named in this record"
    assert years[2031] == "Named, nothing on this theme"
    assert years[2030].endswith("Supports this point")
    assert years[2032].endswith("Opposes It has changed its mind.")
    assert f'href="/positions/{again.ref}/"' in text


TEXT = (
    "One paragraph of somebody’s report, in which the delegate recalled a duty to act"
    " and then spoke at some length of other things."
)


def _quoting(stated, free: bool) -> Position:
    source = make_source("a-report", state=State.PUBLISHED, free_to_show=free)
    passage = make_passage(source, 1, TEXT)
    position = make_position(stated())
    start = TEXT.index("a duty")
    make_quotation(position, "a duty to act", source, passage=passage, start=start, end=start + 13)
    make_citation(position, "a-report#p1")
    return position


def test_the_text_of_a_passage_is_shown_where_it_is_free(client, stated):
    position = _quoting(stated, free=True)
    text = page(client, position.get_absolute_url())
    assert "the delegate recalled <mark>a duty to act</mark> and then spoke at some" in text
    assert text.count("the delegate recalled") == 1


def test_the_text_of_a_passage_is_kept_back_otherwise(client, stated):
    position = _quoting(stated, free=False)
    for address in (
        position.get_absolute_url(),
        position.statement.get_absolute_url(),
        "/positions/?year=2030",
        "/statements/?year=2030",
    ):
        assert "the delegate recalled" not in page(client, address)


# The gate


def test_drafts_and_missing_records_are_the_same_404(client, year_2030):
    make_statement(year_2030, ["mexico"])
    draft = make_position(make_statement(year_2030, ["mexico"], state=State.IN_REVIEW))
    hidden = make_statement(make_dialogue(2031), ["mexico"], state=State.PUBLISHED)
    kept = make_position(hidden)
    for address in (
        draft.get_absolute_url(),
        draft.statement.get_absolute_url(),
        hidden.get_absolute_url(),
        kept.get_absolute_url(),
    ):
        missing = page(client, f"/{address.split('/')[1]}/RTOP-1999-X001/", 404)
        assert page(client, address, 404) == missing.replace(
            f"/{address.split('/')[1]}/RTOP-1999-X001/", address
        )


@pytest.mark.parametrize("ref", ["%00", "RTOP-2011-S008%00", "a%20b", "\u00fc", "1" * 300])
def test_an_address_that_can_name_nothing_is_a_404(client, ref):
    page(client, f"/statements/{ref}/", 404)
    page(client, f"/positions/{ref}/", 404)


def test_drafts_show_nowhere(client, stated, year_2030):
    before = page(client, "/statements/")
    shown = make_position(stated("mexico"), "sovereignty", claim="one-clause")
    addresses = [
        "/statements/?year=2030",
        "/positions/?year=2030",
        shown.get_absolute_url(),
        shown.statement.get_absolute_url(),
        "/positions/?theme=sovereignty",
    ]
    texts = [page(client, address) for address in addresses]
    draft = make_statement(year_2030, ["mexico", make_actor("ruritania")], serial=2)
    make_position(draft, "sovereignty", claim="one-clause", summary="Not yet seen.")
    make_statement(make_dialogue(2031), ["mexico"], state=State.PUBLISHED)
    assert [page(client, address) for address in addresses] == texts
    assert "2031" not in before
    page(client, "/positions/?year=2031", 400)
    page(client, "/statements/?actor=ruritania", 400)


def test_a_curator_signed_in_sees_what_everybody_sees(client, admin_client, year_2030):
    draft = make_statement(year_2030, ["mexico"])
    page(admin_client, draft.get_absolute_url(), 404)
    assert page(admin_client, "/statements/") == page(client, "/statements/")


def test_a_withdrawn_statement_and_its_positions_say_why(client, year_2030):
    statement = make_statement(year_2030, ["mexico"], state=State.WITHDRAWN)
    position = make_position(statement, summary="No longer held to be right.")
    for address in (statement.get_absolute_url(), position.get_absolute_url()):
        text = page(client, address, 410)
        assert "Entered twice." in text
        assert position.summary not in text
    assert not refs(client, "/positions/", "year=2030")
    assert not refs(client, "/statements/", "year=2030")


def test_a_position_that_never_was_public_has_no_tombstone(client, year_2030):
    statement = make_statement(year_2030, ["mexico"], state=State.WITHDRAWN)
    position = make_position(statement)
    Position.objects.filter(pk=position.pk).update(ref="DRAFT-00000001")
    page(client, "/positions/DRAFT-00000001/", 404)


@pytest.mark.parametrize("path", ["/statements/RTOP-2011-S008/", "/positions/RTOP-2011-P114/"])
def test_a_records_page_takes_no_parameters(client, path):
    assert "<code>theme</code>" in page(client, f"{path}?theme=sovereignty", 400)
    page(client, f"{path}?utm_source=letter")


# What a page costs


def test_one_record_costs_at_most_twenty(client):
    assert queries(client, "/statements/RTOP-2011-S008/") <= 20
    assert queries(client, "/positions/RTOP-2011-P114/") <= 20
