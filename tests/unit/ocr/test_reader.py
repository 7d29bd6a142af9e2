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
    """Finds dark plates and reads the bright bars on them as ones; keeps a tally and no memory."""

    spec = EngineSpec(
        feature="text", name="bars", version="1", tier=Tier.BUNDLED, licence="Apache-2.0"
    )

    def __init__(self) -> None:
        self.recognised = 0
        #: Sides at which whole pictures were searched.
        self.sides: list[int] = []

    def load(self, models: ModelStore) -> None:
        """There is nothing to load."""

    def detect(self, picture: Picture, side: int) -> list[FoundLine]:
        if picture.shape[:2] == (HEIGHT, WIDTH):
            self.sides.append(side)
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
        self.recognised += 1
        middle = crop[crop.shape[0] // 2, :, 0]
        bars = round(len(middle) / BAR)
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


def over_ground(
    codes: Sequence[tuple[int, int]],
    seed: int,
    *,
    shade: int = 150,
    late: int = 0,
    aside: int = 0,
) -> bytes:
    """A picture with one plate per (place, code), and a ground behind its bars drawn from `seed`.

    Args:
        codes: places run down the left and then down the right column, five each.
        seed: of the ground, which shows in a strip through the middle of the plates.
        shade: luma around the plates.
        late: bits of all plates that show in that strip only.
        aside: pixels by which plates stand further right.
    """
    picture = np.full((HEIGHT, WIDTH, 3), shade, np.uint8)
    random = np.random.default_rng(seed)
    for place, code in codes:
        plate = np.full((30, (BITS + 2) * BAR), 20, np.uint8)
        plate[10:22] = np.repeat(random.choice([20, 55], BITS + 2), BAR)
        for bit in range(BITS):
            bar = slice((bit + 1) * BAR + 2, (bit + 2) * BAR - 2)
            if code >> bit & 1:
                plate[:, bar] = 230
            elif late >> bit & 1:
                plate[12:20, bar] = 160
        top, left = 30 + 60 * (place % 5), 60 + 304 * (place // 5) + aside
        picture[top : top + 30, left : left + plate.shape[1]] = plate[..., None]
    encoded, data = cv2.imencode(".jpg", picture)
    assert encoded
    return data.tobytes()


#: Ten codes, each with blank bits at a place of its own.
CODES: list[tuple[int, int]] = [(n, 0b1011011101101101 ^ (0b11 << n)) for n in range(10)]


def followed(pictures: Sequence[bytes], step_ns: int = 250_000_000) -> tuple[BarEngine, list[str]]:
    """Read a unit of pictures that show one text each; return the engine and the texts."""
    engine = BarEngine()
    reader = UnitReader(engine, None, lambda: None)
    said = []
    for frame in frames(pictures, step_ns):
        [text] = texts(reader.read(frame))
        said.append(text)
    return engine, said


def test_over_changing_ground_a_line_is_recognised_until_its_letters_are_learned() -> None:
    engine, said = followed([over_ground([(1, 0b1011)], seed) for seed in range(60)])
    assert set(said) == set(texts(read(frames([jpeg([(1, 0b1011)])]))[0]))
    # Twice a second without learning; else a few times at first, and then every 3 of the 15 s.
    assert 5 <= engine.recognised <= 10


@pytest.mark.parametrize("count", [2, 4, 5, 10])
def test_of_many_lines_over_changing_ground_each_keeps_its_letters(count: int) -> None:
    alone, _ = followed([over_ground(CODES[:1], seed) for seed in range(60)])
    engine = BarEngine()
    reader = UnitReader(engine, None, lambda: None)
    for frame in frames([over_ground(CODES[:count], seed) for seed in range(60)]):
        assert len(reader.read(frame).lines) == count
    assert engine.recognised <= count * alone.recognised


def test_a_line_that_walks_stands_where_it_is_found() -> None:
    steps = [0, 0, 0, 6, 12, 18]
    unit = frames([over_ground([(1, 0b1011)], seed, aside=x) for seed, x in enumerate(steps)])
    for answer, aside in zip(read(unit), steps, strict=True):
        [line] = answer.lines
        assert line.left * WIDTH / 10_000 == pytest.approx(60 + aside, abs=2)


def test_what_grows_in_samples_that_no_longer_count_is_read_after_three_seconds() -> None:
    changing = [over_ground([(1, 0b1011)], seed) for seed in range(20)]
    grown = over_ground([(1, 0b1011)], 19, late=0b10000)
    _, said = followed([*changing, *[grown] * 40])
    before, after = said[19], said[-1]
    assert after == texts(read(frames([grown]))[0])[0] != before
    # The picture stands still, so only the clock can tell.
    assert said[20] == before
    assert said[32] == after


def test_a_cut_does_not_put_off_the_check_of_what_no_longer_counts() -> None:
    def shot(number: int, late: int = 0) -> bytes:
        return over_ground([(1, 0b1011)], number, shade=110 + 40 * (number % 2), late=late)

    unit = [
        *(shot(number) for number in range(20)),
        *(shot(n, late=0b10000) for n in range(20, 40)),
    ]
    engine, said = followed(unit, step_ns=1_000_000_000)
    assert engine.sides.count(640) == len(unit)
    assert engine.recognised < len(unit)
    assert said[19] == said[0]
    assert said[23] == said[-1] == texts(read(frames([unit[-1]]))[0])[0] != said[0]


def test_a_picture_that_keeps_changing_is_glanced_at_and_searched_by_turns() -> None:
    def specks(phase: int) -> bytes:
        picture = np.full((HEIGHT, WIDTH), 150, np.uint8)
        for left in range(48 + 48 * phase, WIDTH - 48, 144):
            picture[64:96, left : left + 16 : 4] = 220
        encoded, data = cv2.imencode(".jpg", picture)
        assert encoded
        return data.tobytes()

    engine = BarEngine()
    reader = UnitReader(engine, None, lambda: None)
    looks = []
    for frame in frames([specks(number % 3) for number in range(57)]):
        before = len(engine.sides)
        reader.read(frame)
        looks += [(frame.time_ns // 10**9, side) for side in engine.sides[before:]]
    whole, glance = 640, 448
    assert looks == [(time, glance if time % 4 else whole) for time in range(0, 16, 2)]
