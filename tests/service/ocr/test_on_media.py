"""What the service reads in real film and pictures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import cv2
import pytest

from videre.common.models import ModelStore
from videre.ocr.engines.rapid import RapidTextEngine
from videre.ocr.reader import Frame, FrameLines, UnitReader

pytestmark = pytest.mark.engine

UNIT_NS = 20_000_000_000
PER_SECOND = 4


@pytest.fixture(scope="module")
def engine(models: ModelStore) -> RapidTextEngine:
    """The bundled engine, loaded."""
    loaded = RapidTextEngine()
    loaded.load(models)
    return loaded


def letters(text: str) -> str:
    """Fold blanks, case and width of punctuation away."""
    wide = str.maketrans("，。：；！？（）", ",.:;!?()")
    return re.sub(r"\s", "", text).lower().translate(wide)


def to_jpeg(picture: Any) -> bytes:
    largest = max(picture.shape[:2])
    if largest > 1280:
        scale = 1280 / largest
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def film(path: Path, seconds: float = 1e9) -> list[Frame]:
    """Four frames a second of a clip, as the sampler would send them at most."""
    av = pytest.importorskip("av")
    frames, due = [], 0.0
    with av.open(str(path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if frame.time >= seconds:
                break
            if frame.time + 1e-6 >= due:
                jpeg = to_jpeg(frame.to_ndarray(format="bgr24"))
                frames.append(Frame(index, int(frame.time * 1e9), jpeg))
                due += 1 / PER_SECOND
    return frames


def read(engine: RapidTextEngine, frames: list[Frame]) -> list[FrameLines]:
    """Read units of 20 s."""
    answers, unit, reader = [], -1, None
    for frame in frames:
        if reader is None or frame.time_ns // UNIT_NS != unit:
            unit, reader = frame.time_ns // UNIT_NS, UnitReader(engine, None, lambda: None)
        answers.append(reader.read(frame))
    return answers


@pytest.mark.long
def test_captions_of_the_demo_film(
    engine: RapidTextEngine, media: Path, truth: dict[str, Any]
) -> None:
    answers = read(engine, film(media / "demo.mp4"))
    wrong = []
    for shot in truth["demo.mp4"]["shots"]:
        expected = sorted(letters(text) for text in shot["text"])
        for answer in answers:
            if shot["start_frame"] <= answer.frame < shot["end_frame"]:
                got = sorted(letters(line.text) for line in answer.lines)
                if got != expected:
                    wrong.append((answer.frame, expected, got))
    assert wrong == []  # every line of every frame, and none besides


@pytest.mark.parametrize(
    "clip",
    [
        "mdn_frog.mp4",
        *(
            pytest.param(name, marks=pytest.mark.long)
            for name in ("cockatoo.mp4", "bikes.mp4", "mdn_crystal.mp4", "arm_wrestling.mp4")
        ),
    ],
)
def test_film_without_text_has_none(engine: RapidTextEngine, media: Path, clip: str) -> None:
    answers = read(engine, film(media / "video" / clip, seconds=8))
    assert [line.text for answer in answers for line in answer.lines] == []


def lines_of(known: dict[str, Any]) -> list[str]:
    """Return the lines a picture is known to show; none when nobody wrote them down."""
    boxes = [box["text"] for box in known.get("boxes") or () if box["text"]]
    return list(known.get("texts") or ([known["text"]] if known.get("text") else boxes))


def recall(
    engine: RapidTextEngine, media: Path, truth: dict[str, Any], names: list[str]
) -> tuple[int, int, list[str]]:
    """Return lines found, lines expected, and the missed ones."""
    found, expected, missed = 0, 0, []
    for name in names:
        known = truth[name]
        lines = lines_of(known)
        data = (media / name).read_bytes()
        jpeg = data if data[:2] == b"\xff\xd8" else to_jpeg(cv2.imread(str(media / name)))
        answer = UnitReader(engine, None, lambda: None).read(Frame(0, 0, jpeg))
        shown = "\n".join(letters(line.text) for line in answer.lines)
        for line in lines:
            expected += 1
            if letters(line) in shown:
                found += 1
            else:
                missed.append(f"{name}: {line}")
    return found, expected, missed


@pytest.mark.parametrize(
    ("pattern", "language", "least"),
    [
        (r"ocr/(?!rec_|receipt)", "zh", 0.93),
        (r"ocr/(?!rec_|receipt)", "en", 0.75),
        (r"ocr/receipt", "en", 0.85),
        (r"ocr/rec_", "en", 0.8),
    ],
)
def test_lines_of_pictures(
    engine: RapidTextEngine,
    media: Path,
    truth: dict[str, Any],
    pattern: str,
    language: str,
    least: float,
) -> None:
    names = [
        name
        for name, known in truth.items()
        if re.match(pattern, name) and known.get("lang") == language and lines_of(known)
    ]
    assert names
    found, expected, missed = recall(engine, media, truth, names)
    assert found / expected >= least, missed
