"""Templates as YAML files."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from videre.common.errors import Reason, VidereError
from videre.orchestrator.api.templates.files import MAX_YAML, from_yaml, to_yaml
from videre.orchestrator.templates.documents import document_of
from videre.orchestrator.templates.presets import presets

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.dates(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["template_id", "moderation", "rules", "analysis", "names"])
            | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
)


@pytest.mark.parametrize("preset", presets(), ids=lambda one: one.template_id)
def test_a_file_gives_the_same_template_back(preset: Any) -> None:
    text = to_yaml(preset)
    draft = from_yaml(text)
    assert (draft.template_id, document_of(draft)) == (preset.template_id, preset.document)
    assert text.startswith(f"template_id: {preset.template_id}\n")


@given(st.text(max_size=60))
def test_any_text_comes_back(text: str) -> None:
    record = replace(presets()[0], document={"description": text})
    assert from_yaml(to_yaml(record)).description == text


def refused(text: str) -> VidereError:
    with pytest.raises(VidereError) as error:
        from_yaml(text)
    assert error.value.reason is Reason.FIELD_INVALID
    assert error.value.violations[0].field == "yaml"
    return error.value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("a: [", "no YAML"),
        ("- a", "no mapping"),
        ("5", "no mapping"),
        ("taste: 1", "taste"),
        ("template_id: 5", "template_id"),
        ("moderation: 5", "moderation"),
        ("moderation: {rules: [{block_threshold: high}]}", "block_threshold"),
        ("template_id: a\ntemplate_id: b", "twice"),
        ("5: a", "no text"),
        ("names: [&n {name: x}, *n]", "anchor"),
        ("moderation: {unchecked: MAYBE}", "unchecked"),
        ("!!python/object:os.system {}", "no YAML"),
        ("a: " + "[" * 5_000, "no YAML"),
        ("description: " + "x" * MAX_YAML, "bytes"),
    ],
)
def test_what_is_no_template_is_refused_with_the_reason(text: str, told: str) -> None:
    assert told in refused(text).violations[0].description


def test_a_few_lines_do_not_make_a_document_of_any_size() -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    refused("\n".join(lines))


@given(ODD)
def test_anything_that_is_yaml_is_a_draft_or_refused(value: Any) -> None:
    with contextlib.suppress(VidereError):
        from_yaml(yaml.safe_dump(value))
