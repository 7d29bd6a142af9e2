"""Writes docs/gallery: what functions of production make of pictures of the sample clip.

`python -m scripts.docs_gallery [NAME...]`, from the root, in the development environment,
VIDERE_MODEL_MIRROR naming a folder with the standard models; functions whose models are not there
are left out.
Every picture is made by the function itself, from a frame of the sample clip, whose photographs may
be used freely (NOTICE).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from bench.producing import Maker
from scripts.gallery_edits import edits
from scripts.gallery_films import Bgr, frames_at, stretches
from scripts.gallery_known import producers
from scripts.gallery_sound import sounds
from videre.v1 import production_pb2 as pb

_ROOT: Final = Path(__file__).parents[1]
_FOLDER: Final = _ROOT / "docs" / "gallery"
_SAMPLE: Final = _ROOT / "cli" / "videre" / "cli" / "sample" / "sample.mp4"
#: Photographs in the sample clip: when, seconds, and the columns in rows 46..562.
_SHOWN: Final = {"person": (14.0, 382, 898), "cat": (20.0, 248, 1030), "cup": (27.0, 248, 1030)}
_ROWS: Final = slice(46, 562)
_WIDTH: Final = 480
_QUALITY: Final = 82
_MOST_BYTES: Final = 40_000
_GREEN: Final = (60, 180, 40)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of the gallery: which frame, what is done, in words."""

    name: str
    frame: str
    task: pb.ProductionTask
    words: str


def _shown() -> tuple[Shown, ...]:
    blue = pb.Backdrop(color="#3060a0")
    png = pb.IMAGE_FORMAT_PNG
    return (
        Shown("key_green_screen", "screen",
              pb.ProductionTask(key_green_screen=pb.KeyGreenScreenParams(
                  backdrop=blue, image_format=png)),
              "the colour is found, uneven light and grain are no matter"),
        Shown("matte_portrait", "person",
              pb.ProductionTask(matte_portrait=pb.MattePortraitParams(
                  backdrop=blue, image_format=png)),
              "people cut out by a segmentation model"),
        Shown("beautify_faces", "person",
              pb.ProductionTask(beautify_faces=pb.BeautifyFacesParams(
                  smooth=0.8, whiten=0.5, sharpen=0.5, image_format=png)),
              "smooth .8, whiten .5, sharpen .5"),
        Shown("cartoonize", "cup",
              pb.ProductionTask(cartoonize=pb.CartoonizeParams(image_format=png)),
              "ten steps of luma, outlines at .8"),
        Shown("upscale", "small",
              pb.ProductionTask(upscale=pb.UpscaleParams(factor=4, image_format=png)),
              "four times the rows and columns; before: the nearest pixel"),
        Shown("watermark", "cat",
              pb.ProductionTask(watermark=pb.WatermarkParams(text="Videre 视频", image_format=png)),
              "a text"),
        Shown("reframe", "cat",
              pb.ProductionTask(reframe=pb.ReframeParams(
                  renditions=[pb.Rendition(aspect="9:16")], image_format=png)),
              "3:2 to 9:16, where the picture stands out"),
    )  # fmt: skip


def _frames() -> dict[str, Bgr]:
    whole = frames_at(_SAMPLE, [seconds for seconds, _, _ in _SHOWN.values()])
    found = {
        name: np.ascontiguousarray(frame[_ROWS, left:right])
        for frame, (name, (_, left, right)) in zip(whole, _SHOWN.items(), strict=True)
    }
    found["small"] = np.asarray(
        cv2.resize(found["cat"][100:460, 80:720], (160, 90), interpolation=cv2.INTER_AREA)
    )
    return found


