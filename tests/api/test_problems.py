"""What is wrong gets an answer that says so, never a crash and never too much."""

import pytest
from django.core.signing import Signer
from django.test import Client

from dialogues.api import cursors
from dialogues.filters.pagination import SALT
from tests.api.conftest import EXPORTS, LISTS

MANY = "&".join(f"actor=a{number}" for number in range(1000))
WRONG = {
    "an unknown parameter": "thme=sovereignty",
    "an unknown value": "theme=sovereignity",
    "a value among good ones": "stance=supports&stance=likes",
    "an unknown order": "sort=random",
    "another field's order": "sort=pk",
    "a lookup": "theme__title__regex=(",
    "a relation": "statement__state=draft",
    "a page too long": "page_size=101",
    "a page of none": "page_size=0",
    "less than none": "page_size=-1",
    "a huge page": f"page_size={'9' * 5000}",
    "a page in words": "page_size=many",
    "digits of another script": "page_size=١٠",
    "a half": "page_size=1.5",
    "counting by another word": "count=yes",
    "a forged cursor": "cursor=eyJvIjpbXX0",
    "a cursor of rubbish": "cursor=%F0%9F%92%A9:::",
    "a long cursor": f"cursor={'a' * 20000}",
    "a null character": "q=%00",
    "a null in a list": "actor=mexico%00",
    "a null in a cursor": "cursor=%00",
    "a null in a name": "q%00=x",
    "bytes that are no text": "q=%FF%FE",
    "half a surrogate": "q=%ED%A0%80",
    "bytes in a list": "actor=%C3%28",
    "a huge year": f"year={'9' * 100}",
    "a year too large for a column": "year=99999999999999999999",
    "a year that is none": "year=2011.0",
    "a year beyond": "year_min=9999",
    "a year in exponents": "year_max=1e400",
    "no number": "year_min=NaN",
    "infinity": "year_max=-Infinity",
    "the same word twice": "q=one&q=two",
    "the same size twice": "page_size=1&page_size=2",
    "the same cursor twice": "cursor=a&cursor=b",
    "a truth twice": "joint=true&joint=false",
    "another truth": "joint=1",
    "a thousand values": MANY,
    "more than a form may have": f"{MANY}&{MANY}",
    "a long text": f"q={'a' * 201}",
    "half a phrase": 'q="early',
    "a pillar that is none": "pillar=4",
    "tracking": "utm_source=x",
    "a format": "format=json",
}


@pytest.mark.parametrize("query", WRONG.values(), ids=WRONG.keys())
def test_wrong_input_is_refused_in_words(get, query):
    answer = get(f"positions/?{query}")
    assert answer.status_code == 400
    problem = problem_of(answer)
    for error in problem["errors"]:
        assert set(error) == {"field", "code", "message"}
        assert "\x00" not in error["field"]
        assert error["message"]


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("query", ["nonsense=1", "page_size=1000", "q=%00", "year=%FF", "cursor=x"])
def test_every_list_refuses_what_it_does_not_take(get, name, query):
    assert get(f"{name}/?{query}").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "",
        "dialogues/2011/",
        "panels/2011-morning-panel/",
        "statements/RTOP-2011-S001/",
        "actors/mexico/",
        "passages/icrtop-2011/p1/",
        "schema/",
        "docs/",
        "compare/",
        *(f"{name}/export/" for name in EXPORTS),
    ],
)
@pytest.mark.parametrize("query", ["nonsense=1", "utm_source=x", "page_size=5", "q%00=1"])
def test_what_takes_no_such_parameter_says_so(get, path, query):
    answer = get(f"{path}?{query}")
    assert answer.status_code == 400
    assert problem_of(answer)["errors"][0]["code"] == "unknown_parameter"


def test_the_nearest_valid_one_is_named(get):
    parameter, value = (
        problem_of(get(f"positions/?{query}"))["errors"][0]
        for query in ("thme=sovereignty", "theme=sovereignity")
    )
    assert (parameter["field"], parameter["code"]) == ("thme", "unknown_parameter")
    assert "“theme”" in parameter["message"]
    assert (value["field"], value["code"]) == ("theme", "unknown_value")
    assert "“sovereignty”" in value["message"]


def test_all_faults_are_named_at_once(get):
    errors = problem_of(get("positions/?thme=x&stance=likes&page_size=0&count=2"))["errors"]
    assert [error["field"] for error in errors] == ["thme", "stance", "page_size", "count"]


