"""Laws of reading a unit, on an engine that reads bar codes instead of letters."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore
from videre.ocr import carry
from videre.ocr.engines.base import FoundLine, Picture, Reading
from videre.ocr.picture import NotAPictureError
from videre.ocr.reader import Frame, FrameLines, UnitReader

WIDTH, HEIGHT, BITS, BAR = 640, 360, 16, 12


class BarEngine:
    """Finds dark plates and reads the bright bars on them as ones; keeps no memory."""

    spec = EngineSpec(
        feature="text", name="bars", version="1", tier=Tier.BUNDLED, licence="Apache-2.0"
    )

    def load(self, models: ModelStore) -> None:
        """There is nothing to load."""

    def detect(self, picture: Picture, side: int) -> list[FoundLine]:
        plates = (picture[..., 0] < 60).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(
            cv2.morphologyEx(plates, cv2.MORPH_CLOSE, np.ones((3, 25), np.uint8))
        )
        boxes = [stats[index][:4].tolist() for index in range(1, count)]
        return [
            FoundLine(np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], np.float32), 0.9)
            for x, y, w, h in boxes
            if w >= 4 * BAR and h >= BAR
        ]

    def recognise(self, crop: Picture) -> Reading:
        middle = crop[crop.shape[0] // 2, :, 0]
        bars = len(middle) // BAR
        bits = [middle[round((n + 0.5) * len(middle) / bars)] > 128 for n in range(bars)]
        return Reading("b" + "".join("1" if bit else "0" for bit in bits), 0.95)


def jpeg(codes: Sequence[tuple[int, int]], shade: int = 0) -> bytes:
    """A picture with one plate per (row, code)."""
    x = np.arange(WIDTH)[None, :, None]
    picture = np.broadcast_to(150 + 20 * np.sin(x / 90.0 + shade), (HEIGHT, WIDTH, 3)).copy()
    for row, code in codes:
        top, left = 30 + 60 * row, 100
        picture[top : top + 30, left : left + (BITS + 2) * BAR] = 20
        for bit in range(BITS):
            if code >> bit & 1:
                start = left + (bit + 1) * BAR
                picture[top : top + 30, start + 2 : start + BAR - 2] = 230
    encoded, data = cv2.imencode(".jpg", picture.astype(np.uint8))
    assert encoded
    return data.tobytes()


def frames(pictures: Sequence[bytes], step_ns: int = 250_000_000) -> list[Frame]:
    return [Frame(6 * n, n * step_ns, data) for n, data in enumerate(pictures)]


def read(unit: Sequence[Frame], cuts: Sequence[int] = ()) -> list[FrameLines]:
    """Read a unit in batches that begin at `cuts`, each with a reader of its own."""
    answers, data = [], b""
    reader = UnitReader(BarEngine(), None, lambda: None)
    for index, frame in enumerate(unit):
        if index in cuts:
            data = carry.encode(reader.memory)
            reader = UnitReader(BarEngine(), carry.decode(data), lambda: None)
        answers.append(reader.read(frame))
    return answers


def texts(answer: FrameLines) -> list[str]:
    return [line.text for line in answer.lines]


#: Plates as (row, code), and the shade of the background.
Shot = tuple[list[tuple[int, int]], int]

CODE = st.tuples(st.integers(0, 4), st.integers(1, (1 << BITS) - 1))
SHOT = st.lists(CODE, max_size=3, unique_by=lambda code: code[0])
UNIT = st.lists(st.tuples(SHOT, st.integers(0, 3)), min_size=1, max_size=8)


@settings(max_examples=20, deadline=None)
@given(UNIT, st.sets(st.integers(1, 7)))
def test_batches_may_be_split_anywhere(shots: list[Shot], cuts: set[int]) -> None:
    unit = frames([jpeg(codes, shade) for codes, shade in shots])
    assert read(unit, sorted(cuts)) == read(unit) == read(unit, range(1, len(unit)))


@settings(max_examples=8, deadline=None)
@given(UNIT, UNIT)
def test_a_unit_reads_the_same_before_and_after_another(one: list[Shot], other: list[Shot]) -> None:
    unit, between = (frames([jpeg(*shot) for shot in shots]) for shots in (one, other))
    engine = BarEngine()

    def lines(frames_: list[Frame]) -> list[FrameLines]:
        reader = UnitReader(engine, None, lambda: None)
        return [reader.read(frame) for frame in frames_]

    before = lines(unit)
    lines(between)
    assert lines(unit) == before


def test_an_unchanged_frame_costs_no_inference() -> None:
    reader = UnitReader(BarEngine(), None, lambda: None)
    first, *others = frames([jpeg([(1, 0b1011), (3, 0b1101)])] * 20)
    shown = reader.read(first)
    assert len(shown.lines) == 2
    assert not shown.carried
    calls = reader.model_calls
    for frame in others:
        answer = reader.read(frame)
        assert answer.carried
        assert answer.lines == shown.lines
    assert reader.model_calls == calls
    assert reader.frames_seen == 1


def test_a_line_that_stays_is_not_recognised_again() -> None:
    reader = UnitReader(BarEngine(), None, lambda: None)
    alone, joined = frames([jpeg([(1, 0b1011)]), jpeg([(1, 0b1011), (3, 0b1011011101101101)])])
    [line] = reader.read(alone).lines
    calls = reader.model_calls
    answer = reader.read(joined)
    assert answer.lines[0] == line
    assert not answer.carried
    # The area of the new bars cuts their plate, so the whole picture is searched after it; then one
    # line is recognised, not two.
    assert reader.model_calls - calls == 3


@pytest.mark.parametrize("after", [[], [(1, 0b0110)], [(1, 0b1010)], [(2, 0b1011)]])
def test_what_changes_is_seen_in_the_frame_in_which_it_changes(
    after: list[tuple[int, int]],
) -> None:
    unit = frames([jpeg([(1, 0b1011)])] * 4 + [jpeg(after)] * 4)
    answers = read(unit)
    fresh = [texts(read([frame])[0]) for frame in unit]
    assert [texts(answer) for answer in answers] == fresh
    assert [answer.carried for answer in answers[:4]] == [False, True, True, True]
    assert not answers[4].carried


def test_the_caller_is_asked_before_each_inference() -> None:
    class Gone(Exception):
        pass

    def gone() -> None:
        raise Gone

    reader = UnitReader(BarEngine(), None, gone)
    with pytest.raises(Gone):
        reader.read(frames([jpeg([(1, 5)])])[0])
    assert reader.model_calls == 0


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff", b"\xff\xd8" + b"\xff" * 64])
def test_bytes_that_are_no_picture(data: bytes) -> None:
    with pytest.raises(NotAPictureError):
        read([Frame(0, 0, data)])


def test_a_huge_picture_is_refused_before_it_is_decoded() -> None:
    bomb = bytearray(jpeg([]))
    at = bomb.index(b"\xff\xc0") + 5
    bomb[at : at + 4] = b"\xff\xff\xff\xff"
    with pytest.raises(NotAPictureError, match="65535"):
        read([Frame(0, 0, bytes(bomb))])
