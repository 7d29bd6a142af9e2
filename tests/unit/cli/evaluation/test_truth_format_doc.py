"""The examples of docs/truth_format.md are read as the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from videre.cli.evaluation.truth import Span, Truth, load_set

PAGE = Path(__file__).parents[4] / "docs" / "truth_format.md"
EXAMPLES = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)


def loaded(folder: Path, text: str) -> dict[str, Truth]:
    """Load an example, with an empty file for each of its media."""
    data = json.loads(text)
    for name in (*data.get("files", ()), *([data["demo"]["file"]] if "demo" in data else ())):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / "truth.json").write_text(text, encoding="utf-8")
    return {truth.name: truth for truth in load_set(folder)}


def test_the_files_of_the_example(tmp_path: Path) -> None:
    truths = loaded(tmp_path, EXAMPLES[0])
    street, speech = truths["clips/street.mp4"], truths["speech_en/reader-1.wav"]
    assert (street.cuts, street.fades, street.ordinary) == ((75, 210), None, True)
    assert street.text_free == (Span(0.0, 12.4),)
    assert truths["pictures/sign.jpg"].lines == ("Way out", "Platform 2")
    assert (speech.group, speech.speech) == ("speech_en/reader", (Span(0.4, 8.7),))
    assert truths["music/loop.wav"].bpm == 120
    assert [event.name for event in truths["sounds/dog-1.wav"].events] == ["dog"]


def test_the_film_of_the_example(tmp_path: Path) -> None:
    film = loaded(tmp_path, EXAMPLES[1])["film.mp4"]
    assert film.transcript == "hello there"
    assert film.captions is not None
    assert [caption.text for caption in film.captions] == ["A title"]
    assert film.text_free == (Span(4.0, 8.0),)
    assert film.speech == (Span(3.0, 8.0),)
