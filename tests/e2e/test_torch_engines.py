"""Jobs with engines of torch, through all processes; where their environments are.

VIDERE_ASR_PYTHON and VIDERE_VISUAL_PYTHON name their Pythons; see docs/engines.md.
"""

from __future__ import annotations

import os
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import synth
from running import processes
from torch_made import models_of

from videre.client import Videre
from videre.v1 import analysis_pb2, job_pb2, search_pb2

pytestmark = [pytest.mark.e2e, pytest.mark.torch]
FULL = analysis_pb2.ANALYSIS_VIEW_FULL
END_S = 300.0


def needs(name: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not os.environ.get(name), reason=f"{name} names no environment")


@needs("VIDERE_VISUAL_PYTHON")
def test_shots_of_small_frames_are_the_same_in_chunks_of_any_size(tmp_path: Path) -> None:
    """Units of 20 s, chunks of one and of three; a cut where two units meet and one elsewhere."""
    clip = synth.Clip("film.mp4", 500, size=(128, 72), rate=Fraction(12), cuts=(100, 240, 301),
                      encoder=(("preset", "ultrafast"), ("g", "24")))  # fmt: skip
    found = []
    for units in (1, 3):  # an installation each: evidence of the first would answer the second
        folder = tmp_path / str(units)
        folder.mkdir()
        film = synth.make(clip, folder)
        with (
            processes(folder, "visual", "orchestrator") as running,
            Videre(running.ports.target("orchestrator")) as client,
        ):
            request = job_pb2.SubmitJobRequest(features=["shots"])
            request.inputs.add(uri=film.as_uri())
            request.engine_pins.add(feature="shots", engine="transnetv2")
            request.options.units_per_chunk = units
            job = client.submit_request(request).job
            ended = client.wait(job.job_id, timeout_s=END_S)
            assert ended.state == job_pb2.JOB_STATE_SUCCEEDED, ended
            found.append(client.query(job.job_id, view=FULL).analysis)
    shots = [[shot.span.start_frame for shot in analysis.shots] for analysis in found]
    assert shots == [[0, 100, 240, 301]] * 2
    assert len({analysis.result_digest for analysis in found}) == 1
    (pin,) = [pin for pin in found[0].engines if pin.feature == "shots"]
    assert pin.engine == "transnetv2"


@needs("VIDERE_VISUAL_PYTHON")
def test_objects_of_a_detector_of_one_s_own_are_seen_and_mean_what_an_overlay_says(
    tmp_path: Path,
) -> None:
    """A film of three large shapes; the triangle is mapped, the others are not and are not lost."""
    overlay = tmp_path / "shapes.toml"
    overlay.write_text(_OVERLAY)
    settings = {
        "VIDERE_MMDET_CHECKPOINT": str(models_of("visual", "detectors") / "shapes.pth"),
        "VIDERE_TAXONOMY_OVERLAYS": str(overlay),
    }
    film = _film_of_shapes(tmp_path / "shapes.mp4")
    with (
        processes(tmp_path, "visual", "orchestrator", **settings) as running,
        Videre(running.ports.target("orchestrator")) as client,
    ):
        request = job_pb2.SubmitJobRequest(features=["objects"])
        request.inputs.add(uri=film.as_uri())
        request.engine_pins.add(feature="objects", engine="mmdetection")
        job = client.submit_request(request).job
        ended = client.wait(job.job_id, timeout_s=END_S)
        assert ended.state == job_pb2.JOB_STATE_SUCCEEDED, ended
        analysis = client.query(job.job_id, view=FULL).analysis
    (pin,) = [pin for pin in analysis.engines if pin.feature == "objects"]
    assert pin.engine == "mmdetection"
    assert {one.class_name for one in analysis.objects} == {"circle", "square", "triangle"}
    assert "shape.triangle" in {label.node_id for label in analysis.labels}


