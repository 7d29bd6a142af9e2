"""Moods against what is known: sides of 0, and none where none is felt."""

from __future__ import annotations

from pathlib import Path

from bench.constructed.mood_media import mood_documents, mood_sounds, mood_texts
from bench.measures.moods import ToldMood, mood_figures


def told(side: int, valence: float, route: str = "documents") -> ToldMood:
    return ToldMood("a film", route, "en", side, valence)


def test_a_mood_is_right_turned_round_invented_or_missed() -> None:
    answers = [told(1, 0.5), told(-1, 0.3), told(0, -0.4, "captions"), told(-1, 0.1), told(0, 0)]
    found = {figure.name: figure for figure in mood_figures(answers, [told(0, 0.6), told(0, 0)])}
    assert found["moods: right"].value == 0.4
    assert found["moods: right, captions"].value == 0
    assert found["moods: right, documents"].value == 0.5
    assert found["moods: the wrong way round"].value == 1
    assert found["moods: told of neutral media"].value == 1
    assert found["moods: told of media as they come"].value == 1
    (case,) = found["moods: the wrong way round"].cases
    assert (case.expected, case.got) == ("unpleasant", "valence +0.30")


def test_texts_are_balanced_and_written_as_documents(tmp_path: Path) -> None:
    texts = mood_texts()
    counts = {(text.language, text.side) for text in texts}
    assert len(counts) == 6
    assert len(texts) == 2 * len(counts)
    first, *_ = mood_documents(texts, tmp_path)
    assert first.path.read_text("utf-8").split("\n\n")[0] == texts[0].sentences[0]


def test_recordings_are_known_by_their_names(tmp_path: Path) -> None:
    for name in ("laughter_2.wav", "crying.ogg", "notes.txt"):
        (tmp_path / name).touch()
    assert [(media.path.stem, media.side) for media in mood_sounds(tmp_path)] == [
        ("crying", -1), ("laughter_2", 1),
    ]  # fmt: skip
