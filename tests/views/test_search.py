"""The search pages: the lists of statements and of positions."""

import re
from html import unescape

import pytest

from dialogues.choices import State
from dialogues.filters import FacetCounts, FacetValue
from dialogues.models import Delivery, Dialogue, Position
from dialogues.search.parameters import PARAMETERS
from tests.factories import (
    make_actor,
    make_membership,
    make_panel,
    make_person,
    make_position,
    make_quotation,
    make_statement,
)
from tests.views.asking import POSITION, STATEMENT, page, pages, queries, refs, way

pytestmark = pytest.mark.django_db

CHIP = re.compile(r'<li><a href="([^"]+)"><span class="visually-hidden">Remove</span>')


def count_on(text: str) -> int:
    shown = re.search(r'class="found-count"><a href="#rows">(\d+) ', text)
    assert shown
    return int(shown[1])


# Filters


@pytest.fixture
def everything():
    """All positions, each with its statement and who delivered it, to be chosen from in Python."""
    read = Position.objects.filter(statement__state="published").select_related("theme")
    read = read.prefetch_related(
        "situations",
        "instruments",
        "quotations",
        "statement__dialogue",
        "statement__panel",
        "statement__deliveries__actor__memberships__group",
    )
    return [
        (p, p.statement, [d for d in p.statement.deliveries.all() if d.mode == "delivered"])
        for p in read
    ]


def _in_grulac(deliveries, statement):
    day = statement.dialogue.first_day
    return any(
        membership.group.slug == "grulac"
        and (membership.date_from is None or membership.date_from <= day)
        and (membership.date_to is None or membership.date_to > day)
        for delivery in deliveries
        for membership in delivery.actor.memberships.all()
    )


FILTERS = {
    "year=2011": lambda p, s, d: s.dialogue.year == 2011,
    "year=2011&year=2013": lambda p, s, d: s.dialogue.year in (2011, 2013),
    "year_min=2019": lambda p, s, d: s.dialogue.year >= 2019,
    "year_max=2010": lambda p, s, d: s.dialogue.year <= 2010,
    "actor=mexico": lambda p, s, d: any(one.actor.slug == "mexico" for one in d),
    "kind=un_official": lambda p, s, d: any(one.actor.kind == "un_official" for one in d),
    "group=grulac": lambda p, s, d: _in_grulac(d, s),
    "theme=sovereignty": lambda p, s, d: p.theme.slug == "sovereignty",
    "stance=opposes&stance=mixed": lambda p, s, d: p.stance in ("opposes", "mixed"),
    "pillar=3": lambda p, s, d: p.pillar_3,
    "situation=libya": lambda p, s, d: any(x.slug == "libya" for x in p.situations.all()),
    "instrument=focal-points-network": lambda p, s, d: any(
        x.slug == "focal-points-network" for x in p.instruments.all()
    ),
    "panel=opening": lambda p, s, d: s.panel is not None and s.panel.kind == "opening",
    "form=presentation": lambda p, s, d: s.form == "presentation",
    "joint=true": lambda p, s, d: len(d) > 1,
    "joint=false": lambda p, s, d: len(d) <= 1,
    "quoted=true": lambda p, s, d: bool(p.quotations.all()),
    "quoted=false": lambda p, s, d: not p.quotations.all(),
}


def test_each_filter_finds_what_it_says_among_positions(client, everything):
    for query, chosen in FILTERS.items():
        expected = [p.ref for p, s, d in everything if chosen(p, s, d)]
        assert expected, f"the bundled records have none of {query}: nothing would be tested"
        shown = list(pages(client, "/positions/", query))
        assert sorted(POSITION.findall("".join(shown))) == sorted(expected), query
        assert count_on(shown[0]) == len(expected), query


def test_each_filter_finds_the_statements_of_those_positions(client, everything):
    with_positions = {s.ref for p, s, d in everything}
    for query, chosen in FILTERS.items():
        # That one position is not joint, or not quoted, is true of other statements besides.
        if query not in ("joint=false", "quoted=false"):
            expected = {s.ref for p, s, d in everything if chosen(p, s, d)}
            found = set(refs(client, "/statements/", query))
            assert found & with_positions == expected, query


