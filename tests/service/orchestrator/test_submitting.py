"""Submitting: once whatever the network does, in one piece or not at all, out of other's way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import grpc
import pytest
from calling import (
    TIMEOUT_S,
    Api,
    Refusal,
    kept,
    nothing_left,
    refusal_of,
    refused,
    text_request,
)

from videre.orchestrator.features import FEATURES
from videre.v1 import analysis_pb2, job_pb2, media_pb2

AT_ONCE = 50


def test_fifty_submits_at_once_with_one_id_make_one_job(api: Api, data: Path) -> None:
    before = kept(data)
    start = Barrier(AT_ONCE)

    def submit(_: int) -> job_pb2.SubmitJobResponse:
        start.wait()
        return api.submit(text_request("The same words.", request_id="at-once"))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(submit, range(AT_ONCE)))
    assert len({answer.job.job_id for answer in answers}) == 1
    assert sum(answer.reused for answer in answers) == AT_ONCE - 1
    after = kept(data)
    assert after.rows["job"] == before.rows["job"] + 1
    assert after.rows["media"] == before.rows["media"] + 1
    assert after.rows["workflow_status"] == before.rows["workflow_status"] + 1


def test_different_requests_at_once_under_one_id_leave_one_winner(api: Api, data: Path) -> None:
    start = Barrier(10)
    before = kept(data)

    def submit(number: int) -> str | Refusal:
        start.wait()
        try:
            return api.submit(text_request(f"Text {number}", request_id="race")).job.job_id
        except grpc.RpcError as error:
            return refusal_of(error)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(submit, range(10)))
    refusals = [answer for answer in answers if isinstance(answer, Refusal)]
    assert len(refusals) == 9
    assert {(one.code, one.reason) for one in refusals} == {("ALREADY_EXISTS", "REQUEST_ID_REUSED")}
    (winner,) = {answer for answer in answers if isinstance(answer, str)}
    assert {one.metadata["job_id"] for one in refusals} == {winner}
    assert kept(data).rows["media"] == before.rows["media"] + 1


@pytest.mark.parametrize(
    "change",
    [
        {"priority": 5},
        {"user_data": "x"},
        {"tags": {"k": "v"}},
        {"features": ["text"]},
        {"options": {"units_per_chunk": 3}},
    ],
    ids=str,
)
def test_another_request_under_a_used_id_is_refused(
    api: Api, data: Path, change: dict[str, Any]
) -> None:
    job = api.ended(text_request(request_id="used"))
    with nothing_left(data):
        refusal = refused(lambda: api.submit(text_request(request_id="used", **change)))
    assert (refusal.code, refusal.reason) == ("ALREADY_EXISTS", "REQUEST_ID_REUSED")
    assert refusal.metadata == {"job_id": job.job_id}


def test_the_order_of_tags_is_no_difference(api: Api) -> None:
    names = [f"name-{index}" for index in range(20)]
    first = api.ended(text_request(request_id="tags", tags=dict.fromkeys(names, "v")))
    second = api.submit(text_request(request_id="tags", tags=dict.fromkeys(names[::-1], "v")))
    assert (second.job.job_id, second.reused) == (first.job_id, True)


def test_a_repetition_is_answered_though_its_source_is_gone(api: Api) -> None:
    media = api.uploaded(b"Some words to be forgotten.")
    request = job_pb2.SubmitJobRequest(request_id="gone")
    request.inputs.add(media_id=media.media_id)
    job = api.ended(request)
    api.media.DeleteMedia(media_pb2.DeleteMediaRequest(media_id=media.media_id), timeout=TIMEOUT_S)
    again = api.submit(request)
    assert (again.job.job_id, again.reused) == (job.job_id, True)


def test_without_an_id_every_submit_is_a_job(api: Api) -> None:
    made = {api.ended(text_request()).job_id for _ in range(2)}
    assert len(made) == 2


def test_upload_and_media_ids_are_idempotent_on_their_own(
    api: Api, data: Path, files: Path
) -> None:
    (files / "idempotent.txt").write_text("words")
    first = api.open_upload(5, file_name="a.txt", request_id="shared-id")
    wanted = media_pb2.CreateMediaRequest(
        uri=f"file://{files}/idempotent.txt", request_id="shared-id"
    )
    media = api.media.CreateMedia(wanted, timeout=TIMEOUT_S).media
    with nothing_left(data):
        again = api.open_upload(5, file_name="a.txt", request_id="shared-id")
        repeated = api.media.CreateMedia(wanted, timeout=TIMEOUT_S).media
        other = refused(lambda: api.open_upload(6, file_name="a.txt", request_id="shared-id"))
        wanted.title = "another"
        another = refused(lambda: api.media.CreateMedia(wanted, timeout=TIMEOUT_S))
    assert again.upload_id == first.upload_id
    assert repeated.media_id == media.media_id
    assert (other.reason, other.metadata) == ("REQUEST_ID_REUSED", {"upload_id": first.upload_id})
    assert (another.reason, another.metadata) == ("REQUEST_ID_REUSED", {"media_id": media.media_id})


def test_a_checked_request_is_not_stored_and_takes_no_id(api: Api, data: Path) -> None:
    with nothing_left(data):
        checked = api.submit(text_request(request_id="checked", validate_only=True))
    assert not checked.job.job_id
    assert not checked.reused
    assert not api.submit(text_request("Other words.", request_id="checked")).reused


def test_what_was_given_comes_back(api: Api) -> None:
    request = text_request(request_id="echo", user_data="字 \0 \N{PILE OF POO}", tags={"a": "1"})
    request.priority = 0
    request.features.extend(["text", "objects"])
    job = api.ended(request)
    assert (job.request_id, job.user_data) == ("echo", "字 \0 \N{PILE OF POO}")
    assert dict(job.tags) == {"a": "1"}
    assert job.priority == 0
    assert list(job.features) == ["objects", "shots", "text"], "objects need shots"
    assert job.project_id == "default"
    assert job.created_by == "local"
    assert job.create_time.ToNanoseconds() <= job.start_time.ToNanoseconds()
    assert job.start_time.ToNanoseconds() <= job.end_time.ToNanoseconds()
    kept_s = job.expire_time.ToSeconds() - job.end_time.ToSeconds()
    assert kept_s == 7 * 24 * 3600


def test_a_job_has_every_stage_in_order_from_the_start(api: Api) -> None:
    request = text_request(features=["faces", "speech"])
    request.production_tasks.add(name="still").cover.count = 1
    request.production_tasks.add().captions.SetInParent()
    job = api.submit(request).job
    names = [stage.name for stage in job.stages]
    features = [feature.name for feature in FEATURES]
    assert names == [
        "ingest", "probe", *features, "fuse", "moderate", "produce:still", "produce:captions",
    ]  # fmt: skip
    skipped = {stage.name for stage in job.stages if stage.reason == "NOT_REQUESTED"}
    assert skipped == set(features) - {"faces", "speech", "shots"}, "shots come with frames"
    states = {stage.state for stage in job.stages if stage.name in skipped}
    assert states == {analysis_pb2.STAGE_STATE_SKIPPED}