@needs("VIDERE_VISUAL_PYTHON")
def test_pictures_are_found_by_words(tmp_path: Path) -> None:
    """Three pictures of one colour, and a CLIP that has learned the names of these colours."""
    import cv2
    import numpy as np

    made, shades = models_of("visual", "joint"), {"red": (40, 40, 200), "green": (60, 180, 40)}
    settings = {
        "VIDERE_OPEN_CLIP_CHECKPOINT": str(made / "colours.pt"),
        "VIDERE_OPEN_CLIP_MODEL": str(made / "colours.json"),
    }
    with (
        processes(tmp_path, "visual", "orchestrator", **settings) as running,
        Videre(running.ports.target("orchestrator")) as client,
    ):
        media = {}
        for name, shade in shades.items():
            picture = tmp_path / f"{name}.png"
            cv2.imwrite(str(picture), np.full((60, 80, 3), shade, np.uint8))
            request = job_pb2.SubmitJobRequest(features=["classes"])
            request.inputs.add(uri=picture.as_uri())
            request.engine_pins.add(feature="classes", engine="open-clip")
            job = client.submit_request(request).job
            ended = client.wait(job.job_id, timeout_s=END_S)
            assert ended.state == job_pb2.JOB_STATE_SUCCEEDED, ended
            media[name] = ended.media_id
        found = {
            name: client.search.similar(
                search_pb2.FindSimilarMomentsRequest(text=f"a photo of a {name} wall.")
            )
            for name in shades
        }
    for name, answer in found.items():
        assert answer.engine.startswith("open-clip@")
        assert answer.media[0].media_id == media[name]
        assert answer.media[0].score > 0.5


@needs("VIDERE_ASR_PYTHON")
def test_utterances_say_who_speaks(tmp_path: Path) -> None:
    media = os.environ.get("VIDERE_TEST_MEDIA")
    if not media:
        pytest.skip("VIDERE_TEST_MEDIA names no folder with test media")
    talk = _talk(Path(media) / "speech_en", tmp_path)
    with (
        processes(tmp_path, "asr", "orchestrator") as running,
        Videre(running.ports.target("orchestrator")) as client,
    ):
        request = job_pb2.SubmitJobRequest(features=["diarization"])
        request.inputs.add(uri=talk.as_uri())
        job = client.submit_request(request).job
        ended = client.wait(job.job_id, timeout_s=END_S)
        assert ended.state == job_pb2.JOB_STATE_SUCCEEDED, ended
        analysis = client.query(job.job_id, view=FULL).analysis
    speakers = [utterance.speaker_id for utterance in analysis.utterances]
    turns = [name for at, name in enumerate(speakers) if at == 0 or speakers[at - 1] != name]
    assert turns == ["speaker_1", "speaker_2", "speaker_1", "speaker_2"]


_OVERLAY = """
[level1]
"shape" = { en = "Shape", zh-Hans = "形状" }
[level2]
"shape.flat" = { parent = "shape", en = "Flat shape", zh-Hans = "平面形状", spoken = false }
[level3]
"shape.triangle" = { parent = "shape.flat", en = "Filled triangle", zh-Hans = "实心三角形" }
[mappings.shapes]
feature = "objects"
[mappings.shapes.nodes]
"shape.triangle" = ["triangle"]
"""


def _film_of_shapes(path: Path) -> Path:
    """Write ten seconds of a square, a circle and a triangle that stand still."""
    import av
    import numpy as np

    sys.path.append(str(Path(__file__).parents[1] / "torch_models"))
    from shapes import draw

    bgr = np.random.default_rng(4).integers(60, 100, (128, 128, 3)).astype(np.uint8)
    draw(bgr, 1, (36, 36), 20, [230, 160, 160])
    draw(bgr, 0, (92, 40), 20, [160, 240, 170])
    draw(bgr, 2, (64, 96), 20, [170, 160, 250])
    with av.open(str(path), "w") as container:
        options = {"preset": "ultrafast", "crf": "12", "g": "8", "threads": "1"}
        stream: Any = container.add_stream("libx264", rate=8, options=options)
        stream.width, stream.height, stream.pix_fmt = 128, 128, "yuv420p"
        for _ in range(80):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(bgr, format="bgr24")))
        container.mux(stream.encode(None))
    return path


def _talk(folder: Path, target: Path) -> Path:
    """Write two readers in turn, a second of silence between them."""
    import av
    import numpy as np

    parts = []
    for name in ("LJ001-0002", "sb_spk1_snt1", "LJ001-0008", "sb_spk1_snt2"):
        with av.open(str(folder / f"{name}.wav")) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=48_000)
            heard = [f for frame in container.decode(audio=0) for f in resampler.resample(frame)]
            parts += [np.zeros(48_000, np.float32)]
            parts += [frame.to_ndarray().reshape(-1) for frame in heard]
    sound = synth.Sound(np.concatenate(parts), codec="pcm_s16le")
    return synth.make(synth.Clip("talk.mkv", 0, sounds=(sound,)), target)