def test_words_fold_accents_and_apostrophes(client):
    found = refs(client, "/statements/", "q=cote+divoire")
    spoke = Delivery.objects.filter(actor__slug="cote-divoire").values_list("statement__ref")
    assert {ref for (ref,) in spoke} <= set(found)
    assert refs(client, "/positions/", "q=R2P") == refs(client, "/positions/", "q=rtop")


def test_theme_and_stance_must_hold_of_one_and_the_same_position(client, stated):
    apart = stated()
    make_position(apart, "sovereignty", "supports")
    make_position(apart, "root-causes-and-development", "opposes")
    together = stated("brazil")
    both = make_position(together, "sovereignty", "opposes")
    query = "year=2030&theme=sovereignty&stance=opposes"
    assert refs(client, "/statements/", query) == [together.ref]
    assert refs(client, "/positions/", query) == [both.ref]


def test_who_must_hold_of_one_and_the_same_deliverer(client, stated):
    stated("mexico", "european-union")
    assert refs(client, "/statements/", "year=2030&actor=mexico&kind=member_state")
    assert not refs(client, "/statements/", "year=2030&actor=mexico&kind=regional_organization")


def test_states_spoken_for_are_not_found_by_actor(client, stated):
    statement = stated("european-union")
    statement.deliveries.get().on_behalf_of.add(make_actor("ruritania", state=State.PUBLISHED))
    assert not refs(client, "/statements/", "year=2030&actor=ruritania")


def test_a_group_counts_as_of_the_dialogues_day(client, stated):
    actor = make_actor("ruritania", state=State.PUBLISHED)
    make_membership(actor, "grulac", date_from="2030-07-02")
    stated(actor)
    assert not refs(client, "/statements/", "year=2030&group=grulac")


# What a page does not take


@pytest.mark.parametrize("path", ["/statements/", "/positions/"])
@pytest.mark.parametrize(
    ("query", "names", "nearest"),
    [
        ("theem=sovereignty", "theem", "theme"),
        ("stance=oposes", "stance", "opposes"),
        ("actor=mexcio", "actor", "mexico"),
        ("year=2008", "year", "2009"),
        ("sort=yaer", "sort", "year"),
        ("joint=maybe", "joint", ""),
        ("year_min=soon", "year_min", ""),
        ("q=%22open", "q", ""),
        ("page_size=0", "page_size", "1 to 100"),
        ("page_size=101", "page_size", "1 to 100"),
        ("page_size=ten", "page_size", "1 to 100"),
        ("page_size=%C2%B2", "page_size", "1 to 100"),
        ("page_size=5&page_size=6", "page_size", "once"),
        ("sort=year&sort=-year", "sort", "once"),
        ("cursor=tampered", "cursor", "not given out"),
        ("q=%00", "q", "null character"),
        ("cursor=%00", "cursor", "null character"),
    ],
)
def test_what_is_not_known_is_named_and_shows_no_rows(client, path, query, names, nearest):
    text = page(client, f"{path}?{query}&year=2011", 400)
    assert f"<code>{names}</code>" in text
    assert nearest in text
    assert not POSITION.search(text)
    assert not STATEMENT.search(text)


def test_a_problem_offers_the_search_without_it(client):
    text = page(client, "/positions/?stance=oposes&theme=sovereignty", 400)
    assert 'href="/positions/?theme=sovereignty"' in text


def test_empty_parameters_count_as_absent(client):
    empty = "q=&year=&year_min=&actor=&theme=&joint=&quoted=&sort=&cursor=&page_size="
    text = page(client, f"/positions/?{empty}")
    assert count_on(text) == Position.objects.count()
    assert not CHIP.search(text)


def test_what_others_add_to_links_is_passed_over(client):
    text = page(client, "/positions/?utm_source=letter&fbclid=x&year=2011")
    assert len(CHIP.findall(text)) == 1
    assert "utm_source" not in text


