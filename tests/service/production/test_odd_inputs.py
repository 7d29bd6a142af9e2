"""Odd inputs: each function refuses them by name, or makes something sensible of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from google.protobuf.descriptor import Descriptor
from odd_inputs import (
    AT_ONCE,
    BOXED,
    EMPTY_BOX,
    FOUND_NOTHING,
    NO_LENGTH,
    NO_PICTURE,
    NO_SOUND,
    OF_TEXT,
    ONE_FRAME,
    OUTSIDE,
    PORTRAIT,
    RANGED,
    SILENT,
    UNASKED,
    WHEN_BEGUN,
    Row,
    clips,
    task_of,
)

from bench.producing import Maker
from scripts.docs_odd_inputs import PAGE, page
from videre.common.errors import VidereError
from videre.exports.production_params import FUNCTIONS, violations_of
from videre.production.functions.base import Made
from videre.production.known import Known
from videre.v1 import production_pb2 as pb

#: Of the dear rows, those that the gate runs; `VIDERE_ODD_INPUTS=all` runs every one.
GATE = {
    NO_SOUND: ("summarize",),
    ONE_FRAME: ("reframe", "remove_text"),
    PORTRAIT: ("redact",),
    SILENT: ("bleep",),
}


@pytest.fixture(scope="module")
def carry_out(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Row, str], list[Made]]:
    """Carry out a task on its odd input."""
    folder = tmp_path_factory.mktemp("odd")
    media, maker = clips(folder), Maker(folder / "work")

    def run(row: Row, function: str) -> list[Made]:
        known = Known() if row.what == UNASKED else FOUND_NOTHING
        return maker.make(task_of(row.what, function), {"main": media[row.media]}, known)

    return run


def cells(dear: bool) -> Iterator[tuple[Row, str]]:
    return ((row, name) for row in WHEN_BEGUN if row.dear is dear for name in row.functions)


def test_every_function_has_an_answer_to_every_media() -> None:
    for what in (NO_SOUND, NO_PICTURE, SILENT, ONE_FRAME, PORTRAIT):
        found = [name for row in WHEN_BEGUN if row.what == what for name in row.functions]
        assert sorted(found) == sorted(set(FUNCTIONS) - {OF_TEXT}), what


def test_the_page_shows_the_rows() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "run python -m scripts.docs_odd_inputs"


def fields_of(name: str) -> Descriptor:
    return pb.ProductionTask.DESCRIPTOR.fields_by_name[name].message_type


def holds(message: Descriptor, kind: str) -> bool:
    inner = [one.message_type for one in message.fields if one.message_type is not None]
    return any(one.name == kind or (one.file is message.file and holds(one, kind)) for one in inner)


def test_every_function_with_boxes_or_ranges_is_asked() -> None:
    assert sorted(BOXED) == sorted(
        name for name in FUNCTIONS if holds(fields_of(name), "BoundingBox")
    )
    assert sorted(RANGED) == sorted(
        name for name in FUNCTIONS if holds(fields_of(name), "MediaRange")
    )


def test_what_is_wrong_in_itself_is_refused_at_once() -> None:
    words = {EMPTY_BOX: "above 0", OUTSIDE: "0..1", NO_LENGTH: "after"}
    for row in AT_ONCE:
        for name in row.functions:
            found = violations_of(task_of(row.what, name))
            assert found, (row.what, name)
            assert found[0].field.startswith(f"{name}."), (row.what, name)
            assert words[row.what] in found[0].limit, (row.what, name, found)


def test_what_the_media_lacks_is_refused_by_name(
    carry_out: Callable[[Row, str], list[Made]],
) -> None:
    for row, name in cells(dear=False):
        if row.reason is None:
            assert carry_out(row, name), (row.what, name)
            continue
        with pytest.raises(VidereError) as caught:
            carry_out(row, name)
        told = (row.what, name, caught.value)
        assert caught.value.reason is row.reason, told
        assert caught.value.metadata, told


@pytest.mark.long
def test_odd_media_give_sensible_files(carry_out: Callable[[Row, str], list[Made]]) -> None:
    wanted = os.environ.get("VIDERE_ODD_INPUTS") == "all"
    for row, name in cells(dear=True):
        if not wanted and name not in GATE.get(row.what, ()):
            continue
        if row.reason is not None:
            with pytest.raises(VidereError) as caught:
                carry_out(row, name)
            assert caught.value.reason is row.reason, (row.what, name)
            continue
        made = carry_out(row, name)
        assert made, (row.what, name)
        for one in made:
            facts = one.facts
            if facts is None or one.role not in ("video", "audio"):
                continue
            told = (row.what, name, facts)
            assert facts.duration_ns > 0, told
            assert row.heard is None or bool(facts.audio_codec) is row.heard, told
            if facts.video_codec:
                assert row.shape in (None, (facts.width, facts.height)), told
                assert row.frames in (None, facts.frames), told
