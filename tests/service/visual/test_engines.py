"""What every visual engine must hold, and what each sees in well-known frames."""

from __future__ import annotations

import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest

from videre.common.engine import EngineRegistry
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.visual.engines.base import FrameEngine, Look, Seen
from videre.visual.pictures import Picture, decode_jpeg
from videre.visual.registry import VisualEngine, visual_engines

onnxruntime: Any = pytest.importorskip("onnxruntime")

pytestmark = pytest.mark.engine

FRAME_ENGINES = (
    ("objects", "yolox-nano"),
    ("classes", "mobilenet-v2"),
    ("faces", "yunet-mobileface"),
    ("faces", "yunet"),
    ("nsfw", "open-nsfw"),
    ("nsfw", "nsfw-mobilenet-v2"),
    ("colors", "lab-clusters"),
    ("frame_conditions", "frame-measures"),
    ("picture_kinds", "picture-measures"),
    ("codes", "zxing-cpp"),
    ("emotion", "mini-xception"),
    ("landmarks", "orb-phash"),
)
every_engine = pytest.mark.parametrize(("feature", "name"), FRAME_ENGINES)
Frames = dict[str, bytes]
Registry = EngineRegistry[VisualEngine]


def acquire(engines: Registry, feature: str, name: str, slot: int = 0) -> FrameEngine:
    (status,) = [
        one for one in engines.describe() if (one.spec.feature, one.spec.name) == (feature, name)
    ]
    loaded = engines.acquire(feature, name, status.spec.version, status.model_digests, slot)
    return cast(FrameEngine, loaded)


def look(engine: FrameEngine, jpeg: bytes) -> Look:
    return engine.look(decode_jpeg(jpeg, 1280))


def plain(seen: tuple[Seen, ...]) -> list[object]:
    """Return what was seen as values that compare exactly."""
    return [
        (one.class_name, one.score, one.box, one.points, dict(one.attributes),
         None if one.embedding is None else one.embedding.tobytes(),
         one.local_features, one.perceptual_hash)
        for one in seen
    ]  # fmt: skip


def best(answer: Look, class_name: str) -> float:
    return max((one.score for one in answer.seen if one.class_name == class_name), default=0.0)


@every_engine
def test_the_answer_to_a_does_not_depend_on_b_before_it(
    engines: Registry, frames: Frames, feature: str, name: str
) -> None:
    engine = acquire(engines, feature, name)
    for a, b in (("astronaut", "bottles"), ("cyclist", "astronaut")):
        first = plain(look(engine, frames[a]).seen)
        look(engine, frames[b])
        assert plain(look(engine, frames[a]).seen) == first


def test_engines_of_one_process_share_the_session_of_a_model(
    models: ModelStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: Counter[str] = Counter()
    own = onnxruntime.InferenceSession

    def counted(model: str, *how: object, **more: object) -> object:
        opened[Path(model).name] += 1
        return own(model, *how, **more)

    monkeypatch.setattr(onnxruntime, "InferenceSession", counted)
    kinds = (("faces", "yunet-mobileface"), ("faces", "yunet"), ("emotion", "mini-xception"))
    files = {"yunet_n_dynamic", "mobileface_256", "emotion_mini_xception"}
    for name in files:  # files of its own: what other tests have opened lies elsewhere
        shutil.copy(models.pull(name), tmp_path)
    fresh = visual_engines(ModelStore(packaged_manifest(), tmp_path))
    for feature, name in kinds:
        for slot in range(2):
            acquire(fresh, feature, name, slot)
    assert opened == {f"{name}.onnx": 1 for name in files}


@every_engine
def test_threads_at_once_answer_as_one_after_the_other(
    engines: Registry, frames: Frames, feature: str, name: str
) -> None:
    jpegs = list(frames.values())
    alone = [plain(look(acquire(engines, feature, name), jpeg).seen) for jpeg in jpegs]

    def work(slot: int) -> list[list[object]]:
        engine = acquire(engines, feature, name, slot)
        return [plain(look(engine, jpeg).seen) for jpeg in jpegs]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(work, (0, 1))) == [alone, alone]


@every_engine
def test_every_answer_keeps_to_the_description(
    engines: Registry, frames: Frames, feature: str, name: str
) -> None:
    engine = acquire(engines, feature, name)
    names = {one.name for one in engine.spec.classes}
    for jpeg in frames.values():
        for one in look(engine, jpeg).seen:
            described = one.embedding is not None or one.local_features
            assert one.class_name in names or (one.class_name == "" and described)
            assert engine.spec.storing_floor <= one.score <= 1
            if one.box is not None:
                assert 0 <= one.box.x <= one.box.x + one.box.width <= 1 + 1e-9
                assert 0 <= one.box.y <= one.box.y + one.box.height <= 1 + 1e-9
            if one.embedding is not None:
                assert float((one.embedding**2).sum()) == pytest.approx(1, abs=1e-4)


