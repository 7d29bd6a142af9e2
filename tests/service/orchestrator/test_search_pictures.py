"""What looks alike, over a real orchestrator and a real visual service."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from calling import TIMEOUT_S, Api, refused, text_request

from videre.v1 import job_pb2
from videre.v1 import search_pb2 as pb

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def api(seeing_api: Api) -> Api:
    return seeing_api


def picture(seed: int, quality: int = 90) -> bytes:
    """Return coarse patches of random colours, the same ones for the same seed."""
    patches = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
    whole = cv2.resize(patches, (160, 120), interpolation=cv2.INTER_CUBIC)
    _, data = cv2.imencode(".jpg", whole, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return bytes(data)


@pytest.fixture(scope="module")
def media(api: Api) -> dict[str, str]:
    """Return a picture, a copy of it with other bytes, and another one, by name."""
    found = {}
    for name, data in (("one", picture(1)), ("copy", picture(1, 60)), ("other", picture(2))):
        request = job_pb2.SubmitJobRequest(features=["classes", "landmarks"])
        request.context.title = f"Picture {name}"
        request.inputs.add(media_id=api.uploaded(data, f"{name}.jpg").media_id)
        job = api.ended(request)
        assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
        found[name] = job.media_id
    return found


def similar(api: Api, **fields: Any) -> pb.FindSimilarMomentsResponse:
    return api.search.FindSimilarMoments(pb.FindSimilarMomentsRequest(**fields), timeout=TIMEOUT_S)


def test_what_looks_like_a_moment(api: Api, media: dict[str, str]) -> None:
    answer = similar(api, moment=pb.MomentExample(media_id=media["one"]))
    assert [one.media_id for one in answer.media] == [media["copy"], media["other"]]
    near, far = (one.moments[0].likeness for one in answer.media)
    assert near > 0.9 > far
    assert answer.engine.startswith("mobilenet")
    wanted = pb.SearchFilter(media_ids=[media["other"]])
    only = similar(api, moment=pb.MomentExample(media_id=media["one"]), filter=wanted)
    assert [one.media_id for one in only.media] == [media["other"]]
    assert not similar(api, moment=pb.MomentExample(media_id=media["one"]), min_likeness=1.0).media


def test_what_looks_like_a_picture_and_is_called_so(api: Api, media: dict[str, str]) -> None:
    answer = similar(api, picture=picture(2, 70))
    named = similar(api, picture=picture(2, 70), engine=answer.engine)
    assert [one.media_id for one in named.media] == [one.media_id for one in answer.media]
    assert answer.media[0].media_id == media["other"]
    assert answer.media[0].score == answer.media[0].moments[0].likeness > 0.9
    both = similar(api, picture=picture(2, 70), query="title:copy")
    assert {one.media_id for one in both.media} == set(media.values())
    assert both.media[0].media_id == media["copy"]
    assert both.media[0].moments[0].reasons[0].text == "Picture copy"


def test_media_with_the_same_pictures(api: Api, media: dict[str, str]) -> None:
    request = pb.FindDuplicateMediaRequest(media_id=media["one"])
    answer = api.search.FindDuplicateMedia(request, timeout=TIMEOUT_S)
    (found,) = answer.media
    assert (found.media_id, found.title) == (media["copy"], "copy.jpg")
    assert (found.share, found.frame_count, found.same_bytes) == (1.0, 1, False)


def test_what_nobody_looked_at_is_not_comparable(api: Api) -> None:
    text = api.ended(text_request("Words.")).media_id
    refusal = refused(lambda: similar(api, moment=pb.MomentExample(media_id=text)))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "NOT_COMPARABLE")
    request = pb.FindDuplicateMediaRequest(media_id=text)
    refusal = refused(lambda: api.search.FindDuplicateMedia(request, timeout=TIMEOUT_S))
    assert refusal.reason == "NOT_COMPARABLE"
    refusal = refused(lambda: similar(api, moment=pb.MomentExample(media_id="gone")))
    assert refusal.reason == "MEDIA_NOT_FOUND"
    refusal = refused(lambda: similar(api, picture=b"no picture"))
    assert refusal.reason == "MEDIA_UNREADABLE"
    refusal = refused(lambda: similar(api, picture=picture(1), engine="open-clop"))
    assert refusal.reason == "NO_ENGINE"
    assert "classes: engine open-clop is not known" in refusal.message
    refusal = refused(lambda: similar(api, text="a red wall"))
    assert refusal.reason == "NO_ENGINE"
    assert "no engine here embeds texts" in refusal.message