@pytest.mark.parametrize(
    "content",
    [
        {"o": ["pk"], "v": [1], "b": False},
        {"o": ["-statement__dialogue__year", "serial", "ref"]},
        {"o": None, "v": None, "b": None},
        ["o", "v", "b"],
        "text",
        None,
    ],
)
def test_a_cursor_signed_for_something_else_is_refused(get, content):
    cursor = Signer(salt=SALT).sign_object(content)
    answer = get(f"positions/?cursor={cursor}")
    assert answer.status_code == 400
    assert problem_of(answer)["errors"][0]["field"] == "cursor"


def test_a_cursor_of_another_order_is_refused(get):
    cursor = get("positions/?sort=year&page_size=1").json()["next"].split("cursor=")[1]
    assert get(f"positions/?sort=year&page_size=1&cursor={cursor}").status_code == 200
    assert get(f"positions/?page_size=1&cursor={cursor}").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "nothing/",
        "nothing/at/all",
        "changes/",
        "releases/",
        "quotations/facets/",
        "themes/export/",
        "dialogues/1999/",
        "dialogues/99999999999999999999/",
        f"dialogues/{'9' * 5000}/",
        "dialogues/0/",
        "panels/2011/",
        "panels/2011-nothing/",
        "panels/99999999999999999999-opening/",
        "statements/RTOP-2011-S999/",
        "statements/rtop-2011-s001/",
        "positions/1/",
        "positions/RTOP-2011-P001%00/",
        "actors/m%C3%A9xico/",
        "actors/%FF/",
        "actors/mexico%2F..%2Fcuba/",
        "passages/icrtop-2011/",
        "passages/icrtop-2011/p99/",
        "passages/icrtop-2011/p99999999999999999999/",
        "passages/nothing/p1/",
        "%00",
    ],
)
def test_what_is_not_there_is_a_problem_too(get, path):
    answer = get(path)
    assert answer.status_code == 404
    problem_of(answer)


def test_a_slug_misspelt_is_met_with_the_nearest(get):
    problem = problem_of(get("actors/mexcio/"))
    assert problem["detail"] == "There is no actor “mexcio”."
    assert problem["errors"][0]["message"] == "The nearest is “mexico”."
    assert "/api/v1/positions/" in problem_of(get("positons/"))["errors"][0]["message"]


def test_a_missing_last_slash_leads_on(get):
    answer = get("positions?year=2011&stance=supports")
    assert answer.status_code == 301
    assert answer["Location"] == "/api/v1/positions/?year=2011&stance=supports"
    assert get("/api/v1//example.com").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", ["", "positions/", "actors/mexico/", "positions/export/", "docs/"])
def test_nothing_can_be_written(client, db, method, path):
    answer = getattr(client, method)(f"/api/v1/{path}")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, OPTIONS"
    problem_of(answer)


def test_writing_to_what_is_not_there_finds_nothing(client, db):
    assert client.post("/api/v1/nothing/").status_code == 404


@pytest.mark.parametrize("path", ["positions/", "actors/mexico/", "compare/"])
def test_an_answer_that_cannot_be_taken_is_not_given(get, path):
    answer = get(path, accept="text/html")
    assert answer.status_code == 406
    problem_of(answer)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, */*;q=0.1"])
def test_browsers_are_answered(get, accept):
    assert get("positions/", accept=accept).status_code == 200


@pytest.mark.parametrize("accept", ["", ";", "a", "///", "application/json;q=high", "*"])
def test_a_malformed_accept_header_is_no_crash(get, accept):
    assert get("positions/", accept=accept).status_code in (200, 406)


def test_an_unforeseen_fault_is_a_problem_that_tells_nothing(client, db, monkeypatch):
    def fails(*args):
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(cursors, "page_of", fails)
    client.raise_request_exception = False
    answer = client.get("/api/v1/positions/")
    assert answer.status_code == 500
    problem_of(answer)
    assert b"secret" not in answer.content


def test_an_unknown_host_is_a_problem(client, db):
    answer = Client(SERVER_NAME="elsewhere.example").get("/api/v1/positions/")
    assert answer.status_code == 400
    problem_of(answer)


def test_every_answer_has_a_number_of_its_own(get):
    answers = [get("themes/"), get("themes/"), get("nothing/"), get("/healthz")]
    numbers = [answer["X-Request-ID"] for answer in answers]
    assert len(set(numbers)) == len(numbers)
    assert all(len(number) == 32 for number in numbers)


def problem_of(answer):
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "request_id", "errors"}
    assert problem["status"] == answer.status_code
    assert problem["request_id"] == answer["X-Request-ID"]
    assert problem["detail"].strip()
    assert answer["Cache-Control"] == "no-store"
    return problem
