"""Signed reports over real gRPC: checked without the server, as whoever gets one would."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import stat
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

from calling import TIMEOUT_S, Api, refused, text_request
from running import Processes

from videre.exports.verdict_report import Level, check_report, fingerprint, read_public_key
from videre.orchestrator.moderation.facts import list_digest
from videre.orchestrator.moderation.lists import packaged_lists
from videre.v1 import job_pb2, media_pb2, template_pb2
from videre.v1 import moderation_pb2 as pb

Start = Callable[..., AbstractContextManager[Processes]]
TEXT = "Who sells cocaine here?"


def report_of(api: Api, **fields: Any) -> bytes:
    request = pb.ExportVerdictReportRequest(**fields)
    pieces = list(api.moderation.ExportVerdictReport(request, timeout=TIMEOUT_S))
    data = b"".join(piece.data for piece in pieces)
    head = pieces[0]
    assert (head.total_size, head.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert head.media_type == "application/json"
    return data


def key_of(api: Api) -> pb.GetReportKeyResponse:
    return api.moderation.GetReportKey(pb.GetReportKeyRequest(), timeout=TIMEOUT_S)


def judged(api: Api, text: str = TEXT) -> job_pb2.Job:
    return api.ended(text_request(text))


def levels(data: bytes, key: str, digest: str) -> dict[str, Level]:
    checks = check_report(data, read_public_key(key.encode()), digest)
    return {check.name: check.level for check in checks}


def test_a_report_holds_without_the_server(api: Api, data: Path) -> None:
    job, key = judged(api), key_of(api)
    report = report_of(api, job_id=job.job_id)
    media = api.media.GetMedia(
        media_pb2.GetMediaRequest(media_id=job.media_id), timeout=TIMEOUT_S
    ).media
    assert set(levels(report, key.public_key, media.digest).values()) == {Level.OK}
    assert fingerprint(read_public_key(key.public_key.encode())) == key.fingerprint
    assert levels(report, key.public_key, "0" * 64)["media"] is Level.FAILED
    parts = json.loads(report)["parts"]
    assert parts["judged"]["result_digest"] == job.result_digest
    assert parts["verdict"]["suggestion"] == "review"
    (group,) = (one for one in parts["explanation"]["groups"] if one.get("segments"))
    (segment,) = group["segments"]
    assert segment["evidence"][0]["text"] == TEXT
    assert segment["segment"]["word_hits"][0]["entry"] == "cocaine"
    lists = parts["judged"]["word_lists"]
    drugs = packaged_lists()[segment["segment"]["word_hits"][0]["list"]]
    assert lists[drugs.name] == list_digest(drugs)
    assert len(set(lists.values())) == len(lists)
    assert parts["template"]["document"]["moderation"]["rules"]
    with closing(sqlite3.connect(data / "videre.db", timeout=TIMEOUT_S)) as database:
        row = database.execute(
            "SELECT digest FROM verdict_link WHERE media_id = ?", [job.media_id]
        ).fetchone()
    assert row == (parts["link"]["digest"],)
    audit = api.moderation.AuditVerdicts(
        pb.AuditVerdictsRequest(
            chain_only=True, known_link_number=parts["link"]["facts"]["number"],
            known_link_digest=parts["link"]["digest"],
        ), timeout=TIMEOUT_S,
    )  # fmt: skip
    assert audit.chain.state == pb.CHAIN_STATE_INTACT


def test_each_revision_has_its_own_report(api: Api) -> None:
    job, key = judged(api), key_of(api)
    before = json.loads(report_of(api, media_id=job.media_id))["parts"]
    api.templates.Remoderate(
        template_pb2.RemoderateRequest(template="strict", job_ids=[job.job_id]), timeout=TIMEOUT_S
    )
    old = json.loads(report_of(api, media_id=job.media_id, revision=1))["parts"]
    assert old == before
    new = report_of(api, job_id=job.job_id)
    assert json.loads(new)["parts"]["judged"]["revision"] == 2
    assert Level.FAILED not in levels(new, key.public_key, "").values()


def test_a_long_report_comes_in_pieces(api: Api) -> None:
    lines = "\n\n".join(f"{n}: who sells cocaine here? " + "word " * 40 for n in range(700))
    job, key = judged(api, lines), key_of(api)
    report = report_of(api, job_id=job.job_id)
    assert len(report) > 1 << 20
    assert Level.FAILED not in levels(report, key.public_key, "").values()
    groups = json.loads(report)["parts"]["explanation"]["groups"]
    assert [len(one["segments"]) for one in groups if one.get("segments")] == [700]


def test_a_link_that_was_tampered_with_shows_in_the_report(api: Api, data: Path) -> None:
    job, key = judged(api, "Heroin, to be changed."), key_of(api)
    with closing(sqlite3.connect(data / "videre.db", timeout=TIMEOUT_S)) as database:
        database.execute(
            "UPDATE verdict_link SET facts = replace(facts, 'careful@', 'lenient@') "
            "WHERE media_id = ?", [job.media_id],
        )  # fmt: skip
        database.commit()
    found = levels(report_of(api, job_id=job.job_id), key.public_key, "")
    assert found["chain"] is Level.FAILED
    assert found["signature"] is Level.OK


def test_what_is_not_there_is_refused(api: Api) -> None:
    assert refused(lambda: report_of(api, job_id="nobody")).reason == "JOB_NOT_FOUND"
    assert refused(lambda: report_of(api)).fields == ("media_id",)


def test_the_key_stays_and_is_the_owner_s(api: Api, data: Path) -> None:
    assert stat.S_IMODE((data / "report.key").stat().st_mode) == 0o600
    assert key_of(api) == key_of(api)
