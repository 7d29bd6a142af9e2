"""Sample pictures, picture hashes and words added later: finished jobs say so."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from calling import BUSY_S, TIMEOUT_S, Api, bound, refused, until

from videre.v1 import analysis_pb2, feedback_pb2, job_pb2, media_pb2
from videre.v1 import library_pb2 as pb

pytestmark = pytest.mark.engine

CLIPS = ("flower.mp4", "bikes.mp4")
#: Where a frame of a clip becomes a sample, seconds.
_AT_S = 1.25
#: A label that no engine gives the clips.
NODE = "plant.houseplant"


@pytest.fixture(scope="module")
def api(request: pytest.FixtureRequest) -> Api:
    if not os.environ.get("VIDERE_TEST_MEDIA"):
        pytest.skip("VIDERE_TEST_MEDIA names no folder")
    api: Api = request.getfixturevalue("seeing_api")
    return api


@pytest.fixture(scope="module")
def media(api: Api) -> dict[str, str]:
    """Ids of clips that were analysed before there was any library, by name."""
    folder = Path(os.environ["VIDERE_TEST_MEDIA"]) / "video"
    submitted = {}
    for clip in CLIPS:
        request = job_pb2.SubmitJobRequest(features=["landmarks"])
        request.inputs.add(uri=f"file://{folder / clip}")
        request.context.title = f"The Great Wall, {clip}"
        submitted[clip] = api.submit(request).job.job_id
    ended = {clip: api.end_of(job_id, BUSY_S) for clip, job_id in submitted.items()}
    assert all(job.state == job_pb2.JOB_STATE_SUCCEEDED for job in ended.values()), ended
    return {clip: job.media_id for clip, job in ended.items()}


def analysis(api: Api, media_id: str, revision: int = 0) -> analysis_pb2.Analysis:
    request = media_pb2.GetAnalysisRequest(
        media_id=media_id, revision=revision, view=analysis_pb2.ANALYSIS_VIEW_FULL
    )
    return api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis


def landmarks(found: analysis_pb2.Analysis) -> analysis_pb2.Stage:
    return next(stage for stage in found.stages if stage.name == "landmarks")


def cut_and_turned(clip: str) -> bytes:
    """Return a part of a frame of a clip, turned by 15°, smaller and re-encoded."""
    with av.open(str(Path(os.environ["VIDERE_TEST_MEDIA"]) / "video" / clip)) as container:
        later = (frame for frame in container.decode(video=0) if (frame.time or 0) >= _AT_S)
        frame = next(later).to_ndarray(format="bgr24")
    height, width = frame.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 15, 1)
    turned = cv2.warpAffine(frame, turn, (width, height))
    part = turned[height // 5 : height * 4 // 5, width // 5 : width * 4 // 5]
    return jpeg(cv2.resize(part, None, fx=0.8, fy=0.8, interpolation=cv2.INTER_AREA))


def jpeg(picture: Any) -> bytes:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 60])
    return bytes(data)


def create(api: Api, library_id: str, kind: pb.LibraryKind.ValueType) -> None:
    request = pb.CreateLibraryRequest(library_id=library_id, kind=kind)
    api.libraries.CreateLibrary(request, timeout=TIMEOUT_S)


def name_node(
    api: Api, library_id: str, entry_id: str, node_id: str, refused_field: str = ""
) -> None:
    """Give an entry a node, which is refused where a field is named."""
    request = pb.UpdateLibraryEntryRequest(
        library_id=library_id, entry_id=entry_id, node_id=node_id
    )
    if refused_field:
        error = refused(lambda: api.libraries.UpdateLibraryEntry(request, timeout=TIMEOUT_S))
        assert error.fields == (refused_field,)
    else:
        api.libraries.UpdateLibraryEntry(request, timeout=TIMEOUT_S)


def add(api: Api, library_id: str, *entries: pb.NewLibraryEntry) -> None:
    """Add entries and wait until they were looked for everywhere."""
    request = pb.AddLibraryEntriesRequest(library_id=library_id, entries=entries)
    api.libraries.AddLibraryEntries(request, timeout=TIMEOUT_S)
    bound(api, library_id)


def test_a_sample_picture_is_found_in_what_was_analysed_before(
    api: Api, media: dict[str, str]
) -> None:
    before = landmarks(analysis(api, media["flower.mp4"]))
    assert before.state == analysis_pb2.STAGE_STATE_NOT_CHECKED
    assert before.reason == "NO_SAMPLES"
    create(api, "things", pb.LIBRARY_KIND_PICTURES)
    sample = pb.NewLibrarySample(picture=cut_and_turned("flower.mp4"))
    add(api, "things", pb.NewLibraryEntry(entry_id="flower", name="A flower", samples=[sample]))
    found, other = analysis(api, media["flower.mp4"]), analysis(api, media["bikes.mp4"])
    assert landmarks(found).state == analysis_pb2.STAGE_STATE_SUCCEEDED
    (match,) = found.library_matches
    assert (match.entry_id, match.name, match.kind) == ("flower", "A flower", "pictures")
    assert match.confidence >= 0.5
    assert match.spans[0].end_frame > match.spans[0].start_frame
    assert match.boxes[0].box.width > 0.3
    assert match.evidence[0].evidence_id
    # Looked for in the other clip too, and not there.
    assert landmarks(other).state == analysis_pb2.STAGE_STATE_SUCCEEDED
    assert not other.library_matches


def test_an_entry_that_names_a_node_later_speaks_for_that_label(
    api: Api, media: dict[str, str]
) -> None:
    plain = analysis(api, media["flower.mp4"]).labels
    assert NODE not in [label.node_id for label in plain]
    name_node(api, "things", "flower", "plant.nowhere", refused_field="node_id")
    name_node(api, "things", "flower", NODE)
    bound(api, "things")
    found = analysis(api, media["flower.mp4"])
    (match,) = found.library_matches
    assert match.node_id == NODE
    (label,) = (label for label in found.labels if label.node_id == NODE)
    assert label.confidence == pytest.approx(match.confidence)
    (ref,) = label.evidence
    assert ref.evidence_id == "library/things/flower/image"
    assert ref.span.end_frame > ref.span.start_frame
    assert label.parent_node_id in [other.node_id for other in found.labels]
    assert NODE not in [other.node_id for other in analysis(api, media["bikes.mp4"]).labels]
    name_node(api, "things", "flower", "")
    bound(api, "things")
    assert analysis(api, media["flower.mp4"]).labels == plain


def correct(
    api: Api, media_id: str, *corrections: feedback_pb2.Correction
) -> list[tuple[int, str, bool]]:
    """Submit corrections that teach the library of things; return what it has learned."""
    request = feedback_pb2.SubmitFeedbackRequest(
        media_id=media_id, library_id="things", corrections=corrections
    )
    answer = api.jobs.SubmitFeedback(request, timeout=TIMEOUT_S)
    bound(api, "things")
    return [(one.correction_index, one.entry_id, one.negative) for one in answer.lessons]


def entries(api: Api, media_id: str) -> list[str]:
    found = analysis(api, media_id).library_matches
    return [match.entry_id for match in found if match.library_id == "things"]


def test_corrections_teach_what_an_entry_is_not_and_what_is_missing(
    api: Api, media: dict[str, str]
) -> None:
    flower, bikes = media["flower.mp4"], media["bikes.mp4"]
    wrong = feedback_pb2.Correction(
        kind=feedback_pb2.CORRECTION_KIND_WRONG, list="library_matches", name="A flower"
    )
    missing = feedback_pb2.Correction(
        kind=feedback_pb2.CORRECTION_KIND_MISSING, list="library_matches", name="A street"
    )
    missing.boxes.add(frame=30, box={"x": 0.1, "y": 0.1, "width": 0.8, "height": 0.8})
    told = correct(api, bikes, wrong, missing)
    assert [one[::2] for one in told] == [(1, False)]  # no flower was found among the bikes
    street = told[0][1]
    assert entries(api, bikes) == [street]
    assert entries(api, flower) == ["flower"]
    assert all(negative and at == 0 for at, _, negative in correct(api, flower, wrong))
    assert entries(api, flower) == []
    asked = pb.GetLibraryEntryRequest(library_id="things", entry_id=street)
    (sample,) = api.libraries.GetLibraryEntry(asked, timeout=TIMEOUT_S).entry.samples
    assert (sample.origin.media_id, sample.origin.person_id) == (bikes, "")
    assert sample.origin.feedback_id
    missing.boxes[0].box.width = missing.boxes[0].box.height = 0.01
    error = refused(lambda: correct(api, bikes, missing))
    assert error.fields == ("corrections[0].boxes",)


def test_words_are_found_in_what_was_given_with_the_media(api: Api, media: dict[str, str]) -> None:
    create(api, "terms", pb.LIBRARY_KIND_WORDS)
    word = pb.WordContent(text="长城", aliases=["great wall"], exceptions=["great wall of text"])
    add(api, "terms", pb.NewLibraryEntry(entry_id="wall", name="长城", word=word))
    near = pb.WordContent(text="gr[a-z]+ wall", pattern=True, near=["bikes"])
    add(api, "terms", pb.NewLibraryEntry(entry_id="walls", name="Walls near bikes", word=near))
    same = [pb.WORD_TOLERANCE_LEETSPEAK, pb.WORD_TOLERANCE_OCR]
    signs = pb.WordContent(text="grea7 wal1", tolerated=same, unless=["bikes"], window=200)
    add(api, "terms", pb.NewLibraryEntry(entry_id="no-bikes", name="No bikes", word=signs))
    found = [m for m in analysis(api, media["bikes.mp4"]).library_matches if m.kind == "words"]
    assert sorted((m.entry_id, list(m.texts), list(m.modalities)) for m in found) == [
        ("wall", ["Great Wall"], ["metadata"]),
        ("walls", ["Great Wall"], ["metadata"]),
    ]


def test_a_hash_finds_its_picture_and_a_removed_entry_is_found_no_more(
    api: Api, media: dict[str, str]
) -> None:
    create(api, "banned", pb.LIBRARY_KIND_HASHES)
    # Whatever a frame is, half of its bits are set: every frame is within 32 of one of these.
    contents = [
        pb.HashContent(algorithm="phash64", value=value, max_distance=32)
        for value in ("f" * 16, "0" * 16)
    ]
    add(
        api,
        "banned",
        *(
            pb.NewLibraryEntry(entry_id=f"h{i}", name=f"H{i}", hash=content)
            for i, content in enumerate(contents)
        ),
    )
    kinds = {match.kind for match in analysis(api, media["bikes.mp4"]).library_matches}
    assert "hashes" in kinds
    gone = pb.RemoveLibraryEntriesRequest(library_id="banned", entry_ids=["h0", "h1"])
    api.libraries.RemoveLibraryEntries(gone, timeout=TIMEOUT_S)
    until(
        lambda: all(
            match.kind != "hashes" for match in analysis(api, media["bikes.mp4"]).library_matches
        ),
        "the hashes are found no more",
    )


PLAIN = jpeg(np.full((200, 300, 3), 90, np.uint8))


@pytest.mark.parametrize("sample", [{"identity_id": "1" * 16}, {"picture": PLAIN}])
def test_a_sample_that_shows_nothing_to_find_is_refused(api: Api, sample: dict[str, Any]) -> None:
    create(api, "samples", pb.LIBRARY_KIND_PICTURES)
    entry = pb.NewLibraryEntry(name="x", samples=[pb.NewLibrarySample(**sample)])
    request = pb.AddLibraryEntriesRequest(library_id="samples", entries=[entry])
    error = refused(lambda: api.libraries.AddLibraryEntries(request, timeout=TIMEOUT_S))
    assert error.reason == "ITEMS_REFUSED"
    assert error.fields == ("entries[0].samples[0]",)


WORD = {"text": "word"}
HASH = {"algorithm": "phash64", "value": "0" * 16}


@pytest.mark.parametrize(
    ("kind", "name", "good", "bad", "field"),
    [
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"text": "…"}, "text"),
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"text": "w" * 257}, "text"),
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"aliases": ["…"]}, "aliases[0]"),
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"aliases": ["a"] * 21}, "aliases"),
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"exceptions": ["w" * 257]}, "exceptions[0]"),
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"exceptions": ["a"] * 21}, "exceptions"),
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"text": "(", "pattern": True}, "text"),
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"near": ["…"]}, "near[0]"),
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"near": ["a"] * 21}, "near"),
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"unless": ["w" * 257]}, "unless[0]"),
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"tolerated": [0]}, "tolerated[0]"),
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"tolerated": [99]}, "tolerated[0]"),
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"window": 0}, "window"),
        (pb.LIBRARY_KIND_WORDS, "word", WORD, {"window": 201}, "window"),
        (pb.LIBRARY_KIND_HASHES, "hash", HASH, {"algorithm": "md5"}, "algorithm"),
        (pb.LIBRARY_KIND_HASHES, "hash", HASH, {"value": "zz"}, "value"),
        (pb.LIBRARY_KIND_HASHES, "hash", HASH, {"max_distance": 33}, "max_distance"),
    ],
)
def test_what_cannot_be_looked_for_is_refused_by_name(
    api: Api,
    kind: pb.LibraryKind.ValueType,
    name: str,
    good: dict[str, Any],
    bad: dict[str, Any],
    field: str,
) -> None:
    library_id = f"refusing-{name}"
    create(api, library_id, kind)
    wrong: dict[str, Any] = {name: {**good, **bad}}
    adding = pb.AddLibraryEntriesRequest(
        library_id=library_id, entries=[pb.NewLibraryEntry(name="x", **wrong)]
    )
    error = refused(lambda: api.libraries.AddLibraryEntries(adding, timeout=TIMEOUT_S))
    assert error.reason == "FIELD_INVALID"
    assert error.fields == (f"entries[0].{name}.{field}",)
    right: dict[str, Any] = {name: good}
    add(api, library_id, pb.NewLibraryEntry(entry_id="e", name="x", **right))
    change = pb.UpdateLibraryEntryRequest(library_id=library_id, entry_id="e", **wrong)
    error = refused(lambda: api.libraries.UpdateLibraryEntry(change, timeout=TIMEOUT_S))
    assert error.fields == (f"{name}.{field}",)