def test_pages_are_for_reading_only(client):
    assert client.post("/positions/").status_code == 405
    assert client.head("/positions/?year=2011").status_code == 200


# Pages of rows


def test_pages_show_each_row_once_and_lead_back(client):
    first = page(client, "/positions/?year=2011&page_size=50")
    second = page(client, f"/positions/?{way(first, 'next')}")
    third = page(client, f"/positions/?{way(second, 'next')}")
    found = [*POSITION.findall(first), *POSITION.findall(second), *POSITION.findall(third)]
    assert len(found) == len(set(found)) == count_on(first) == count_on(third) == 131
    assert not way(third, "next")
    back = page(client, f"/positions/?{way(third, 'prev')}")
    assert POSITION.findall(back) == POSITION.findall(second)


def test_a_page_has_twenty_five_rows_unless_asked(client):
    assert len(POSITION.findall(page(client, "/positions/"))) == 25
    assert len(POSITION.findall(page(client, "/positions/?page_size=1"))) == 1
    assert len(STATEMENT.findall(page(client, "/statements/?page_size=100"))) == 100


def test_a_cursor_belongs_to_its_order(client):
    text = page(client, "/positions/?year=2011&sort=theme")
    cursor = way(text, "next")
    text = page(client, f"/positions/?{cursor.replace('sort=theme', 'sort=year')}", 400)
    assert "<code>cursor</code>" in text


@pytest.mark.parametrize("sort", ["year", "-year"])
def test_rows_are_sorted_as_asked(client, sort):
    found = refs(client, "/statements/", f"sort={sort}")
    years = [int(ref.split("-")[1]) for ref in found]
    assert years == sorted(years, reverse=sort == "-year")


# What is chosen


def test_each_chip_leads_to_the_list_without_it(client):
    query = "year=2011&year=2013&theme=sovereignty&joint=false"
    text = page(client, f"/positions/?{query}&sort=year")
    chips = [unescape(address) for address in CHIP.findall(text)]
    assert len(chips) == 4
    without_2011 = next(a for a in chips if "year=2011" not in a)
    assert without_2011 == "/positions/?year=2013&theme=sovereignty&joint=false&sort=year"
    assert "Joint statement:</span> No" in text
    assert "Theme:</span> Sovereignty" in text


def test_choices_come_back_ticked_and_can_be_sent_again(client):
    text = page(client, "/statements/?actor=mexico&actor=brazil&stance=opposes&q=veto&page_size=5")
    for name, value in (("actor", "mexico"), ("actor", "brazil"), ("stance", "opposes")):
        assert re.search(rf'name="{name}" id="[^"]+" value="{value}" checked', text)
    assert '<details class="filter-more" open>' in text
    assert 'name="q" value="veto"' in text
    assert '<input type="hidden" name="page_size" value="5">' in text
    # What is ticked is not offered a second time.
    assert '<option value="mexico">' not in text


def test_more_filters_stay_closed_until_one_is_chosen(client):
    assert '<details class="filter-more">' in page(
        client, "/positions/?year=2011&theme=sovereignty"
    )


def test_the_other_list_keeps_the_filters_but_not_the_order(client):
    text = page(client, "/positions/?year=2011&stance=opposes&sort=stance")
    (other,) = re.findall(r'href="(/statements/\?[^"]+)"', text)
    assert unescape(other) == "/statements/?year=2011&stance=opposes"
    page(client, unescape(other))


def test_the_selection_is_offered_as_csv_and_to_scripts(client):
    text = unescape(page(client, "/positions/?year=2011&theme=sovereignty&page_size=5&cursor="))
    assert 'href="/api/v1/positions/export/?year=2011&theme=sovereignty&format=csv"' in text
    assert 'href="/api/v1/positions/?year=2011&theme=sovereignty"' in text
    assert 'href="/compare/?theme=sovereignty&base=2011&view=themes"' in text


def test_comparing_is_offered_for_one_year_only(client):
    for query in ("", "year=2011&year=2013", "year=2011&year_min=2010"):
        assert "base=" not in page(client, f"/positions/?{query}")