def test_objects_are_named_and_placed(engines: Registry, frames: Frames) -> None:
    engine = acquire(engines, "objects", "yolox-nano")
    bottles = [one for one in look(engine, frames["bottles"]).seen if one.score >= 0.5]
    assert [one.class_name for one in bottles] == ["bottle"] * 3
    centres = sorted(one.box.x + one.box.width / 2 for one in bottles if one.box)
    assert centres == pytest.approx([0.15, 0.49, 0.84], abs=0.05)
    assert best(look(engine, frames["astronaut"]), "person") > 0.8
    cyclist = look(engine, frames["cyclist"])
    assert min(best(cyclist, "person"), best(cyclist, "bicycle")) > 0.6


def test_classes_name_the_main_thing(engines: Registry, frames: Frames) -> None:
    engine = acquire(engines, "classes", "mobilenet-v2")
    assert best(look(engine, frames["cockatoo"]), "sulphur-crested cockatoo") > 0.8
    assert look(engine, frames["bottles"]).seen[0].class_name == "water bottle"


def test_ordinary_pictures_are_no_drawings_skies_or_moons(
    engines: Registry, frames: Frames
) -> None:
    engine = acquire(engines, "picture_kinds", "picture-measures")
    for name, jpeg in frames.items():
        assert all(one.score < 0.4 for one in look(engine, jpeg).seen), name


def test_faces_have_points_and_embeddings_and_animals_have_none(
    engines: Registry, frames: Frames
) -> None:
    engine = acquire(engines, "faces", "yunet-mobileface")
    answer = look(engine, frames["astronaut"])
    (face,) = answer.seen
    assert (face.class_name, answer.model_calls) == ("face", 2)
    assert face.score > 0.9
    assert face.attributes["width_px"] > 100
    assert face.embedding is not None
    assert face.embedding.shape == (256,)
    left_eye, right_eye, nose = face.points[0:2], face.points[2:4], face.points[4:6]
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_eye[1] < nose[1]
    for name in ("cockatoo", "bottles", "flower", "frog"):
        assert best(look(engine, frames[name]), "face") < 0.8


def test_faces_are_those_of_the_reference(
    engines: Registry, models: ModelStore, frames: Frames
) -> None:
    engine = acquire(engines, "faces", "yunet")
    path = str(models.path("yunet_n_dynamic"))
    reference = cv2.FaceDetectorYN.create(path, "", (320, 320), 0.5, 0.3, 50)
    count = 0
    for jpeg in frames.values():
        picture = decode_jpeg(jpeg, 1280)
        height, width = picture.base.shape[:2]
        reference.setInputSize((width, height))
        rows = reference.detect(picture.base)[1]
        faces = [] if rows is None else list(np.asarray(rows))
        seen = engine.look(picture).seen
        assert [one.score for one in seen] == pytest.approx([row[14] for row in faces])
        for one, row in zip(seen, faces, strict=True):
            assert one.points == pytest.approx(row[4:14] / np.tile((width, height), 5), abs=1e-5)
            assert one.attributes["width_px"] == pytest.approx(row[2] * picture.width / width)
        count += len(faces)
    assert count >= 2


def test_a_person_is_more_like_herself_than_like_another(engines: Registry, frames: Frames) -> None:
    engine = acquire(engines, "faces", "yunet-mobileface")
    picture = decode_jpeg(frames["astronaut"], 1280)
    mirrored = Picture(picture.bgr[:, ::-1].copy())
    (one,), (same,) = engine.look(picture).seen, engine.look(mirrored).seen
    (other,) = look(engine, frames["signer"]).seen
    assert one.embedding is not None
    assert same.embedding is not None
    assert other.embedding is not None
    assert float(one.embedding @ same.embedding) > 0.45
    assert float(one.embedding @ other.embedding) < 0.35


def test_a_small_face_is_evidence_but_never_a_detection(engines: Registry, frames: Frames) -> None:
    engine = acquire(engines, "faces", "yunet")
    (face,) = [one for one in look(engine, frames["cyclist"]).seen if one.score >= 0.8]
    assert face.class_name == "small_face"
    assert face.attributes["width_px"] < 40
    thresholds = {one.name: one.detection_threshold for one in engine.spec.classes}
    assert thresholds == {"face": 0.8, "small_face": 1.0}


def test_ordinary_frames_are_not_nsfw(engines: Registry, frames: Frames) -> None:
    engine = acquire(engines, "nsfw", "open-nsfw")
    for name, jpeg in frames.items():
        assert best(look(engine, jpeg), "nsfw") < 0.2, name
    assert engine.spec.score_cap == pytest.approx(0.89)


def test_sharp_frames_are_not_blurred_and_their_blurred_copies_are(
    engines: Registry, frames: Frames
) -> None:
    engine = acquire(engines, "frame_conditions", "frame-measures")
    for name, jpeg in frames.items():
        picture = decode_jpeg(jpeg, 1280)
        sigma = 5 * max(picture.width, picture.height) / 512
        soft = Picture(np.asarray(cv2.GaussianBlur(picture.bgr, (0, 0), sigma), dtype=np.uint8))
        assert best(engine.look(picture), "blurred") < 0.3, name
        assert best(engine.look(soft), "blurred") > 0.7, name
