"""The description is complete, valid, and what the API really answers."""

import copy
import json
import re
from datetime import date
from urllib.parse import urlencode, urlsplit

import pytest
import yaml
from django.core.management import call_command
from jsonschema import Draft202012Validator, FormatChecker

from dialogues.api import downloads, urls
from dialogues.api.openapi import description
from dialogues.choices import ActorKind, Stance
from tests.api.conftest import EXPORTS, LISTS

ONE = {
    "dialogues": "dialogues/2011/",
    "panels": "panels/2011-morning-panel/",
    "statements": "statements/RTOP-2011-S017/",
    "positions": "positions/RTOP-2011-P042/",
    "quotations": "quotations/RTOP-2011-Q003/",
    "tallies": "tallies/RTOP-2011-T08/",
    "actors": "actors/mexico/",
    "people": "people/edward-luck/",
    "themes": "themes/sovereignty/",
    "situations": "situations/libya/",
    "instruments": "instruments/resolution-1973/",
    "sources": "sources/icrtop-2011/",
    "passages": "passages/icrtop-2011/p12/",
}
FORMATS = FormatChecker()
FORMATS.checks("uri")(lambda value: value is None or bool(urlsplit(value).netloc))
FORMATS.checks("date", raises=ValueError)(
    lambda value: bool(value is None or date.fromisoformat(value))
)


@pytest.fixture(scope="module")
def strict():
    """The description, made strict: an answer may have no key that it does not name."""
    whole = copy.deepcopy(description())
    for component in whole["components"]["schemas"].values():
        if "properties" in component:
            component.setdefault("additionalProperties", False)
    return whole


def operation(schema, path):
    return schema["paths"][f"/api/v1/{path}"]["get"]


def faults(schema, path, status, answer):
    """What is wrong with an answer, by the description of its address."""
    media = answer["Content-Type"].partition(";")[0]
    part = operation(schema, path)["responses"][status]["content"][media]["schema"]
    validator = Draft202012Validator(
        {**part, "components": schema["components"]}, format_checker=FORMATS
    )
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer.json())]


def address_of(schema, name):
    """The path of one record as the description writes it: `positions/{ref}/`."""
    start = f"/api/v1/{name}/"
    (found,) = (path for path in schema["paths"] if path.startswith(start) and "{" in path)
    return found.removeprefix("/api/v1/")


def test_it_is_valid_and_made_without_a_warning(tmp_path):
    file = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(file))
    written = yaml.safe_load(file.read_text())
    assert written["openapi"].startswith("3.1")
    assert written == json.loads(json.dumps(description(), default=str))


def test_it_has_every_route(strict):
    routes = {
        "/api/v1/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern.pattern))
        for pattern in urls.urlpatterns
        if pattern.name not in ("api-unknown", "api-docs")
    }
    assert set(strict["paths"]) == routes


def test_it_is_served_in_both_notations(get):
    as_json, as_yaml = get("schema/?format=json"), get("schema/?format=yaml")
    assert as_json["Content-Type"] == "application/json"
    assert as_yaml["Content-Type"] == "application/yaml; charset=utf-8"
    assert yaml.safe_load(as_yaml.content) == as_json.json()
    assert get("schema/").json() == as_json.json()
    assert get("schema/", accept="application/yaml").content == as_yaml.content
    assert get("schema/?format=toml").status_code == 400


def test_making_it_asks_the_archive_nothing(db, django_assert_max_num_queries):
    description.cache_clear()
    with django_assert_max_num_queries(0):
        description()


@pytest.mark.parametrize("name", LISTS)
def test_lists_answer_as_described(get, strict, name):
    page = get(f"{name}/?page_size=100&count=true")
    assert faults(strict, f"{name}/", "200", page) == []
    assert page.json()["results"]


@pytest.mark.parametrize("name", LISTS)
def test_records_answer_as_described(get, strict, name):
    assert faults(strict, address_of(strict, name), "200", get(ONE[name])) == []


@pytest.mark.parametrize("view", ["facts", "participation", "themes"])
def test_comparisons_answer_as_described(get, strict, view):
    assert faults(strict, "compare/", "200", get(f"compare/?view={view}")) == []


def test_the_index_answers_as_described(get, strict):
    assert faults(strict, "", "200", get("")) == []


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_answer_as_described(get, strict, name):
    described = operation(strict, f"{name}/export/")["responses"]["200"]["content"]
    assert set(described) == {"text/csv", "application/x-ndjson", downloads.FORMATS["xlsx"]}
    answer = get(f"{name}/export/?format=ndjson")
    line = json.loads(next(iter(answer.streaming_content)).splitlines()[0])
    answer.close()
    part = described["application/x-ndjson"]["schema"]
    Draft202012Validator({**part, "components": strict["components"]}).validate(line)


@pytest.mark.parametrize("name", LISTS)
def test_problems_answer_as_described(get, strict, name):
    assert faults(strict, f"{name}/", "400", get(f"{name}/?nonsense=1")) == []
    one = address_of(strict, name)
    assert faults(strict, one, "404", get(ONE[name].replace("2011", "1999") + "x/")) == []
    responses = operation(strict, one)["responses"]
    assert set(responses) == {"200", "400", "404", "410", "default"}
    assert set(responses["410"]["content"]) == {"application/problem+json"}


def test_every_parameter_is_explained(strict):
    for path, item in strict["paths"].items():
        for parameter in item["get"].get("parameters", []):
            assert parameter.get("description"), (path, parameter["name"])


def test_every_operation_says_what_it_is_for(strict):
    names = [item["get"]["operationId"] for item in strict["paths"].values()]
    assert len(set(names)) == len(names)
    assert all(item["get"].get("description") for item in strict["paths"].values())


def test_parameters_are_those_that_lists_take(get, strict):
    for name in LISTS:
        described = {one["name"] for one in operation(strict, f"{name}/")["parameters"]}
        problem = get(f"{name}/?nonsense=1").json()["errors"][0]["message"]
        allowed = problem.partition("Allowed: ")[2].rstrip(".").split(", ")
        assert described == set(allowed)


def test_vocabularies_are_listed_and_lists_of_the_archive_are_not(strict):
    described = operation(strict, "positions/")["parameters"]
    parameters = {one["name"]: one["schema"] for one in described}
    assert parameters["stance"]["items"]["enum"] == Stance.values
    assert parameters["kind"]["items"]["enum"] == ActorKind.values
    for name in ("actor", "group", "theme", "situation", "instrument", "year"):
        assert "enum" not in parameters[name]["items"]
    for name in ("stance", "kind", "panel", "form", "pillar"):
        values = parameters[name]["items"]["enum"]
        assert values


def test_every_value_in_the_description_is_taken(get, strict):
    for name in LISTS:
        for one in operation(strict, f"{name}/")["parameters"]:
            together = [one["schema"].get("items", {}).get("enum", [])]
            alone = [[value] for value in one["schema"].get("enum", [])]
            for values in filter(None, together + alone):
                words = "veto" if values == ["relevance"] else ""
                asked = {one["name"]: values, "page_size": 1, "q": words}
                answer = get(f"{name}/?{urlencode(asked, doseq=True)}")
                assert answer.status_code == 200, answer.content
