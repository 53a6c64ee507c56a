"""Pages of dialogues, actors, themes and sources."""

import datetime
import re
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client

from dialogues.choices import ActorKind, State
from dialogues.filters import ActorSelection, PositionSelection, StatementSelection
from dialogues.models import Actor, Dialogue, Passage, Source, Statement, Theme
from tests.factories import (
    make_actor,
    make_assertion,
    make_citation,
    make_dialogue,
    make_membership,
    make_note,
    make_panel,
    make_participation,
    make_passage,
    make_person,
    make_position,
    make_quotation,
    make_source,
    make_statement,
    make_tally,
    make_theme,
)
from tests.views.asking import page, queries

pytestmark = pytest.mark.django_db

# A link that is a number, or ends with one beside its words.
COUNT = re.compile(
    r'<a class="count[^"]*" href="(/(?:statements|positions|actors)/\?[^"]*)"[^>]*>(.*?)</a>'
)
SELECTIONS = {
    "/actors/": ActorSelection,
    "/positions/": PositionSelection,
    "/statements/": StatementSelection,
}
PAGES_WITH_COUNTS = [
    "/",
    "/dialogues/",
    "/dialogues/2009/",
    "/dialogues/2011/",
    "/actors/",
    "/actors/mexico/",
    "/themes/",
    "/themes/use-of-force-and-abuse/",
]


