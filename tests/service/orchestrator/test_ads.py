"""Ad slots over a real orchestrator, of subtitles, which have times and need no service."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from calling import TIMEOUT_S, Api, refused

from videre.v1 import ad_pb2 as pb
from videre.v1 import analysis_pb2, job_pb2

SRT = (
    b"1\n00:00:01,000 --> 00:00:04,000\nTea is served.\n\n2\n00:01:40,000 --> 00:01:44,000\nOver.\n"
)


@pytest.fixture(scope="module")
def media_id(api: Api) -> str:
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(media_id=api.uploaded(SRT, "tea.srt").media_id)
    job = api.ended(request)
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED
    return job.media_id


def test_what_has_no_breaks_has_slots_before_and_after(api: Api, media_id: str) -> None:
    answer = api.ads.FindAdSlots(pb.FindAdSlotsRequest(media_id=media_id), timeout=TIMEOUT_S)
    assert [(one.roll, one.offset.ToSeconds(), one.score) for one in answer.slots] == [
        (pb.AD_ROLL_PRE, 0, 1.0), (pb.AD_ROLL_POST, 104, 1.0),
    ]  # fmt: skip
    assert (answer.duration.ToSeconds(), answer.revision, answer.break_count) == (104, 1, 0)
    assert answer.suggestion == analysis_pb2.SUGGESTION_PASS
    request = pb.FindAdSlotsRequest(media_id=media_id, no_pre_roll=True, no_post_roll=True)
    assert not api.ads.FindAdSlots(request, timeout=TIMEOUT_S).slots


def test_a_schedule_names_the_clip(api: Api, media_id: str) -> None:
    request = pb.ExportAdScheduleRequest()
    request.slots.media_id = media_id
    clip = request.creative
    clip.creative_id, clip.title, clip.media_type = "c1", "Tea & more", "video/mp4"
    clip.media_uri, clip.width, clip.height = "https://a.example/c.mp4", 1280, 720
    clip.duration.FromSeconds(15)
    answer = api.ads.ExportAdSchedule(request, timeout=TIMEOUT_S)
    assert (answer.file_name, answer.media_type) == (
        f"{media_id}.vmap.xml", "application/vmap+xml",
    )  # fmt: skip
    root = ElementTree.fromstring(answer.data)
    assert [one.get("timeOffset") for one in root] == ["start", "end"]
    assert len(answer.slots) == 2


def test_a_media_that_is_not_there(api: Api) -> None:
    request = pb.FindAdSlotsRequest(media_id="gone")
    refusal = refused(lambda: api.ads.FindAdSlots(request, timeout=TIMEOUT_S))
    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "MEDIA_NOT_FOUND")
