"""From an analysis to moments."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS, TimeSpan
from videre.orchestrator import document as d
from videre.orchestrator.document import Analysis, EvidenceRef, MediaFacts, MediaKind, Shot
from videre.orchestrator.evidence import Word
from videre.orchestrator.search.model import Field, Moment
from videre.orchestrator.search.moments import moments
from videre.orchestrator.search.stretches import Places, Stretch, stretches

FILM = MediaFacts("0" * 64, 1, MediaKind.VIDEO, "mp4", 60 * NS)
NAMES = {("lib", "e1"): "Ann Lee"}


def span(start_s: float, end_s: float) -> TimeSpan:
    return TimeSpan(int(start_s * NS), int(end_s * NS))


def ref(name: str, at: TimeSpan) -> EvidenceRef:
    return EvidenceRef(name, "image", "x@1", 9_000, at)


def shot(index: int, start_s: float, end_s: float) -> Shot:
    return Shot(index, span(start_s, end_s), d.Transition.CUT, 9_000, f"{index}" * 64)


def of(moment: Moment, field: Field) -> list[str]:
    return [one.value or one.text for one in moment.passages if one.field is field]


def spoken(*words: tuple[str, float]) -> d.Utterance:
    heard = tuple(Word(text, int(at * NS), int(at * NS) + NS // 2, 9_000) for text, at in words)
    whole = span(words[0][1], words[-1][1] + 0.5)
    text = " ".join(text for text, _ in words)
    return d.Utterance(whole, text, heard, "en", d.Understanding.UNDERSTOOD, 9_000, ())


def test_statements_stand_in_the_moments_that_they_hold_in() -> None:
    near, far = ref("a/1", span(1, 2)), ref("a/2", span(25, 26))
    dog = d.Label("animal.dog", 3, "animal.pet", 8_000, 0, 0, (span(0, 4), span(22, 30)), (),
                  (near, far), 2)  # fmt: skip
    mood = d.Mood(span(0, 10), d.MoodKind.PLEASURE, 1, 1, 5_000, (), (), 0)
    person = d.Person("p1", (span(11, 12),), 9_000, 1, 1, (), 1, "", None, (), 0, None, ())
    match = d.LibraryMatch("lib", "e1", "persons", 9_000, (span(11, 12),), "p1")
    line = d.TextLine("EXIT", span(9, 31), (), None, 9_000, "en", d.TextKind.FIXED, ())
    found = moments(
        Analysis(FILM, shots=(shot(0, 0, 10), shot(1, 10, 20), shot(2, 20, 60)), labels=(dog,),
                 moods=(mood,), people=(person,), library_matches=(match,), text_lines=(line,)),
        NAMES,
    )  # fmt: skip
    assert [(m.start_ns // NS, m.end_ns // NS, m.shot) for m in found] == [
        (0, 60, None), (0, 10, 0), (10, 20, 1), (20, 40, 2), (40, 60, 2),
    ]  # fmt: skip
    assert [of(m, Field.TAG) for m in found] == [[], ["animal.dog"], [], ["animal.dog"], []]
    tags = [one for m in found for one in m.passages if one.field is Field.TAG]
    assert [one.evidence for one in tags] == [("a/1",), ("a/2",)]
    assert of(found[1], Field.MOOD) == ["pleasure"]
    assert of(found[2], Field.PERSON) == ["lib/e1", "p1"]
    assert "Ann Lee" in [one.text for one in found[2].passages]
    assert [bool(of(m, Field.SHOWN)) for m in found] == [False, False, True, True, False]
    assert [m.picture[:1] for m in found] == ["0", "0", "1", "2", "2"]


def test_what_is_said_over_a_cut_is_cut_between_words() -> None:
    shots = (shot(0, 0, 10), shot(1, 10, 20))
    said = spoken(("the", 8), ("red", 9), ("car", 10.5), ("stops", 12))
    unheard = d.Utterance(span(8, 12), "the red car", (), "en", d.Understanding.UNDERSTOOD, 1, ())
    doubted = d.Utterance(span(8, 12), "guess", (), "en", d.Understanding.UNCERTAIN, 1, ())
    found = moments(Analysis(FILM, shots=shots, utterances=(said, unheard, doubted)), NAMES)
    assert of(found[1], Field.SAID) == ["the red", "the red car"]
    assert of(found[2], Field.SAID) == ["car stops"]
    assert [one.joins for m in found for one in m.passages] == [False, False, True]
    assert found[2].passages[0].start_ns == int(10.5 * NS)


def test_pictures_are_one_moment_and_texts_are_cut_between_lines() -> None:
    picture = MediaFacts("0" * 64, 1, MediaKind.IMAGE, "jpeg", 0)
    label = d.Label("animal.dog", 3, "animal.pet", 8_000, 0, 0, (span(0, 0),), (), (), 0)
    found = moments(Analysis(picture, labels=(label,)), NAMES)
    assert [of(m, Field.TAG) for m in found] == [["animal.dog"]]
    text = MediaFacts("0" * 64, 1, MediaKind.TEXT, "txt", 0, characters=2_500)
    lines = tuple(
        d.TextLine(f"line{i}", TimeSpan(i * 500, i * 500 + 490), (), None, 9_000, "en",
                   d.TextKind.UNKNOWN, ())
        for i in range(5)
    )  # fmt: skip
    found = moments(Analysis(text, text_lines=lines), NAMES)
    assert [of(m, Field.SHOWN) for m in found] == [
        [], ["line0", "line1", "line2"], ["line3", "line4"],
    ]  # fmt: skip
    assert found[-1].end_ns == 2_500


@given(st.integers(0, 10**12), st.lists(st.integers(1, 10**11), max_size=6))
def test_moments_fill_what_they_are_cut_from(length: int, lengths: list[int]) -> None:
    shots, at = [], 0
    for index, one in enumerate(lengths):
        shots.append(Shot(index, TimeSpan(at, at + one), d.Transition.CUT, 0))
        at += one
    media = MediaFacts("0" * 64, 1, MediaKind.VIDEO, "mp4", at if lengths else length)
    found = stretches(media, shots, ())
    assert sum(one.end_ns - one.start_ns for one in found) == media.duration_ns
    assert all(0 < one.end_ns - one.start_ns <= 30 * NS for one in found)
    assert all(a.end_ns == b.start_ns for a, b in pairwise(found))


@given(st.integers(0, 100), st.integers(0, 40))
def test_every_span_inside_belongs_to_a_moment(start: int, length: int) -> None:
    places = Places([Stretch(0, 30), Stretch(30, 31), Stretch(31, 100)])
    shared = places.shared(TimeSpan(start, start + length))
    assert bool(shared) == (start < 100)
    assert shared == sorted(set(shared))
    at = places.at(start)
    assert (at is None) == (start >= 100)
    if not length and at is not None:
        assert shared == [at]
