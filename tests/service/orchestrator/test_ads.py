"""Ad slots over a real orchestrator, of subtitles, which have times and need no service."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from calling import TIMEOUT_S, Api, refused

from videre.v1 import ad_pb2 as pb
from videre.v1 import analysis_pb2, job_pb2, recommendation_pb2

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


@pytest.mark.long
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


def ad(name: str, **fields: Any) -> pb.Ad:
    made = pb.Ad(**fields)
    clip = made.creative
    clip.creative_id, clip.title, clip.media_type = name, f"About {name}", "video/mp4"
    clip.media_uri, clip.width, clip.height = "https://a.example/c.mp4", 1280, 720
    clip.duration.FromSeconds(15)
    return made


TEA = recommendation_pb2.Interest(kind="TRAIT_KIND_KEYWORD", value="tea", weight=1)


def match(api: Api, media_id: str, **fields: Any) -> pb.MatchAdsResponse:
    request = pb.MatchAdsRequest(slots=pb.FindAdSlotsRequest(media_id=media_id), **fields)
    return api.ads.MatchAds(request, timeout=TIMEOUT_S)


def test_ads_are_matched_capped_and_reported(own_api: Api) -> None:
    api = own_api
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(media_id=api.uploaded(SRT, "tea.srt").media_id)
    media_id = api.ended(request).media_id
    forbidden = pb.AdContext(kind="TRAIT_KIND_KEYWORD", value="Tea")
    for one in (
        ad("cup", subjects=[TEA], user_cap=1, budget_micros=10, cost_per_click_micros=4),
        ad("other", categories=["IAB2"]),
        ad("coffee", forbidden_contexts=[forbidden]),
        ad("late", end_time={"seconds": 1}),
        ad("paused", paused=True),
        ad("fans", subjects=[TEA], segment_ids=["tea-fans"]),
    ):
        assert api.ads.SetAd(pb.SetAdRequest(ad=one), timeout=TIMEOUT_S).ad == one
    answer = match(api, media_id, user_id="ada")
    assert [[one.ad_id for one in slot.ads] for slot in answer.slots] == [["cup"], ["other"]]
    best = answer.slots[0].ads[0]
    assert best.context > 0 == best.audience
    assert [one.value for one in best.context_reasons] == ["Tea"]
    assert {one.ad_id: (one.reason, one.value) for one in answer.refusals} == {
        "coffee": (pb.AD_REFUSAL_REASON_CONTEXT, "Tea"),
        "late": (pb.AD_REFUSAL_REASON_FLIGHT, ""),
        "paused": (pb.AD_REFUSAL_REASON_PAUSED, ""),
        "fans": (pb.AD_REFUSAL_REASON_SEGMENT, ""),
    }
    said = recommendation_pb2.SetUserInterestsRequest(user_id="bob", interests=[TEA])
    api.recommendations.SetUserInterests(said, timeout=TIMEOUT_S)
    liked = match(api, media_id, user_id="bob", max_ads=2).slots[0].ads[0]
    assert (liked.ad_id, liked.audience) == ("cup", 1.0)
    assert liked.audience_reasons[0].stated
    fans = recommendation_pb2.Segment(segment_id="tea-fans", all_of=[{"interest": TEA}])
    stored = recommendation_pb2.SetSegmentRequest(segment=fans)
    api.recommendations.SetSegment(stored, timeout=TIMEOUT_S)
    assert "fans" in {
        one.ad_id for one in match(api, media_id, user_id="bob", max_ads=3).slots[0].ads
    }
    assert "fans" in {one.ad_id for one in match(api, media_id, user_id="ada").refusals}

    def came(number: int, act: str, **fields: Any) -> pb.AdEvent:
        given = {"ad_id": "cup", "media_id": media_id, "roll": "AD_ROLL_PRE"} | fields
        return pb.AdEvent(event_id=f"e{number}", act=act, **given)

    events = [
        came(1, "AD_ACT_REQUEST", ad_id=""), came(2, "AD_ACT_IMPRESSION", user_id="ada"),
        came(3, "AD_ACT_CLICK", user_id="ada"), came(4, "AD_ACT_CONVERSION"),
    ]  # fmt: skip
    for counts in ((4, 0), (0, 4)):
        record = pb.RecordAdEventsRequest(events=events)
        done = api.ads.RecordAdEvents(record, timeout=TIMEOUT_S)
        assert (done.recorded_count, done.repeated_count) == counts
    known = recommendation_pb2.GetUserProfileRequest(user_id="ada")
    profile = api.recommendations.GetUserProfile(known, timeout=TIMEOUT_S).profile
    assert [one.ad_id for one in profile.shown_ads] == ["cup"]
    reasons = {one.ad_id: one.reason for one in match(api, media_id, user_id="ada").refusals}
    assert reasons["cup"] == pb.AD_REFUSAL_REASON_FREQUENCY
    assert "cup" not in {one.ad_id for one in match(api, media_id, user_id="bob").refusals}
    report = api.ads.GetAdReport(pb.GetAdReportRequest(), timeout=TIMEOUT_S)
    assert [(one.ad_id, one.roll) for one in report.rows] == [
        ("", pb.AD_ROLL_PRE), ("cup", pb.AD_ROLL_PRE),
    ]  # fmt: skip
    total = report.total
    assert (total.requests, total.impressions, total.clicks, total.conversions) == (1, 1, 1, 1)
    assert (total.fill_rate, total.click_rate, total.conversion_rate) == (1, 1, 1)
    more = [came(n, "AD_ACT_CLICK") for n in (5, 6)]
    api.ads.RecordAdEvents(pb.RecordAdEventsRequest(events=more), timeout=TIMEOUT_S)
    states = {
        one.ad.creative.creative_id: one
        for one in api.ads.ListAds(pb.ListAdsRequest(), timeout=TIMEOUT_S).ads
    }
    assert states["cup"].spent_micros == 12
    reasons = {one.ad_id: one.reason for one in match(api, media_id, user_id="bob").refusals}
    assert reasons["cup"] == pb.AD_REFUSAL_REASON_BUDGET
    gone = pb.DeleteAdRequest(ad_id="cup")
    api.ads.DeleteAd(gone, timeout=TIMEOUT_S)
    refusal = refused(lambda: api.ads.DeleteAd(gone, timeout=TIMEOUT_S))
    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "AD_NOT_FOUND")


def test_events_of_ads_have_their_time(api: Api) -> None:
    event = pb.AdEvent(
        event_id="e", act="AD_ACT_CLICK", ad_id="a", media_id="m", roll="AD_ROLL_PRE"
    )
    for time in ("2999-01-01T00:00:00Z", "2001-01-01T00:00:00Z"):
        event.event_time.FromJsonString(time)
        request = pb.RecordAdEventsRequest(events=[event])
        refusal = refused(lambda given=request: api.ads.RecordAdEvents(given, timeout=TIMEOUT_S))
        assert refusal.fields == ("events[0].event_time",)