def _before_a_screen(maker: Maker, person: Path) -> Bgr | None:
    """Return the person before an unevenly lit, grainy green screen."""
    if not maker.can("matte_portrait"):
        return None
    task = pb.ProductionTask(matte_portrait=pb.MattePortraitParams())
    (made,) = maker.make(task, {"main": person})
    assert isinstance(made.data, Path)
    cut = cv2.imread(str(made.data), cv2.IMREAD_UNCHANGED)
    assert cut is not None
    rows, columns = cut.shape[:2]
    y, x = np.mgrid[:rows, :columns]
    light = 1.05 - 0.4 * ((x / columns - 0.35) ** 2 + (y / rows - 0.4) ** 2)
    alpha = cut[..., 3:] / 255
    mixed = alpha * cut[..., :3] + (1 - alpha) * light[..., None] * np.array(_GREEN)
    grain = np.random.default_rng(1).normal(0, 2.5, mixed.shape)
    return np.asarray((mixed + grain).clip(0, 255), np.uint8)


def _write(picture: Bgr, path: Path, how: int = cv2.INTER_AREA) -> None:
    height = round(picture.shape[0] * _WIDTH / picture.shape[1])
    size = (_WIDTH, height) if height <= _WIDTH else (_WIDTH * _WIDTH // height, _WIDTH)
    quality = _QUALITY
    while True:
        small = cv2.resize(picture, size, interpolation=how)
        _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if len(data) <= _MOST_BYTES:
            path.write_bytes(bytes(data))
            return
        quality -= 6


def _made(maker: Maker, folder: Path) -> Iterator[Shown]:
    frames, paths = _frames(), {}
    for name, picture in frames.items():
        paths[name] = folder / f"{name}.png"
        cv2.imwrite(str(paths[name]), picture)
    if (screen := _before_a_screen(maker, paths["person"])) is not None:
        frames["screen"], paths["screen"] = screen, folder / "screen.png"
        cv2.imwrite(str(paths["screen"]), screen)
    for one in _shown():
        if not maker.can(one.name) or one.frame not in paths:
            continue
        (made,) = maker.make(one.task, {"main": paths[one.frame]})
        data = made.data if isinstance(made.data, bytes) else made.data.read_bytes()
        after = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert after is not None
        _write(np.asarray(after, np.uint8), _FOLDER / f"{one.name}.jpg")
        how = cv2.INTER_NEAREST if one.frame == "small" else cv2.INTER_AREA
        _write(frames[one.frame], _FOLDER / f"{one.name}-before.jpg", how)
        yield one


def _told() -> dict[str, str]:
    """Return what the page says of each function that it shows."""
    rows = [line.split("|") for line in (_FOLDER / "README.md").read_text("utf-8").splitlines()]
    return {row[1].strip(" `"): row[4].strip() for row in rows if row[1:2] and "`" in row[1]}


def main(names: Sequence[str]) -> None:
    """Write the pictures and their page; of the named functions alone, if any are named."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        maker = Maker(folder / "work")
        more = {
            name: make
            for rows in (producers, edits, sounds)
            for name, make in rows(maker, _SAMPLE, folder).items()
        }
        if unknown := set(names) - more.keys():
            sys.exit(f"drawn with all others only: {', '.join(sorted(unknown))}")
        words = _told() if names else {one.name: one.words for one in _made(maker, folder)}
        plain = () if names else stretches(maker, _SAMPLE)
        chosen = (make() for name, make in more.items() if not names or name in names)
        for one in chain(plain, chosen):
            _write(one.before, _FOLDER / f"{one.name}-before.jpg")
            _write(one.after, _FOLDER / f"{one.name}.jpg")
            words[one.name] = one.words
    rows = [
        f"| `{name}` | ![before]({name}-before.jpg) | ![after]({name}.jpg) | {told} |"
        for name, told in words.items()
    ]
    page = [
        "# Gallery",
        "",
        "What the functions of [production](../production.md) make of the sample clip",
        "and of what is drawn or played for them.",
        "Written by `python -m scripts.docs_gallery`; nothing is retouched.",
        "",
        "| Function | Before | After | |",
        "|---|---|---|---|",
        *rows,
    ]
    (_FOLDER / "README.md").write_text("\n".join(page) + "\n", encoding="utf-8")
    print(f"{len(words)} functions shown: {', '.join(sorted(words))}")


if __name__ == "__main__":
    main(sys.argv[1:])
