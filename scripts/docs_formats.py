"""Writes docs/formats.md from what the last `make bench NAME=formats` found.

`python scripts/docs_formats.py`; needs nothing but Python.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).parents[1]
ROWS: Final = _ROOT / "build/bench/formats_rows.json"
PAGE: Final = _ROOT / "docs/formats.md"
_HEADS: Final = (
    *("Format", "File", "Made", "Sent as", "Answer", "What it holds, or why not"),
    *("Length", "Frames", "Shots"),
)

_INTRODUCTION: Final = """\
# Formats

<!-- Written by scripts/docs_formats.py from what `make bench NAME=formats` found. -->

Films, sounds and pictures are told by their bytes: any name will do. (Text is read as well: txt,
md, srt, vtt, ass; the name tells the first two.) What is read is what one file holds; **nothing a
file points at is opened**, whether by address or by path, inside an allowed folder or outside.
Every line below was sent through the whole suite; the bench watches a pipe and a listener that the
scripts, lists and projects among them point at, and fails when one is touched.

- *Made*: "real" files were found in the wild; "ffmpeg" and "by hand" ones hold the same film of
  three seconds (75 numbered frames, three shots, three beeps), or a picture or the sound of it. Of
  these the number of frames, every cut and, within 50 ms, the place of every beep in the decoded
  sound are compared with what was made; of real files only that they are opened as what they are.
- *Length*: containers that keep an encoder's lead-in or padding of sound are a little longer.

What to know:

- **Playlists (M3U8, M3U, DASH and others) are refused**, also where all that they name lies inside
  an allowed folder: submit the media that they name.
- **AVS**: AviSynth scripts are programs and are not run. AVS2 video has no decoder here; the older
  AVS video is not opened either, since no free file of it is at hand to test with.
- **RMVB**: RealVideo 1 and 2 are tested; for RealVideo 3 and 4 there is a decoder, but no free
  encoder or file to test it with. **NSV** is tested with MPEG-4 pictures; for its VP6 the same
  holds.
- **SWF**: the video and sound streams are read; drawings and scripts are not played.
- **Encrypted** media (CENC, DRM) are refused: their streams cannot be decoded.
- Bare streams (H.264, HEVC, MPEG video …) have no clock; their frames follow each other at the
  rate that the stream states.

"""


def page(rows: Sequence[dict[str, Any]]) -> str:
    """Return the text of the page."""
    opened = {row["format"] for row in rows if row["answer"] == "opened"}
    counted = f"{len(rows)} files; {len(opened)} formats are opened.\n\n"
    return _INTRODUCTION + counted + _table([_HEADS, *map(_cells, rows)])


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    seconds = "" if row["seconds"] is None else f"{row['seconds']:.2f} s"
    counts = ["" if row[name] is None else str(row[name]) for name in ("frames", "shots")]
    return (
        *(row["format"], f"`{row['file']}`", row["origin"], row["how"]),
        *(row["answer"], row["holds"].replace("|", "\\|"), seconds, *counts),
    )


def _table(rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in rows]
    lines.insert(1, "|" + "---|" * len(_HEADS))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page."""
    if not ROWS.exists():
        sys.exit(f"{ROWS} is not there: run `make bench NAME=formats` first")
    rows = json.loads(ROWS.read_text(encoding="utf-8"))
    wrong = [row["file"] for row in rows if row["wrong"]]
    if wrong:
        sys.exit(f"the bench found wrong answers, which are no documentation: {', '.join(wrong)}")
    PAGE.write_text(page(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
