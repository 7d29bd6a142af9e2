"""What is told of a job's files comes back as it was stored."""

from __future__ import annotations

from google.protobuf.json_format import MessageToDict

from videre.orchestrator.api.present import told
from videre.orchestrator.steps.production import _facts
from videre.v1 import production_pb2 as pb


def test_typed_facts_are_kept_and_nothing_else() -> None:
    made = pb.OutputArtifact(
        name="summary.json",
        media=pb.MadeMedia(width=320, frames=5),
        summary=pb.Summary(parts=[pb.SummaryPart(interest=0.5)]),
        cover_reasons=pb.CoverReasons(sharpness=0.25),
        lecture=pb.Lecture(parts=[pb.LecturePart(title="绪论")]),
    )
    facts = _facts(made)
    made.ClearField("name")
    assert told(facts) == made
    assert _facts(pb.OutputArtifact(name="captions.srt")) is None
    assert told(None) == pb.OutputArtifact()


def test_rows_of_earlier_builds_hold_the_facts_of_the_media() -> None:
    media = pb.MadeMedia(width=320, frames=5)
    assert told(MessageToDict(media)) == pb.OutputArtifact(media=media)
