"""A source’s text brought in: kept, put right, fixed, and corrected later."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from dialogues import publishing
from dialogues.admin.texts.views import text_url
from dialogues.models import Passage, PassageMark, Revision, Source, TextDraft
from dialogues.publishing import approve, submit
from tests.factories import (
    make_citation,
    make_dialogue,
    make_passage,
    make_position,
    make_quotation,
    make_source,
    make_statement,
    make_user,
)

pytestmark = pytest.mark.django_db

TEXT = "A heading\n\nMexico spoke first.\n\nGhana spoke next.\n\nJapan spoke last."


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(make_user("ada", "Contributor"))
    return client


@pytest.fixture
def source() -> Source:
    source = make_source("a-report")
    publishing.write_save(source, None, new=True)
    return source


def at_hand(source):
    return TextDraft.objects.get(source=source)


def bring(client, source, text=TEXT, **more):
    return client.post(text_url(source), {"do": "bring", "text": text} | more)


def do(client, source, what, **more):
    version = TextDraft.objects.filter(source=source).values_list("version", flat=True).first()
    return client.post(text_url(source), {"do": what, "version": version} | more)


def fault_of(response):
    assert response.status_code in (200, 409)
    return response.context["fault"]


def passages(source):
    return [(p.number, p.section, p.text) for p in source.passages.all()]


def fixed(client, source, text=TEXT):
    bring(client, source, text)
    assert do(client, source, "fix").status_code == 302


def test_a_pasted_text_is_kept_put_right_and_fixed(ada, source):
    assert bring(ada, source).status_code == 302
    assert not source.passages.exists()  # nothing is recorded yet
    # Another browser goes on where the first one stopped.
    assert "Ghana spoke next." in ada.get(text_url(source)).content.decode()
    do(ada, source, "join:2")
    do(ada, source, "split:1", part="Mexico spoke first.\n\nGhana spoke next.")
    do(ada, source, "as:3:left_out")
    before = Revision.objects.count()
    assert do(ada, source, "fix", why="From the website.").status_code == 302
    assert passages(source) == [
        (1, "A heading", "Mexico spoke first."),
        (2, "A heading", "Ghana spoke next."),
    ]
    last = Revision.objects.latest("number")
    assert (last.number, str(last.by), last.reason) == (before + 1, "ada", "From the website.")
    assert [p["sha256"] for p in last.record["passages"]] == [
        p.sha256 for p in source.passages.all()
    ]
    assert "Mexico spoke" in last.record["passages"][0]["first_words"]
    assert "text" not in last.record["passages"][0]
    assert not TextDraft.objects.exists()


def test_a_file_is_read_and_its_name_kept(ada, source):
    file = SimpleUploadedFile("report.txt", TEXT.encode())
    assert bring(ada, source, "", file=file).status_code == 302
    assert at_hand(source).origin == "report.txt"


@pytest.mark.parametrize(
    ("text", "file", "field", "words"),
    [
        ("", None, "text", "one of the two"),
        ("Some text.", b"Some more.", "text", "one of the two"),
        ("", b"\xff\xfe", "file", "not UTF-8"),
        ("", b"", "file", "is empty"),
        ("x\n\n" * 2001, None, "text", "2001 paragraphs. At most 2000"),
    ],
)
def test_what_cannot_be_taken_names_its_field(ada, source, text, file, field, words):
    more = {} if file is None else {"file": SimpleUploadedFile("a.txt", file)}
    response = bring(ada, source, text, **more)
    assert words in str(response.context["form"].errors[field])
    assert not TextDraft.objects.exists()


def test_another_site_brings_nothing_in_and_a_huge_text_is_refused_in_words(source):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user("eve", "Contributor"))
    assert bring(strict, source).status_code == 403
    assert not TextDraft.objects.exists()
    # Before its token is read, which stands in what is too large to be read.
    assert bring(strict, source, "x" * 3_000_000).status_code == 302
    assert "Text: more than 2.5 MB was pasted" in strict.get(text_url(source)).content.decode()


def test_a_split_that_changes_a_word_is_refused_and_shown_again(ada, source):
    bring(ada, source)
    response = do(ada, source, "split:1", part="Mexico\n\nspoke second.")
    assert "Nothing was changed" in fault_of(response)
    assert "spoke second." in response.content.decode()
    assert at_hand(source).blocks[1]["text"] == "Mexico spoke first."


def test_who_comes_second_is_refused(ada, source):
    bring(ada, source)
    stale = {"do": "join:2", "version": at_hand(source).version}
    do(ada, source, "as:0:paragraph")
    response = ada.post(text_url(source), stale)
    assert (response.status_code, at_hand(source).version) == (409, 2)
    assert bring(ada, source, "Another.").status_code == 409  # nor is it written over
    assert do(ada, source, "drop").status_code == 302
    assert not TextDraft.objects.exists()


def test_everything_left_out_is_no_text(ada, source):
    bring(ada, source, "Only a heading")
    assert "no passage in it" in fault_of(do(ada, source, "fix"))


@pytest.mark.parametrize("odd", ["as:1:nonsense", "join:0", "join:99", "split:x", "nonsense", ""])
def test_what_no_button_sends_changes_nothing(ada, source, odd):
    bring(ada, source)
    assert do(ada, source, odd).status_code == 200
    assert at_hand(source).version == 1
    assert ada.get(f"{text_url(source)}?split=%C2%B2").status_code == 200


def test_the_text_of_recorded_passages_is_only_attached(ada, report_2011):
    source = Source.objects.get(slug="icrtop-2011")
    before = publishing.record_of(source)
    assert bring(ada, source, report_2011).status_code == 302
    assert not source.passages.filter(text="").exists()
    assert publishing.record_of(source) == before
    assert not TextDraft.objects.exists()


# A corrected text


@pytest.fixture
def coded(ada, source):
    """The text fixed; a position quotes passage 2, another cites passage 3."""
    fixed(ada, source)
    statement = make_statement(make_dialogue(2031), ["ghana"])
    publishing.write_save(statement.dialogue, None, new=True)
    second = source.passages.get(number=2)
    first, other = make_position(statement), make_position(statement)
    make_citation(first, "a-report#p2")
    make_citation(other, "a-report#p3")
    words = {"text": "spoke next", "source": source, "passage": second, "start": 6, "end": 16}
    make_quotation(first, **words, check_result="verified")
    publishing.write_save(statement, None, new=True)
    return statement


MOVED = "A heading\n\nA new one.\n\nJapan spoke last.\n\nMexico spoke first.\n\nGhana spoke after."


def test_what_moved_keeps_what_cites_it_and_what_changed_waits_for_a_person(ada, source, coded):
    bring(ada, source, MOVED)
    page = ada.get(text_url(source))
    assert [(one.passage.number, one.cited) for one in page.context["lost"]] == [(2, 2)]
    assert "Say first what became of p2" in fault_of(do(ada, source, "fix"))
    do(ada, source, "choose", **{"now-2": "4"})
    assert do(ada, source, "fix").status_code == 302
    assert passages(source) == [
        (4, "A heading", "A new one."),
        (3, "A heading", "Japan spoke last."),
        (1, "A heading", "Mexico spoke first."),
        (2, "A heading", "Ghana spoke after."),
    ]
    cited = [p.citations.get().cite for p in coded.positions.all()]
    assert cited == ["a-report#p2", "a-report#p3"]
    assert coded.quotations.get().check_result == "not_found"
    # What changed is to be read again; what only moved is not.
    assert [mark.passage.number for mark in PassageMark.objects.all()] == [2]
    assert list(publishing.unrecorded()) == []


def test_a_passage_that_is_gone_may_stay_and_its_number_is_not_given_again(ada, source, coded):
    bring(ada, source, MOVED)
    do(ada, source, "choose", **{"now-2": "keep"})
    do(ada, source, "fix")
    assert [number for number, *_ in passages(source)] == [4, 3, 1, 5, 2]
    assert Passage.objects.get(source=source, number=2).text == "Ghana spoke next."
    assert coded.quotations.get().check_result == "verified"
    assert not PassageMark.objects.exists()


def test_a_draft_that_nothing_cites_is_numbered_anew(ada, source):
    fixed(ada, source)
    fixed(ada, source, "Another.\n\nMexico spoke first.")
    assert passages(source) == [(1, "", "Another."), (2, "", "Mexico spoke first.")]


def test_of_a_published_source_the_passages_are_proposed(ada, source):
    Source.objects.filter(pk=source.pk).update(state="published", published_at="2031-01-01T00Z")
    source.refresh_from_db()
    make_passage(source, 1, "Mexico spoke first.")
    publishing.write_save(source, None, new=False)
    fixed(ada, source, TEXT)
    source.refresh_from_db()
    assert (source.stage, source.passages.count()) == ("proposed", 1)
    assert "Proposed." in ada.get(text_url(source)).content.decode()
    submit(source, None)
    approve(source, make_user("bob", "Reviewer"))
    assert [text for *_, text in passages(source)] == [
        "Mexico spoke first.", "Ghana spoke next.", "Japan spoke last."
    ]  # fmt: skip
    assert not TextDraft.objects.exists()
    assert list(publishing.unrecorded()) == []


# Who may, and who sees it


@pytest.mark.parametrize(
    ("role", "state", "allowed"),
    [("staff", "draft", False), ("Contributor", "in_review", False), ("Reviewer", "in_review", 1)],
)
def test_the_role_table_says_who_brings_a_text_in(client, source, role, state, allowed):
    Source.objects.filter(pk=source.pk).update(state=state)
    client.force_login(make_user("ada", role))
    assert client.get(text_url(source)).status_code == 200
    assert bring(client, source).status_code == (302 if allowed else 403)
    assert TextDraft.objects.exists() is bool(allowed)


def test_a_text_is_seen_by_curators_only(ada, source, tmp_path):
    fixed(ada, source)
    Source.objects.filter(pk=source.pk).update(state="published", published_at="2031-01-01T00Z")
    bring(ada, source, MOVED)
    call_command("export_records", str(tmp_path), "--editorial", stdout=io.StringIO())
    written = "".join(path.read_text() for path in tmp_path.rglob("*.json"))
    assert "a-report" in written
    anybody = Client()
    seen = [
        anybody.get(f"/api/v1/passages/?source={source.slug}"),
        anybody.get("/sources/a-report/"),
    ]
    answers = written + "".join(response.content.decode() for response in seen)
    for words in ("Ghana spoke after.", "A new one."):
        assert words not in answers
    assert anybody.get(text_url(source)).status_code == 302
    page = ada.get(text_url(source))
    assert "no-store" in page["Cache-Control"]
    assert ada.get(reverse("admin:dialogues_source_text", args=["99999"])).status_code == 302
