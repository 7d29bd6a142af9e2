"""From single signs to what an analysis says of libraries of pictures, hashes and words."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import (
    Analysis,
    EvidenceRef,
    MediaFacts,
    MediaKind,
    Shot,
    StageResult,
    StageState,
    TextKind,
    TextLine,
    Transition,
)
from videre.orchestrator.document.canonical import record_from_json, record_to_json, result_document
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.inputs import Comment, Context
from videre.orchestrator.fusion.people import NO_FACES
from videre.orchestrator.fusion.searched_texts import SearchedText
from videre.orchestrator.library.bind import Shown, bind
from videre.orchestrator.library.entries import (
    HashEntry,
    Marks,
    PictureEntry,
    SamplePicture,
    StoredFeatures,
    WordEntry,
)
from videre.orchestrator.library.hashes import HashList
from videre.orchestrator.library.marks import from_bytes, hash_attributes, part_of, to_bytes
from videre.orchestrator.library.match import hash_matches, picture_matches, word_matches
from videre.orchestrator.library.material import Frame, Material, material_of
from videre.orchestrator.library.pictures import PictureFinder
from videre.orchestrator.library.wanted import HashLibrary, PictureLibrary, WordLibrary
from videre.orchestrator.library.words import WordFinder
from videre.orchestrator.timeline import Timeline

Picture = Callable[..., Marks]
Film = tuple[list[Frame], StoredFeatures]
STEP = NS // 25
CLOCK = Timeline(100 * STEP, [i * STEP for i in range(100)], 100 * STEP, Fraction(25))
FACTS = MediaFacts("d" * 64, 1, MediaKind.VIDEO, "mp4", 100 * STEP)


def pictures(*entries: PictureEntry) -> PictureLibrary:
    return PictureLibrary("places", 3, PictureFinder(entries))


def entry(name: str, *samples: Marks, threshold: int = 5_000) -> PictureEntry:
    shown = tuple(SamplePicture(f"{name}{i}", sample) for i, sample in enumerate(samples))
    return PictureEntry(name, shown, threshold=threshold)


@pytest.fixture
def film(picture: Picture, view: Picture) -> Film:
    """Return frames 0, 10 … 90; 20 and 30 show picture 1."""
    shown = {number: picture(100 + number) for number in range(0, 100, 10)}
    shown[20], shown[30] = view(picture(1), turn=10), view(picture(1), turn=-10, scale=0.7)
    frames, stored = [], {}
    for number, marks in shown.items():
        span = CLOCK.frame_span(number, number + 1)
        ref = EvidenceRef(f"{number:016x}/0", "image", "orb-phash@1", 10_000, span)
        around = CLOCK.frame_span(number, number + 10)
        stored[f"{number}"] = marks.features
        frames.append(
            Frame(ref, around, f"{number}/0", len(marks.features), 640, 360, f"{marks.hash:016x}")
        )
    return frames, stored


def test_frames_in_a_row_make_one_match(film: Film, picture: Picture) -> None:
    (match,) = picture_matches(*film, pictures(entry("wall", picture(1))))
    assert (match.library_id, match.entry_id, match.kind) == ("places", "wall", "pictures")
    assert match.spans == (CLOCK.frame_span(20, 40),)
    assert [box.frame for box in match.boxes] == [20, 30]
    assert {ref.span.start_frame for ref in match.evidence} == {20, 30}
    assert (match.evidence_count, match.sample_id) == (2, "wall0")
    assert all(ref.box for ref in match.evidence)


def test_a_part_of_a_picture_is_found_in_the_whole(picture: Picture) -> None:
    whole = picture(1)
    part = part_of(whole, (2_500, 2_500, 5_000, 5_000))
    assert (part.width, part.height, part.hash) == (320, 180, None)
    assert 0 < len(part.features) < len(whole.features)
    (sighting,) = PictureFinder([entry("part", part)]).find([whole])
    assert sighting.placement.box == (2_500, 2_500, 5_000, 5_000)
    assert len(part_of(whole, (0, 0, 10_000, 10_000)).features) == len(whole.features)
    assert len(part_of(whole, (9_999, 0, 1, 1)).features) == 0


def test_a_library_may_ask_for_more(film: Film, picture: Picture) -> None:
    few = Marks(picture(1).features[:18], 640, 360)
    assert picture_matches(*film, pictures(entry("wall", few, threshold=0)))
    assert not picture_matches(*film, pictures(entry("wall", few, threshold=10_000)))


def test_hashes_find_frames(film: Film, picture: Picture) -> None:
    near = (picture(150).hash or 0) ^ 0b101
    library = HashLibrary("banned", 1, HashList([HashEntry("poster", (near,))]))
    (match,) = hash_matches(film[0], FACTS, library)
    assert match.spans == (CLOCK.frame_span(50, 60),)
    assert match.score == 10_000 - 10_000 * 2 // 64
    assert match.boxes == ()


def texts() -> list[SearchedText]:
    whole = TimeSpan(0, 2 * NS)
    ref = EvidenceRef("s/0", "speech", "asr@1", 9_000, whole)
    words = ((13, 18, NS, NS + STEP, 8_000), (19, 23, NS + STEP, NS + 2 * STEP, 7_000))
    title = EvidenceRef("metadata/title", "metadata", "context@1", 10_000, whole)
    return [
        SearchedText("speech", "we climb the great wall today", whole, 9_000, (ref,), words),
        SearchedText("metadata", "Great Wall", whole, 10_000, (title,)),
    ]


def test_words_have_the_times_at_which_they_are_said() -> None:
    library = WordLibrary("terms", 1, WordFinder([WordEntry("wall", ("Great Wall",))]))
    (said,) = word_matches(texts()[:1], library)
    assert said.spans == (TimeSpan(NS, NS + 2 * STEP),)
    assert said.score == 7_000
    (match,) = word_matches(texts(), library)
    assert match.texts == ("Great Wall", "great wall")
    assert match.modalities == ("metadata", "speech")
    assert match.score == 10_000


def test_the_order_of_everything_is_nothing(film: Film, picture: Picture) -> None:
    frames, stored = film
    entries = [entry(str(i), picture(i)) for i in (1, 110, 140)]
    hashes = [HashEntry(str(i), (picture(i).hash or 0,)) for i in (140, 1)]

    def analysis(seed: int) -> bytes:
        rng = random.Random(seed)
        libraries = [
            pictures(*rng.sample(entries, 3)),
            HashLibrary("banned", 1, HashList(rng.sample(hashes, 2))),
        ]
        rng.shuffle(libraries)
        shown = Shown(NO_FACES, Material(tuple(rng.sample(frames, len(frames)))), stored)
        bound = bind(Analysis(FACTS), shown, libraries)
        assert len(bound.library_matches) == 5
        return result_document(bound)

    assert len({analysis(seed) for seed in range(4)}) == 1


def test_only_a_changed_library_is_asked_again(film: Film, picture: Picture) -> None:
    shown = Shown(NO_FACES, Material(tuple(film[0])), film[1])
    stages = (StageResult("landmarks", StageState.SUCCEEDED),)
    line = TextLine("Great Wall", TimeSpan(0, NS), (), None, 9_000, "en", TextKind.FIXED, ())
    plain = bind(Analysis(FACTS, stages=stages, text_lines=(line,)), shown, [])
    assert plain.stages[0].state is StageState.NOT_CHECKED
    wall = pictures(entry("wall", picture(1)))
    first = bind(plain, shown, [wall], "places")
    assert first.stages[0].state is StageState.SUCCEEDED
    words = WordLibrary("terms", 1, WordFinder([WordEntry("w", ("great wall",))]))
    second = bind(first, Shown(NO_FACES), [wall, words], "terms")  # no frame is needed
    assert [m.library_id for m in second.library_matches] == ["places", "terms"]
    assert second == bind(plain, shown, [wall, words])
    gone = bind(second, shown, [replace(wall, version=4, finder=PictureFinder([]))], "places")
    assert gone.library_matches == ()
    assert gone.stages[0].reason == "NO_SAMPLES"


def test_material_is_made_of_evidence_and_read_back(picture: Picture) -> None:
    marks = picture(1)
    attributes = {"width_px": 6_400_000, "height_px": 3_600_000, "features": 200}
    records = [
        Evidence(
            "landmarks", "orb-phash@1", CLOCK.frame_span(frame, frame + 1), score=10_000,
            attributes=attributes | hash_attributes(marks.hash or 0), embedding="f/0",
            id=f"{frame}/0",
        )
        for frame in (60, 20)
    ]  # fmt: skip
    context = Context("t", "d", (Comment(5, "c"),), ("en",))
    shots = stitched()
    material = material_of(records, shots, context, CLOCK)
    assert [frame.number for frame in material.frames] == [20, 60]
    assert [frame.span for frame in material.frames] == [
        CLOCK.frame_span(0, 40),
        CLOCK.frame_span(40, 100),
    ]
    assert material.frames[0].marks({"f": marks.features}).hash == marks.hash
    assert record_from_json(Material, record_to_json(material)) == material


def test_marks_of_a_sample_are_read_back(picture: Picture) -> None:
    for marks in (picture(1), replace(picture(2, 0), hash=None)):
        again = from_bytes(to_bytes(marks))
        assert (again.width, again.height, again.hash) == (640, 360, marks.hash)
        assert again.features.tobytes() == marks.features.tobytes()


def stitched() -> list[Shot]:
    return [Shot(0, CLOCK.frame_span(0, 100), Transition.START, 10_000)]
