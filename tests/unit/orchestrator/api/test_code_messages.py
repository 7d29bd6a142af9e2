"""Codes as public messages: what they say goes through as it is."""

from __future__ import annotations

import pytest

from videre.common.values import NS, TimeSpan
from videre.orchestrator.api.messages.codes import code
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.document import Code, CodeSighting, EvidenceRef, Symbology
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.timeline import Timeline
from videre.v1 import analysis_pb2 as pb

STEP = NS // 25
CLOCK = Timeline(10 * STEP, [i * STEP for i in range(10)], 10 * STEP)
SPAN = TimeSpan(0, 2 * STEP, 0, 2)
REF = EvidenceRef("0" * 16 + "/0", "image", "zxing-cpp@1", 10_000, SPAN)
MAKE = Messages(CLOCK, load_taxonomy(), "en")


def item(text: str, value: str = "", symbology: Symbology = Symbology.QR_CODE) -> Code:
    sighting = CodeSighting(1, STEP, (0, 0, 5_000, 0, 5_000, 5_000, 0, 5_000))
    return Code(symbology, text, value, "daily.qr_code", (SPAN,), 10_000, (sighting,), 3, (REF,))


def test_text_and_bytes_are_what_was_read() -> None:
    message = code(MAKE, item("\x1b[2J\x00视频"))
    assert message.text == "\x1b[2J\x00视频"
    assert message.value == "\x1b[2J\x00视频".encode()
    assert code(MAKE, item("ÿ", "ff")).value == b"\xff"
    (sighting,) = message.sightings
    assert (sighting.frame, sighting.offset.ToNanoseconds()) == (1, STEP)
    assert [(p.x, p.y) for p in sighting.quad.points] == [(0, 0), (0.5, 0), (0.5, 0.5), (0, 0.5)]
    assert message.evidence[0].evidence_id == REF.id
    assert (message.sighting_count, message.node_id) == (3, "daily.qr_code")
    assert message.spans[0].end_frame == 2


@pytest.mark.parametrize("symbology", Symbology)
def test_every_symbology_has_a_name_in_the_contract(symbology: Symbology) -> None:
    named = code(MAKE, item("a", symbology=symbology)).symbology
    assert (named == pb.SYMBOLOGY_UNSPECIFIED) == (symbology is Symbology.UNKNOWN)