def test_nothing_found_says_what_to_loosen(client):
    text = unescape(
        page(client, "/positions/?year=2012&theme=sovereignty&theme=root-causes-and-development")
    )
    assert count_on(text) == 0
    assert (
        'href="/positions/?theme=sovereignty&theme=root-causes-and-development">Year: 2012' in text
    )
    assert 'href="/positions/?year=2012">Theme:' in text
    assert "The dialogue of 2012 is not coded yet" in text
    assert "No dialogue was held in 2020" in page(client, "/statements/?year=2020")


def test_what_was_asked_is_escaped(client):
    text = page(client, "/positions/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>" not in text


def test_the_names_of_choices_are_escaped(client, stated):
    stated(make_actor("ruritania", name="Ruritania & <b>its</b>", state=State.PUBLISHED))
    named = "Ruritania &amp; &lt;b&gt;its&lt;/b&gt;"
    offered = f'<option value="ruritania">{named} (1)</option>'
    assert offered in page(client, "/statements/?year=2030")
    ticked = f'{named} <span class="choice-count">1</span></label>'
    assert ticked in page(client, "/statements/?year=2030&actor=ruritania")


# Rows


def test_a_statement_row_says_who_and_for_whom(client, stated, year_2030):
    panel = make_panel(year_2030, title="Afternoon")
    speaker = make_person("ada-example", state=State.PUBLISHED)
    statement = stated(
        "united-kingdom", "ghana", panel=panel, speaker=speaker, speaker_post="Ambassador"
    )
    statement.deliveries.filter(actor__slug="united-kingdom").update(
        printed_name="UK", on_behalf_wording="five friends"
    )
    make_position(statement, "sovereignty", "opposes")
    text = page(client, "/statements/?year=2030")
    for words in (
        "United Kingdom and Ghana",
        "Afternoon",
        "Ada Example, Ambassador",
        "joint, of 2",
        "Named as “UK”",
        "On behalf of: five friends",
        f'href="/statements/{statement.ref}/#positions">1 position<',
        "Opposes",
    ):
        assert words in text, words


def test_one_position_is_one_position(client, stated):
    make_position(stated())
    assert ">1 position <" in page(client, "/positions/?year=2030")


# What a page costs


@pytest.mark.parametrize("path", ["/statements/", "/positions/"])
def test_a_list_costs_the_same_whatever_its_length(client, path):
    one, hundred = (queries(client, f"{path}?page_size={size}") for size in (1, 100))
    assert hundred <= one <= 26


def test_every_filter_at_once_costs_no_more(client):
    query = (
        "q=libya&year=2011&year=2013&actor=mexico&actor=brazil&kind=member_state&group=grulac"
        "&theme=sovereignty&theme=root-causes-and-development&stance=opposes&pillar=3&situation=libya"
        "&instrument=focal-points-network&panel=debate&form=statement&joint=false&quoted=true"
    )
    assert queries(client, f"/positions/?{query}") <= 39
    assert queries(client, f"/statements/?{query}") <= 39


# Words


def test_words_are_marked_where_they_stand(client):
    text = page(client, "/positions/?q=early+warning&year=2011")
    assert "<mark>early warning</mark>" in text.lower() or "<mark>early</mark>" in text.lower()
    assert "<mark>" not in page(client, "/positions/?year=2011")


def test_a_statement_row_has_the_words_around(client, stated):
    statement = stated("mexico")
    make_quotation(
        make_position(statement, summary="It spoke of a walrus."), "the <b>walrus</b> & I"
    )
    text = page(client, "/statements/?q=walrus")
    assert "“the &lt;b&gt;<mark>walrus</mark>&lt;/b&gt; &amp; I”" in text
    assert "It spoke of a <mark>walrus</mark>." in text


def test_quotations_come_before_summaries_when_sorted_by_relevance(client, stated):
    named, quoted, said = (stated(actor) for actor in ("mexico", "brazil", "cuba"))
    make_position(said, summary="A walrus")
    make_quotation(make_position(quoted), "the walrus")
    make_position(named, heading="Walrus", heading_basis="printed")
    expected = [quoted.ref, named.ref, said.ref]
    assert refs(client, "/statements/", "q=walrus") == expected
    assert refs(client, "/statements/", "q=walrus&sort=relevance") == expected
    assert refs(client, "/statements/", "q=walrus&sort=year") == sorted(expected)
    assert "Best match" not in page(client, "/statements/?year=2011")


def test_relevance_is_to_words(client):
    answer = client.get("/statements/?sort=relevance")
    assert answer.status_code == 400
    assert "give words too" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("soverignty", "sovereignty"),
        ("libyya", "libya"),
        ("preventoin", "prevention"),
        ("lybia", "libya"),
    ],
)
def test_nothing_found_asks_what_was_meant(client, typed, meant):
    text = unescape(page(client, f"/statements/?q={typed}"))
    found = re.search(r'Did you mean: <a href="([^"]+)">([^<]+)<', text)
    assert found
    assert found[2].lower() == meant
    assert count_on(page(client, f"/statements/{found[1]}")) > 0


