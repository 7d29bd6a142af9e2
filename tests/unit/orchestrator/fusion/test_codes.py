"""Codes of sampled frames → one entry per content, with times, places and proof."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from videre.common.values import NS, TimeSpan
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.document import MAX_SIGHTINGS, Code, Shot, Symbology, Transition
from videre.orchestrator.evidence import Evidence, EvidenceBlob, decode_blob
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.codes import CodeReader
from videre.orchestrator.fusion.stitch_frames import Samples
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.timeline import Timeline

TAXONOMY = load_taxonomy()
QUAD = (1_000, 1_000, 2_000, 1_000, 2_000, 2_000, 1_000, 2_000)
BOX = (1_000, 1_000, 1_000, 1_000)
STEP = NS // 25
FRAMES = 1_000
#: Shots of frames 0..499 and 500..999.
SHOTS = tuple(
    Shot(index, TimeSpan(start * STEP, (start + 500) * STEP, start, start + 500),
         Transition.CUT, 10_000)
    for index, start in enumerate((0, 500))
)  # fmt: skip
CLOCK = Timeline(FRAMES * STEP, [i * STEP for i in range(FRAMES)], FRAMES * STEP)
#: Every 75th frame is looked at.
SAMPLED = range(0, FRAMES, 75)


def record(frame: int, text: str, kind: str = "qr_code", score: int = 10_000, data: str = "",
           quad: tuple[int, ...] = QUAD) -> Evidence:  # fmt: skip
    span = TimeSpan(frame * STEP, (frame + 1) * STEP, frame, frame + 1)
    name = f"{frame:08x}{abs(hash((text, quad))) % 16**8:08x}/0"
    return Evidence("codes", "zxing-cpp@1", span, kind, score, BOX, quad, text, data=data, id=name)


def looked(frames: Sequence[int] = SAMPLED) -> list[Evidence]:
    """What a feature writes that writes for every frame."""
    spans = [TimeSpan(f * STEP, (f + 1) * STEP, f, f + 1) for f in frames]
    return [Evidence("colors", "c@1", span, "blue", 9_000, id=f"{i:016x}/9")
            for i, span in enumerate(spans)]  # fmt: skip


def reader(records: Sequence[Evidence], *, known: bool = True) -> CodeReader:
    samples = Samples([*records, *(looked() if known else ())], SHOTS)
    facts = EngineFacts("visual", "codes", "zxing-cpp", "1", "bundled", True)
    return CodeReader(records, SHOTS, samples, Judge([facts]), CLOCK, samples_known=known)


def codes(records: Sequence[Evidence], *, known: bool = True) -> tuple[Code, ...]:
    return reader(records, known=known).codes(TAXONOMY)


def frames(code: Code) -> list[tuple[int | None, int | None]]:
    return [(span.start_frame, span.end_frame) for span in code.spans]


def test_one_content_is_one_code_with_the_times_of_its_sampled_frames() -> None:
    (code,) = codes([record(75, "a"), record(150, "a"), record(750, "a")])
    assert (code.symbology, code.text, code.node_id) == (Symbology.QR_CODE, "a", "daily.qr_code")
    # halfway to the neighbouring sampled frames: 0 and 225, then 675 and 825
    assert frames(code) == [(38, 188), (713, 788)]
    assert [s.frame for s in code.sightings] == [75, 150, 750]
    assert code.sightings[0].quad == QUAD
    assert (code.sighting_count, len(code.evidence)) == (3, 3)


def test_a_frame_speaks_for_its_own_shot_only() -> None:
    (code,) = codes([record(525, "a")])
    assert frames(code) == [(500, 563)]


def test_where_nobody_tells_which_frames_were_looked_at_a_frame_speaks_for_itself() -> None:
    (code,) = codes([record(75, "a")], known=False)
    assert frames(code) == [(75, 76)]


def test_other_content_or_symbology_is_another_code() -> None:
    found = codes([record(75, "a"), record(75, "b"), record(75, "a", "data_matrix"),
                   record(75, "a", data="ff")])  # fmt: skip
    assert len(found) == 4
    assert {code.node_id for code in found} == {"daily.qr_code", ""}


def test_a_bar_code_needs_a_second_look() -> None:
    once = [record(75, "4006381333931", "ean_13", 9_000)]
    assert codes(once) == ()
    (code,) = codes([*once, record(750, "4006381333931", "ean_13", 9_000)])
    assert (code.node_id, code.score) == ("daily.barcode", 9_000)
    alone = Samples([*once, *looked([75])], SHOTS)
    facts = EngineFacts("visual", "codes", "zxing-cpp", "1", "bundled", True)
    only = CodeReader(once, SHOTS, alone, Judge([facts]), CLOCK, samples_known=True)
    assert len(only.codes(TAXONOMY)) == 1  # the only frame of its shot that was looked at
    short = [record(75, "96385074", "ean_8", 7_000)]
    unsure = CodeReader(short, SHOTS, alone, Judge([facts]), CLOCK, samples_known=True)
    assert unsure.codes(TAXONOMY) == ()


def test_what_a_code_says_is_kept_as_it_is_and_bounded_in_number() -> None:
    hostile = "\x1b[2J\u202ehttp://x\n=cmd|' /C calc'!A0\x00"
    (code,) = codes([record(frame, hostile) for frame in range(0, 450, 2)])
    assert code.text == hostile
    assert len(code.sightings) == MAX_SIGHTINGS
    assert code.sighting_count == 225
    assert (code.sightings[0].frame, code.sightings[-1].frame) == (0, 448)
    assert len(code.evidence) == 20


def test_a_code_speaks_for_its_node_with_its_evidence() -> None:
    (claim,) = reader([record(75, "a"), record(150, "a")]).claims(TAXONOMY)
    assert (claim.node, claim.witness.score, len(claim.refs)) == ("daily.qr_code", 10_000, 2)
    assert reader([record(75, "a", "aztec")]).claims(TAXONOMY) == []


def test_text_and_bytes_survive_the_blob() -> None:
    blob = EvidenceBlob("codes", "e@1", TimeSpan(0, NS), (record(75, "a\x00ü", data="61ff"),))
    (read,) = decode_blob(blob.encode()).records
    assert (read.text, read.data) == ("a\x00ü", "61ff")
    plain = EvidenceBlob("codes", "e@1", TimeSpan(0, NS), (record(75, "a"),))
    assert b'"data"' not in plain.encode()


RECORDS = st.builds(
    record,
    st.sampled_from(SAMPLED),
    st.sampled_from(["a", "b", "\x00"]),
    st.sampled_from(["qr_code", "ean_13", "ean_8"]),
    st.sampled_from([4_000, 7_000, 9_000, 10_000]),
    st.sampled_from(["", "ff"]),
    st.sampled_from([QUAD, tuple(value + 7 for value in QUAD)]),
)


@given(st.lists(RECORDS, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_evidence_does_not_matter(
    records: list[Evidence], shuffle: random.Random
) -> None:
    records = [structs.replace(one, id=f"{i:016x}/0") for i, one in enumerate(records)]
    mixed = list(records)
    shuffle.shuffle(mixed)
    assert codes(mixed) == codes(records)


@given(st.lists(RECORDS, max_size=12))
def test_no_code_without_evidence_and_none_is_lost_by_more_of_it(records: list[Evidence]) -> None:
    records = [structs.replace(one, id=f"{i:016x}/0") for i, one in enumerate(records)]
    found = codes(records)
    assert all(code.evidence and code.spans and code.sighting_count for code in found)
    more = {(c.symbology, c.text, c.value): c for c in codes([*records, record(300, "a")])}
    for code in found:
        bigger = more[code.symbology, code.text, code.value]
        assert (bigger.score, bigger.sighting_count) >= (code.score, code.sighting_count)


def test_what_says_nothing_is_no_code(seen: Callable[..., Evidence]) -> None:
    assert codes([seen("codes", "qr_code", 75)]) == ()  # no place
    assert codes([]) == ()
