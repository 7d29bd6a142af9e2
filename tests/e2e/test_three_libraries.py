"""One job through NeMo, MMDetection and MMOCR at once, each in an environment of its own.

Their models are made on the spot: they have learned the sentences, shapes and digits of this film.
The test proves the path, prints what it costs on this machine, and says nothing of accuracy.
VIDERE_NEMO_PYTHON, VIDERE_VISUAL_PYTHON and VIDERE_OCR_PYTHON name the environments.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import cv2
import made_nemo
import numpy as np
import pytest
from running import ALL, Processes, processes
from torch_made import models_of, python_of

from videre.client import Videre
from videre.v1 import analysis_pb2, job_pb2

pytestmark = [pytest.mark.e2e, pytest.mark.torch]
END_S = 1_200.0
LIBRARIES = {"asr": "NeMo", "visual": "MMDetection", "ocr": "MMOCR"}
PINS = {"speech": "by-heart", "objects": "mmdetection", "text": "mmocr"}
CAPTION = "40718"
SIDE, RATE, SPOKEN = 256, 8, 3

needed = pytest.mark.skipif(
    not all(map(python_of, ("nemo", "visual", "ocr"))),
    reason="VIDERE_NEMO_PYTHON, VIDERE_VISUAL_PYTHON and VIDERE_OCR_PYTHON name no environments",
)


@dataclass(frozen=True)
class Cost:
    """What a process and all that it started have used: CPU-seconds, resident megabytes."""

    cpu_s: float
    rss_mb: int


@made_nemo.needed
@needed
def test_three_libraries_understand_a_film_in_one_job(tmp_path: Path) -> None:
    spoken = made_nemo.make(tmp_path, "spoken")
    film, seconds = _film(tmp_path / "film.mkv", list(spoken.said.values())[:SPOKEN])
    settings = {
        "VIDERE_ASR_PYTHON": os.environ[made_nemo.PYTHON],
        "VIDERE_NEMO_MODELS": f"by-heart=en:{spoken.checkpoint('spoken')}",
        "VIDERE_MMDET_CHECKPOINT": str(models_of("visual", "detectors") / "shapes.pth"),
        "VIDERE_MMOCR_DET_CHECKPOINT": str(models_of("ocr", "readers") / "finder.pth"),
        "VIDERE_MMOCR_REC_CHECKPOINT": str(models_of("ocr", "readers") / "digits.pth"),
        "VIDERE_STAGE_PATIENCE": "600",
    }
    began = time.monotonic()
    with (
        processes(tmp_path, *ALL, **settings) as running,
        Videre(running.ports.target("orchestrator")) as client,
    ):
        healthy_s = time.monotonic() - began
        before = _costs(running)
        first = _analysed(client, film)
        ready, job_s = _costs(running), time.monotonic() - began - healthy_s
        again, again_s = _film(tmp_path / "again.mkv", list(spoken.said.values())[SPOKEN:])
        second = _analysed(client, again)
        after = _costs(running)
    for found in (first, second):
        assert {pin.feature: pin.engine for pin in found.engines if pin.feature in PINS} == PINS
        assert {one.class_name for one in found.objects} == {"circle", "square", "triangle"}
        assert CAPTION in {one.text for one in found.text_lines}
    words = " ".join(one.text for one in first.utterances).split()
    assert set(words) & set(" ".join(made_nemo.SENTENCES[:SPOKEN]).split())
    print(f"\nhealthy after {healthy_s:.1f} s, first job {job_s:.1f} s, film of {seconds:.1f} s")
    for name, cost in after.items():
        print(
            f"{name}{f' ({LIBRARIES[name]})' if name in LIBRARIES else ''}: "
            f"{before[name].cpu_s:.1f} CPU-s until healthy, "
            f"{ready[name].cpu_s - before[name].cpu_s:.1f} by the first job with loading, then "
            f"{(cost.cpu_s - ready[name].cpu_s) / again_s:.3f} per second of film; "
            f"{cost.rss_mb} MB"
        )


def _analysed(client: Videre, film: Path) -> Any:
    request = job_pb2.SubmitJobRequest(features=list(PINS))
    request.inputs.add(uri=film.as_uri())
    request.context.language_hints.append("en")
    for feature, engine in PINS.items():
        request.engine_pins.add(feature=feature, engine=engine)
    job = client.submit_request(request).job
    ended = client.wait(job.job_id, timeout_s=END_S)
    assert ended.state == job_pb2.JOB_STATE_SUCCEEDED, ended
    return client.query(job.job_id, view=analysis_pb2.ANALYSIS_VIEW_FULL).analysis


def _film(path: Path, said: list[Any]) -> tuple[Path, float]:
    """Write three shapes over a caption for as long as the sentences take; return its seconds."""
    sys.path.append(str(Path(__file__).parents[1] / "torch_models"))
    from shapes import draw

    gap = np.zeros(made_nemo.RATE, np.int16)
    sound = np.concatenate([part for one in said for part in (gap, one)] + [gap])
    seconds = len(sound) / made_nemo.RATE
    bgr = np.random.default_rng(4).integers(30, 60, (SIDE, SIDE, 3)).astype(np.uint8)
    draw(bgr, 1, (60, 56), 36, [230, 160, 160])
    draw(bgr, 0, (190, 60), 36, [160, 240, 170])
    draw(bgr, 2, (126, 140), 36, [170, 160, 250])
    cv2.putText(bgr, CAPTION, (60, 230), (240, 240, 240), cv2.FontFace("uni"), 32, 500)
    with av.open(str(path), "w") as container:
        options = {"preset": "ultrafast", "crf": "12", "g": "8", "threads": "1"}
        video: Any = container.add_stream("libx264", rate=RATE, options=options)
        video.width, video.height, video.pix_fmt = SIDE, SIDE, "yuv420p"
        audio: Any = container.add_stream("pcm_s16le", rate=made_nemo.RATE, layout="mono")
        for _ in range(round(seconds * RATE)):
            container.mux(video.encode(av.VideoFrame.from_ndarray(bgr, format="bgr24")))
        container.mux(video.encode(None))
        heard = av.AudioFrame.from_ndarray(sound[None], format="s16", layout="mono")
        heard.sample_rate, heard.pts = made_nemo.RATE, 0
        container.mux(audio.encode(heard))
        container.mux(audio.encode(None))
    return path, seconds


def _costs(running: Processes) -> dict[str, Cost]:
    """Return what each process has used; each leads a session that all it starts belongs to."""
    tick, used = os.sysconf("SC_CLK_TCK"), {name: Cost(0.0, 0) for name in ALL}
    sessions = {running.pid(name): name for name in ALL}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            pages = int((folder / "statm").read_text().split()[1])
        except OSError:
            continue  # it has ended meanwhile
        name = sessions.get(int(fields[3]))
        if name is not None:
            ticks = sum(int(value) for value in fields[11:15])
            megabytes = pages * os.sysconf("SC_PAGE_SIZE") >> 20
            used[name] = Cost(used[name].cpu_s + ticks / tick, used[name].rss_mb + megabytes)
    return used
