"""What each model of ONNX is asked to do here, by its own engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from bench.runtime.base import Work
from bench.runtime.hearing import (
    events_right,
    largest,
    named,
    opinions,
    speech,
    speech_changed,
    speech_wrong,
    windows_changed,
)
from bench.runtime.making import (
    SPLEETER,
    mattes,
    mattes_changed,
    pages_changed,
    read,
    voices,
    voices_changed,
    voices_right,
    wrong_letters,
)
from bench.runtime.pictures import (
    Looks,
    boxes_changed,
    classes_right,
    faces_changed,
    faces_named,
    looks,
    score_changed,
    top_changed,
)
from videre.visual.engines.base import FrameEngine
from videre.visual.engines.classes import MobileNetV2
from videre.visual.engines.emotion import MiniXception
from videre.visual.engines.faces import YuNet, YuNetMobileFace
from videre.visual.engines.nsfw import NsfwMobileNet, OpenNsfw
from videre.visual.engines.objects import YoloxNano

#: Nothing unsafe is in the set: how 8 bits change the scores of what matters is not known.
_UNSAFE: Final = "no unsafe pictures to compare"
_YUNET: Final = "yunet_n_dynamic"
_TEXT: Final = ("ppocrv6_det_small", "ppocrv6_rec_small")


def _pictures(
    make: Callable[[], FrameEngine], model: str, *before: str, **kind: Any
) -> Work[Looks]:
    return Work((*before, model), (model,), looks(make), **kind)


_QUICK: Final = {"yolox_nano", "mobileface_256", "silero_vad_sequence", "yamnet_spectra"}
#: All of them.
WORKS: Final[tuple[Work[Any], ...]] = (
    _pictures(
        YoloxNano, "yolox_nano", change=boxes_changed, changed="boxes", equal=0.02,
        right=classes_right,
    ),
    _pictures(
        MobileNetV2, "mobilenet_v2_imagenet", change=top_changed, changed="likeliest class",
        equal=0.02,
    ),
    _pictures(YuNet, _YUNET, change=boxes_changed, changed="boxes", equal=0.02),
    _pictures(
        YuNetMobileFace, "mobileface_256", _YUNET, change=faces_changed, changed="1 - cosine",
        equal=0.01,
    ),
    _pictures(
        MiniXception, "emotion_mini_xception", _YUNET, change=faces_named, changed="expressions",
        equal=0.02,
    ),
    _pictures(
        OpenNsfw, "open_nsfw", change=score_changed, changed="largest score", equal=0.02,
        unproven=_UNSAFE,
    ),
    _pictures(
        NsfwMobileNet, "nsfw_mobilenet_v2", change=score_changed, changed="largest score",
        equal=0.02, unproven=_UNSAFE,
    ),
    Work(
        _TEXT, _TEXT, read, pages_changed, "letters", 0.005, wrong_letters, 0.001, flushed=True
    ),
    Work(
        ("silero_vad_sequence",), ("silero_vad_sequence",), speech, speech_changed, "time", 0.01,
        speech_wrong, 0.002,
    ),
    Work(
        ("yamnet_spectra",), ("yamnet_spectra",), named, windows_changed, "likeliest class", 0.02,
        events_right,
    ),
    Work(("dnsmos",), ("dnsmos",), opinions, largest, "largest opinion", 0.05, slow=True),
    Work(
        ("selfie_segmentation",), ("selfie_segmentation",), mattes, mattes_changed, "1 - IoU",
        0.01,
    ),
    Work(
        SPLEETER, SPLEETER[:1], voices, voices_changed, "power", 0.01, voices_right, 0.1, slow=True
    ),
)  # fmt: skip

#: Those of a quick run.
QUICK_WORKS: Final = tuple(work for work in WORKS if _QUICK & {*work.measured})