def test_what_is_not_public_is_never_meant(client):
    statement = make_statement(Dialogue.objects.get(year=2011), ["mexico"])
    make_position(statement, summary="The walrusses arrive")
    assert "Did you mean" not in page(client, "/statements/?q=walrusse")


def test_a_name_that_was_typed_is_offered_as_a_filter(client):
    text = unescape(page(client, "/statements/?q=mexico"))
    assert 'href="/statements/?actor=mexico"' in text
    make_actor("walrusia", name="Walrusia")
    assert "walrusia" not in page(client, "/statements/?q=walrusi").replace(
        "q=walrusi", ""
    ).lower().replace('value="walrusi"', "")


def test_counts_stand_beside_choices_and_are_those_of_the_list(client):
    text = page(client, "/positions/?year=2011&stance=opposes")
    found = dict(
        re.findall(r'name="stance" id="[^"]+" value="(\w+)"[^>]*>.*?choice-count">(\d+)<', text)
    )
    assert len(found) == 7
    for stance in ("opposes", "supports", "notes"):
        assert int(found[stance]) == count_on(
            page(client, f"/positions/?year=2011&stance={stance}")
        )


def test_first_and_last_and_a_row_to_link_to(client):
    every = refs(client, "/statements/", "year=2011")
    first = page(client, "/statements/?year=2011&page_size=10")
    (last,) = re.findall(r'rel="last" href="([^"]+)"', first)
    assert 'rel="first"' not in first
    end = page(client, "/statements/" + unescape(last))
    assert STATEMENT.findall(end) == every[-10:]
    assert 'rel="first" href="?year=2011&amp;page_size=10"' in end
    row = f"/statements/?year=2011&page_size=10&at={every[20]}"
    assert f"at={every[3]}#{every[3]}" in first
    assert STATEMENT.findall(page(client, row)) == every[20:30]
    assert client.get("/statements/?year=2013&at=" + every[0]).status_code == 400


def test_numbers_beside_choices_are_grouped_as_that_of_all_rows_is(client, monkeypatch):
    facets: dict[str, list[FacetValue]] = {parameter.name: [] for parameter in PARAMETERS}
    facets["stance"] = [FacetValue("supports", "Supports", 21000, False)]
    counts = FacetCounts(56000, facets)
    monkeypatch.setattr("dialogues.views.search.facet_counts", lambda selection: counts)
    page = client.get("/statements/?q=prevention").content.decode()
    assert "56,000 statements" in page
    assert re.findall(r'choice-count">([1-9][0-9,]*)<', page) == ["21,000"]


@pytest.mark.parametrize("query", ["exact=yes", "exact=1&exact=0", "exact=1"])
def test_exact_is_accepted_and_has_no_effect(client, query):
    answer = client.get(f"/statements/?{query}")
    assert answer.status_code == 200
    assert "exact" not in answer.content.decode()