def without_tags(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


@pytest.mark.parametrize("address", PAGES_WITH_COUNTS)
def test_a_number_is_the_number_of_rows_that_its_link_gives(client: Client, address: str) -> None:
    text = page(client, address)
    links = {(unescape(href), label) for href, label in COUNT.findall(text)}
    assert links
    for href, label in links:
        path, _, query = href.partition("?")
        number = re.search(r"\d+", without_tags(label))
        selection = SELECTIONS[path](QueryDict(query))
        assert not selection.problems, href
        assert number, href
        assert selection.rows.count() == int(number[0]), href


def test_the_number_of_states_named_leads_to_them(client: Client) -> None:
    link = "/actors/?kind=member_state&amp;year=2011&amp;form=statement"
    for address in ("/", "/dialogues/", "/dialogues/2011/"):
        assert f'href="{link}">31<' in page(client, address)
    assert "31 actors" in page(client, unescape(link))
    floor = page(client, "/dialogues/2011/").split('id="floor-member_state"')[1].split("<h3")[0]
    assert "(31)" in floor
    assert len(set(re.findall(r'href="/actors/([^/]+)/"', floor))) == 31


# Dialogues


def test_the_list_of_dialogues_has_every_year_and_says_why_one_was_not_held(client: Client) -> None:
    text = page(client, "/dialogues/")
    for year in Dialogue.objects.values_list("year", flat=True):
        assert f'href="/dialogues/{year}/"' in text
    assert "COVID-19" in text
    assert text.count("not coded yet") == 2


def test_dialogues_are_chosen_by_year(client: Client) -> None:
    text = page(client, "/dialogues/?year=2011&sort=-year")
    assert 'href="/dialogues/2011/"' in text
    assert 'href="/dialogues/2013/"' not in text


@pytest.mark.parametrize("query", ["year=1999", "year_min=x", "sort=theme", "theme=sovereignty"])
def test_dialogues_refuse_what_they_do_not_know_and_show_no_rows(
    client: Client, query: str
) -> None:
    text = page(client, f"/dialogues/?{query}", status=400)
    assert f"<code>{query.partition('=')[0]}</code>" in text
    assert "/dialogues/2011/" not in text


def test_the_page_of_2011_has_its_programme_and_the_posts_then_held(client: Client) -> None:
    text = without_tags(page(client, "/dialogues/2011/"))
    assert "Liberata Mulamula , Executive Secretary" in text
    assert "Knut Vollebaek , High Commissioner on National Minorities" in text
    assert "12 July 2011" in text


def test_a_fact_leads_to_the_passages_in_which_it_was_read(client: Client) -> None:
    facts = page(client, "/dialogues/2011/").split('id="facts"')[1].split("</section>")[0]
    assert '<a href="/sources/icrtop-2011/#p1"' in facts
    assert ">ICRtoP 2011, p1</a>" in facts


def test_reported_stands_beside_recorded_without_panel_presentations(client: Client) -> None:
    text = page(client, "/dialogues/2011/").split('id="reported"')[1].split("</section>")[0]
    rows = [
        [without_tags(cell).strip() for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
    ]
    assert rows[1][:4] == ["Member States", "43", "31", "29"]
    # ICGLR, OSCE and OAS sat on the panel and are not counted.
    assert rows[2][:4] == ["Regional organizations", "3", "3", "3"]
    assert rows[3][:4] == ["Civil society", "4", "4", "4"]
    assert rows[1][4].startswith("31 of the 43 reported are named in this record.")


def test_an_actor_is_shown_with_its_name_as_printed(client: Client) -> None:
    text = without_tags(page(client, "/dialogues/2011/"))
    assert "Czechia printed as “Czech Republic”" in text


def test_where_sources_differ_each_value_is_shown_and_the_preferred_one_marked(
    client: Client,
) -> None:
    text = page(client, "/dialogues/2011/").split('id="fact-report_date"')[1].split("<h3")[0]
    text = without_tags(text)
    for day in ("7 July 2011", "27 June 2011", "28 June 2011"):
        assert day in text
    assert text.count("Shown in this archive") == 1
    assert text.index("Shown in this archive") < text.index("27 June 2011")


def test_tallies_say_whether_number_and_names_agree(client: Client) -> None:
    text = page(client, "/dialogues/2011/")
    rows = {
        ref: without_tags(text.split(f'<tr id="{ref}">')[1].split("</tr>")[0])
        for ref in ("RTOP-2011-T01", "RTOP-2011-T02")
    }
    assert "31 names" in rows["RTOP-2011-T01"]
    assert "They differ" in rows["RTOP-2011-T01"]
    assert "They agree" in rows["RTOP-2011-T02"]
    # Those without a number have their place too.
    assert '<li id="RTOP-2011-T04">' in text


def test_a_year_without_a_meeting_says_why_and_nothing_else_of_it(client: Client) -> None:
    text = page(client, "/dialogues/2020/")
    assert "COVID-19" in text
    assert 'id="speakers"' not in text
    assert 'id="facts"' not in text


@pytest.mark.parametrize("year", [2012, 2014])
def test_a_year_not_coded_yet_says_so_and_counts_nothing(client: Client, year: int) -> None:
    text = page(client, f"/dialogues/{year}/")
    assert "Not coded yet." in text
    assert 'id="speakers"' not in text
    reported = without_tags(text.split('id="reported"')[1].split("</section>")[0])
    assert "Statements of this year are not coded yet." in reported


def test_all_of_a_dialogue_is_on_its_page(client: Client, year_2030: Dialogue) -> None:
    panel = make_panel(year_2030, "experts", title="What experts said")
    make_participation(panel, make_person("ada-okoye", state=State.PUBLISHED), post="Professor")
    make_note(year_2030, issue="It is unclear who chaired.", reading="Nobody is named.")
    make_assertion(year_2030, "venue", "Trusteeship Council Chamber")
    tally = make_tally(year_2030, ["mexico"], wording="“one state”", number=2)
    quotation = make_quotation(year_2030, "never again", kind="title")
    text = page(client, "/dialogues/2030/")
    for words in ("What experts said", "Ada Okoye", "unclear who chaired", "Trusteeship Council"):
        assert words in text
    assert f'id="{tally.ref}"' in text
    assert f'id="{quotation.ref}"' in text


def test_the_queries_of_a_dialogue_do_not_grow_with_it(client: Client, stated) -> None:
    make_position(stated())
    before = queries(client, "/dialogues/2030/")
    for slug in ("cuba", "ghana", "kenya", "japan"):
        make_position(stated(slug, "brazil"), theme="root-causes-and-development")
    assert queries(client, "/dialogues/2030/") <= before
    assert queries(client, "/dialogues/2011/") <= 25


# Actors


def test_actors_are_chosen_by_name_kind_group_and_year(client: Client) -> None:
    text = page(client, "/actors/?kind=member_state&group=grulac&year=2011")
    assert 'href="/actors/mexico/"' in text
    assert 'href="/actors/ghana/"' not in text
    assert 'href="/actors/cote-divoire/"' in page(client, "/actors/?q=cote+divoire")


def test_a_list_of_actors_that_fits_nothing_says_so(client: Client) -> None:
    assert "No actor fits" in page(client, "/actors/?q=atlantis")


def test_actors_come_in_pages_that_hold_each_once(client: Client) -> None:
    found: list[str] = []
    address = "/actors/"
    while address:
        text = page(client, address)
        found += re.findall(r'<th scope="row"><a href="/actors/([^/]+)/">', text)
        following = re.search(r'rel="next" href="\?([^"]+)"', text)
        address = f"/actors/?{unescape(following[1])}" if following else ""
    assert sorted(found) == sorted(Actor.objects.values_list("slug", flat=True))


@pytest.mark.parametrize("query", ["kind=country", "foo=1", "cursor=abc", "sort=size", "year=1"])
def test_actors_refuse_what_they_do_not_know(client: Client, query: str) -> None:
    text = page(client, f"/actors/?{query}", status=400)
    assert "Mexico" not in text
    assert 'href="/actors/"' in text


def test_the_nearest_valid_value_is_named(client: Client) -> None:
    text = without_tags(page(client, "/actors/?kind=memberstate&year=2011", status=400))
    assert "The nearest is “member_state”." in text
    assert 'href="/actors/?year=2011"' in page(
        client, "/actors/?kind=memberstate&year=2011", status=400
    )


def test_the_queries_of_the_list_of_actors_are_few_whatever_its_length(client: Client) -> None:
    """At most 14: six lists of choices, which a test does not cache, and years once more."""
    short = queries(client, "/actors/?q=mexico&year=2011")
    assert queries(client, "/actors/?q=a&year=2011") <= short <= 14


def test_an_actor_has_a_word_for_every_year(client: Client) -> None:
    text = without_tags(page(client, "/actors/guatemala/").split('class="year-row"')[1])
    assert "2011 Statement" in text
    assert "2012 Not coded yet" in text
    assert "2013 Not named in this record" in text
    assert "2020 None held" in text
    assert "2021 Not named in this record Spoken for by another" in text


def test_before_it_joined_a_state_is_no_silent_one(client: Client) -> None:
    """South Sudan joined on 14 July 2011, two days after the dialogue."""
    text = without_tags(page(client, "/actors/south-sudan/").split('class="year-row"')[1])
    assert "2011 Not yet a Member State" in text
    assert "2013 Not named in this record" in text


def test_nobody_is_called_silent(client: Client) -> None:
    for address in ("/actors/afghanistan/", "/dialogues/2011/"):
        assert "silent" not in page(client, address)


def test_the_page_of_an_actor_has_its_positions_and_memberships(client: Client) -> None:
    text = page(client, "/actors/mexico/")
    assert 'href="/positions/RTOP-2011-P127/"' in text
    assert 'href="/actors/grulac/"' in text
    assert "MEX" in text


def test_a_joint_statement_stands_on_the_page_of_each_who_delivered_it(client: Client) -> None:
    for slug in ("costa-rica", "denmark", "ghana"):
        assert "/statements/RTOP-2011-S008/" in page(client, f"/actors/{slug}/")


def test_one_spoken_for_holds_no_position_by_it(client: Client, stated) -> None:
    statement = stated("norway")
    make_position(statement, summary="Norway made a point.")
    delivery = statement.deliveries.get()
    delivery.on_behalf_wording = "the Nordic states"
    delivery.save()
    delivery.on_behalf_of.add(Actor.objects.get(slug="palau"))
    text = page(client, "/actors/palau/")
    assert "the Nordic states" in text
    assert "Norway made a point." not in text


def test_a_group_lists_its_members_with_dates(client: Client) -> None:
    text = without_tags(page(client, "/actors/european-union/"))
    assert "Croatia (from 1 Jul 2013)" in text
    assert "until 1 Feb 2020" in text.split("United Kingdom")[1][:80]


def test_the_queries_of_an_actor_do_not_grow_with_it(client: Client, stated) -> None:
    statement = stated("mexico")
    make_position(statement, mentions=["palau"])
    for address in ("/actors/palau/", "/actors/mexico/"):
        before = queries(client, address)
        for _ in range(3):
            make_position(stated("mexico", "cuba"), mentions=["palau"])
        assert queries(client, address) <= before <= 20


# Themes


def test_the_themes_have_their_definitions_and_their_counts(client: Client) -> None:
    text = page(client, "/themes/")
    for theme in Theme.objects.all():
        assert theme.definition[:20] in unescape(text)
    assert queries(client, "/themes/") <= 5


def test_a_theme_lists_the_positions_of_each_year_with_who_and_which_stance(
    client: Client,
) -> None:
    text = page(client, "/themes/veto-and-security-council/")
    year = without_tags(text.split('id="y2011"')[1].split("<h2")[0])
    for name in ("Mexico", "Singapore", "Switzerland", "Australia"):
        assert name in year
    assert "Calls for 4" in year


def test_a_theme_of_many_positions_leads_to_the_rest(client: Client, stated) -> None:
    statement = stated()
    for _ in range(31):
        make_position(statement, theme="sovereignty")
    before = queries(client, "/themes/sovereignty/")
    text = page(client, "/themes/sovereignty/").split('id="y2030"')[1].split("<h2")[0]
    assert text.count('class="ref"') == 30
    assert "All 31 positions of this year" in text
    make_position(stated("cuba"), theme="sovereignty")
    assert queries(client, "/themes/sovereignty/") <= before <= 12


def test_other_themes_are_shown_and_not_counted(client: Client, stated) -> None:
    position = make_position(stated(), theme="sovereignty", other_themes=["civil-society"])
    text = page(client, "/themes/civil-society/")
    assert position.ref in text.split('id="also"')[1]
    assert position.ref not in text.split('id="also"')[0]


# Sources


def test_sources_are_found_by_title_and_publisher(client: Client) -> None:
    text = page(client, "/sources/?q=icrtop")
    assert 'href="/sources/icrtop-2011/"' in text
    assert "/sources/app-pakistan-2025/" not in text
    assert "No source fits" in page(client, "/sources/?q=atlantis")
    assert queries(client, "/sources/") <= 5


def test_a_passage_has_its_place_and_what_was_read_in_it(client: Client) -> None:
    text = page(client, "/sources/icrtop-2011/").split('id="p12"')[1].split("</article>")[0]
    assert "III. General themes" in text
    assert "/positions/RTOP-2011-P" in text
    assert "SHA-256" in text


def test_the_text_of_a_passage_is_shown_only_where_it_is_free(client: Client) -> None:
    words = "A long paragraph that belongs to its publisher and goes on and on until its end."
    source = make_source("somebodys-report", state=State.PUBLISHED)
    make_passage(source, 1, words)
    text = page(client, "/sources/somebodys-report/")
    assert words not in text
    assert "Loaded and checked" in text
    Source.objects.filter(pk=source.pk).update(free_to_show=True)
    assert words in page(client, "/sources/somebodys-report/")


def test_a_source_says_where_its_text_has_not_been_loaded(client: Client) -> None:
    source = make_source("unread-report", state=State.PUBLISHED)
    assert "Not loaded" in page(client, "/sources/unread-report/")
    make_passage(source, 1, "Words that nobody has loaded here yet.", loaded=False)
    assert "Not loaded in this archive" in page(client, "/sources/unread-report/")


def test_the_link_to_a_source_gives_it_no_weight_and_no_window(client: Client) -> None:
    make_source("linked-report", state=State.PUBLISHED, url="https://example.org/report")
    text = page(client, "/sources/linked-report/")
    assert '<a href="https://example.org/report" rel="noopener nofollow external">' in text


def test_the_queries_of_a_source_do_not_grow_with_it(client: Client, stated) -> None:
    source = make_source("big-report", state=State.PUBLISHED)
    make_passage(source, 1, "Nobody spoke on that day of all days.")
    make_citation(make_position(stated()), "big-report#p1")
    before = queries(client, "/sources/big-report/")
    for number in range(2, 6):
        make_passage(source, number, f"Somebody spoke on that day, number {number} of them.")
        position = make_position(stated("cuba", "kenya"))
        make_citation(position, f"big-report#p{number}")
        make_quotation(position, "spoke", source, passage=Passage.objects.latest("pk"))
    # Quotations ask once more; then it stays so.
    assert queries(client, "/sources/big-report/") <= before + 1


# The gate


def _unpublished() -> list[str]:
    """Unpublished records of every kind; the addresses that they would have."""
    make_dialogue(2031)
    make_actor("nowhereland")
    make_theme("unwritten-theme")
    make_source("secret-report")
    return [
        "/dialogues/2031/",
        "/actors/nowhereland/",
        "/themes/unwritten-theme/",
        "/sources/secret-report/",
    ]


def test_the_unpublished_is_as_the_missing(client: Client) -> None:
    for address in _unpublished():
        missing = re.sub(r"[^/]+/$", "3000/" if "dialogues" in address else "x/", address)
        assert page(client, address, status=404) == page(client, missing, status=404)


PAGES = [
    "/",
    "/dialogues/",
    "/dialogues/2011/",
    "/actors/",
    "/actors/mexico/",
    "/actors/grulac/",
    "/themes/",
    "/themes/sovereignty/",
    "/sources/",
    "/sources/icrtop-2011/",
    "/compare/picture.svg?view=actors&with=2013",
    "/sitemap.xml",
]


def test_drafts_change_no_byte_of_any_page(client: Client) -> None:
    before = {address: page(client, address) for address in PAGES}
    _unpublished()
    dialogue = Dialogue.objects.get(year=2011)
    draft = make_statement(dialogue, ["mexico", "palau"])
    position = make_position(
        draft, "sovereignty", mentions=["mexico"], other_themes=["sovereignty"]
    )
    make_citation(position, "icrtop-2011#p12")
    make_citation(draft, "icrtop-2011#p12")
    make_quotation(position)
    draft.deliveries.get(actor__slug="palau").on_behalf_of.add(Actor.objects.get(slug="mexico"))
    make_membership("nowhereland", "grulac")
    make_membership("mexico", make_actor("secret-group", ActorKind.GROUP))
    hidden = Dialogue.objects.get(year=2031)
    make_tally(hidden, ["mexico"], theme="sovereignty")
    make_note(hidden)
    panel = make_panel(hidden)
    make_participation(panel, "joseph-deiss", actor=Actor.objects.get(slug="mexico"))
    # Published itself, of a dialogue that is not.
    make_position(make_statement(hidden, ["mexico"], state=State.PUBLISHED), "sovereignty")
    assert {address: page(client, address) for address in PAGES} == before


def test_the_withdrawn_answers_with_the_day_and_the_reason(client: Client) -> None:
    make_actor("twice-entered", state=State.WITHDRAWN)
    make_dialogue(2032, state=State.WITHDRAWN)
    make_theme("twice-theme", state=State.WITHDRAWN)
    make_source("twice-report", state=State.WITHDRAWN)
    for address in (
        "/actors/twice-entered/",
        "/dialogues/2032/",
        "/themes/twice-theme/",
        "/sources/twice-report/",
    ):
        text = page(client, address, status=410)
        assert "Entered twice." in text
        assert "Twice entered" not in text


def test_a_withdrawn_statement_is_counted_nowhere(client: Client, stated) -> None:
    statement = stated("palau")
    make_position(statement)
    assert statement.ref in page(client, "/dialogues/2030/")
    now = datetime.datetime.now(tz=datetime.UTC)
    Statement.objects.filter(pk=statement.pk).update(
        state=State.WITHDRAWN, withdrawn_at=now, withdrawal_reason="It was not theirs."
    )
    assert statement.ref not in page(client, "/dialogues/2030/")
    assert "2030</a> <span" in re.sub(r"\s+", " ", page(client, "/actors/palau/"))
