"""fastjsonschema says yes only where jsonschema finds no error, and to every bundled file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogues.records.difference import canonical
from dialogues.records.record_forms import FORMS, NestedRecords, completed
from dialogues.records.schema import file_validator, record_schema
from tests import bundled
from tests.records import strategies

# What stands where something else belongs.
WRONG = st.one_of(
    strategies.JSON_VALUES,
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["a\n", "x" * 600, "\x00", "2011-02-30", "RTOP-2011-S1\n", 43.0, -1, 40_000]),
    st.sampled_from([[{"on": "2011-07-12"}, {"on": "2011-07-12"}], ["a", "a"], [1, True]]),
)


def validator_of(name):
    return file_validator("dialogue" if "/" in name else name.removesuffix(".json"))


@pytest.mark.parametrize("name", bundled.names())
def test_every_bundled_file_fits(name):
    assert validator_of(name).is_valid(bundled.content(name))


@given(data=st.data())
@settings(max_examples=80)
def test_yes_and_no_are_those_of_jsonschema(data):
    name = data.draw(st.sampled_from(["dialogues/2013.json", "events.json", "actors.json"]))
    content = bundled.content(name)
    for key, value in content.items():
        # A few records are as good as all, and asked sooner.
        content[key] = value[:3] if isinstance(value, list) else value
    here = content
    for _ in range(data.draw(st.integers(0, 7))):
        inner = list(here.values()) if isinstance(here, dict) else here
        inner = [value for value in inner if isinstance(value, (dict, list)) and value]
        if inner:
            here = data.draw(st.sampled_from(inner))
    if isinstance(here, list):
        here[data.draw(st.integers(0, len(here) - 1))] = data.draw(WRONG)
    else:
        name_of = st.sampled_from(list(here)) | st.just("other")
        here[data.draw(name_of)] = data.draw(WRONG)
    validator = validator_of(name)
    explained = list(validator._explaining.iter_errors(content))
    assert validator.is_valid(content) == (not explained), canonical(here)


def may_be_null(schema):
    kinds = [schema, *schema.get("anyOf", [])]
    return any("null" in kind.get("type", ()) for kind in kinds)


def parts_of(form):
    parts = [part.form for part in form.fields if isinstance(part, NestedRecords)]
    return [form, *(inner for part in parts for inner in parts_of(part))]


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_what_may_be_null_is_null_in_a_record_that_says_nothing(form):
    for part in parts_of(form):
        properties = record_schema()["$defs"][part.name]["properties"]
        empty = completed(part, {})
        for name, schema in properties.items():
            assert not may_be_null(schema) or empty[name] is None, f"{part.name}.{name}"
