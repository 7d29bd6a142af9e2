"""What faces express: believed twice, on one face, and told with faces and people."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from videre.common.values import NS, TimeSpan
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.document import FaceEmotion, Shot, Transition
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.emotions import Expressions, shares
from videre.orchestrator.fusion.stitch_frames import Samples
from videre.orchestrator.timeline import Timeline

STEP = NS // 25
FRAMES = 300
CLOCK = Timeline(FRAMES * STEP, [i * STEP for i in range(FRAMES)], FRAMES * STEP)
SHOTS = tuple(
    Shot(i, TimeSpan(i * 100 * STEP, (i + 1) * 100 * STEP, i * 100, i * 100 + 100),
         Transition.CUT, 10_000)
    for i in range(3)
)  # fmt: skip
LEFT, RIGHT = (1_000, 1_000, 2_000, 2_000), (6_000, 1_000, 2_000, 2_000)
CAP = 6_600
CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def face(
    frame: int, kind: str = "happy", share: int = 8_000, box: tuple[int, int, int, int] = LEFT,
    number: int = 0,
) -> Evidence:  # fmt: skip
    return Evidence(
        "emotion", "mini-xception@1", TimeSpan(frame * STEP, (frame + 1) * STEP, frame, frame + 1),
        kind, min(share, CAP), box, attributes={kind: share}, id=f"{frame:08x}{number:08x}/0",
    )  # fmt: skip


def expressed(
    records: list[Evidence], sampled: tuple[int, ...] = (10, 40, 70, 110, 210)
) -> Expressions:
    looked = [Evidence("colors", "c@1", TimeSpan(f * STEP, (f + 1) * STEP, f, f + 1), "blue", 9_000)
              for f in sampled]  # fmt: skip
    facts = EngineFacts("visual", "emotion", "mini-xception", "1", "standard", True, score_cap=CAP)
    samples = Samples([*records, *looked], SHOTS)
    return Expressions(records, SHOTS, samples, Judge([facts]), CLOCK)


def test_two_sampled_frames_of_one_face_are_believed() -> None:
    found = expressed([face(10), face(40)])
    (share,) = found.of_shot(0)
    assert (share.emotion, share.face_count, share.score) == (FaceEmotion.HAPPINESS, 2, CAP)
    assert [(s.start_frame, s.end_frame) for s in share.spans] == [(0, 55)]
    assert len(share.evidence) == 2


def test_one_look_another_face_or_another_expression_is_not() -> None:
    assert expressed([face(10)]).felt == []
    assert expressed([face(10), face(40, box=RIGHT)]).felt == []
    assert expressed([face(10), face(40, "sad")]).felt == []
    assert expressed([face(10), face(110)]).felt == [], "another shot"
    assert expressed([face(10, share=4_900), face(40, share=4_900)]).felt == []


def test_a_shot_of_one_sampled_frame_must_be_very_clear() -> None:
    assert expressed([face(110, share=8_900)], (10, 40, 110)).felt == []
    (one,) = expressed([face(110, share=9_500)], (10, 40, 110)).felt
    assert (one.score, one.emotion) == (CAP, FaceEmotion.HAPPINESS)


def test_a_face_finds_its_expression_by_place() -> None:
    found = expressed([face(10), face(40), face(10, "sad", box=RIGHT, number=1),
                       face(40, "sad", box=RIGHT, number=1)])  # fmt: skip
    near = found.of_face(10, (1_100, 1_000, 2_000, 2_000))
    assert near is not None
    assert near.emotion is FaceEmotion.HAPPINESS
    assert found.of_face(10, (4_000, 6_000, 1_000, 1_000)) is None
    assert found.of_face(70, LEFT) is None


FACES = st.lists(
    st.builds(face, st.sampled_from((10, 40, 70, 110, 210)), st.sampled_from(CLASSES),
              st.sampled_from((4_000, 6_000, 9_500)), st.sampled_from((LEFT, RIGHT))),
    max_size=12,
)  # fmt: skip


@given(FACES, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_nothing_is_told_without_evidence(
    records: list[Evidence], shuffle: random.Random
) -> None:
    records = [structs.replace(one, id=f"{i:016x}/0") for i, one in enumerate(records)]
    mixed = list(records)
    shuffle.shuffle(mixed)
    found, again = expressed(records), expressed(mixed)
    for shot in range(3):
        told = found.of_shot(shot)
        assert told == again.of_shot(shot)
        assert all(item.evidence and item.spans and item.score <= CAP for item in told)
    assert shares(found.felt) == shares(again.felt)


@given(FACES)
def test_more_evidence_takes_no_expression_away(records: list[Evidence]) -> None:
    records = [structs.replace(one, id=f"{i:016x}/0") for i, one in enumerate(records)]
    before = {(item.record.id, item.emotion) for item in expressed(records).felt}
    more = structs.replace(face(70), id="f" * 16 + "/0")
    after = {(item.record.id, item.emotion) for item in expressed([*records, more]).felt}
    assert before <= after
