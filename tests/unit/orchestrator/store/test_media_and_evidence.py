"""Media, evidence and uploads: what belongs to whom, and what goes when its last owner goes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from videre.common.artifacts import ArtifactStore
from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store.database import Database, exclusive
from videre.orchestrator.store.evidence import ERASED, EvidenceRow, EvidenceStore
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.listing import Listing
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.records import JobState
from videre.orchestrator.store.uploads import NewUpload, UploadStore

DIGEST = "a" * 64
Submit = Callable[..., str]
Count = Callable[[str], int]


def new(media_id: str, digest: str = DIGEST, project: str = "films") -> NewMedia:
    return NewMedia(media_id, project, "upload:x", "ada", digest=digest, size_bytes=1)


def row(
    key: str, digest: str = DIGEST, blob: str = "b" * 64, project: str = "films"
) -> EvidenceRow:
    return EvidenceRow(key, project, digest, "text", "e@1", blob, 0, 1)


def publish(media: MediaStore, database: Database, media_id: str, job_id: str) -> int:
    with database.durable.begin() as connection:
        return media.append_analysis(
            connection,
            media_id=media_id,
            project_id="films",
            job_id=job_id,
            document_digest=job_id,
            suggestion="PASS",
            artifacts=["e" * 64, "f" * 64],
            facts=None,
        )


def reason(call: Callable[[], object]) -> Reason:
    with pytest.raises(VidereError) as refused:
        call()
    return refused.value.reason


# --- media and analyses ----------------------------------------------------------------------


def test_analyses_are_appended_never_overwritten(media: MediaStore, database: Database) -> None:
    media.create(new("m1"))
    assert [publish(media, database, "m1", f"job-{n}") for n in range(3)] == [1, 2, 3]
    assert media.analysis("films", "m1", 1).result_digest == "job-0"
    assert media.analysis("films", "m1", 0).result_digest == "job-2"
    assert media.get("films", "m1").latest_revision == 3
    assert reason(lambda: media.analysis("films", "m1", 4)) is Reason.ANALYSIS_NOT_FOUND
    assert reason(lambda: media.analysis("others", "m1", 1)) is Reason.MEDIA_NOT_FOUND


def test_revisions_from_many_threads_have_no_gap(media: MediaStore, database: Database) -> None:
    media.create(new("m1"))
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: publish(media, database, "m1", f"job-{n}"), range(16)))
    assert sorted(made) == list(range(1, 17))


def test_evidence_goes_with_the_last_media_of_its_bytes(
    media: MediaStore, evidence: EvidenceStore, database: Database, count: Count
) -> None:
    for media_id in ("m1", "m2"):
        media.create(new(media_id))
    media.create(new("m3", project="others"))
    evidence.put(row("k1"), ["c" * 64])
    evidence.put(row("k2", project="others", blob="d" * 64), [])
    publish(media, database, "m1", "job-1")
    media.delete("films", "m1", "")
    assert count("analysis") == 0
    assert evidence.find(["k1"]), "the other media has the same bytes"
    assert evidence.unreferenced("films", ["e" * 64, "f" * 64]) == ["e" * 64, "f" * 64]
    assert evidence.unreferenced("films", [DIGEST, "b" * 64, "c" * 64]) == []
    media.delete("films", "m2", "")
    assert not evidence.find(["k1"])
    gone = [DIGEST, "b" * 64, "c" * 64]
    assert evidence.unreferenced("films", gone) == gone
    assert evidence.find(["k2"]), "another project's"
    assert evidence.owned("others", DIGEST)
    assert not evidence.owned("films", DIGEST)


def test_embeddings_of_faces_go_with_the_last_media(
    media: MediaStore, evidence: EvidenceStore, tmp_path: Path
) -> None:
    """Biometric data: the file itself goes, not only the way to it."""
    artifacts = ArtifactStore(tmp_path / "artifacts")
    matrix = artifacts.put("films", b"\x00\x3c" * 256)
    media.create(new("m1"))
    evidence.put(row("faces-of-unit-0"), [matrix])
    assert evidence.unreferenced("films", [matrix]) == []
    media.delete("films", "m1", "")
    for digest in evidence.unreferenced("films", list(artifacts.iter_digests("films"))):
        artifacts.delete("films", digest)  # as `sweep.collect` does
    assert not artifacts.exists("films", matrix)


def test_media_in_use_or_changed_stays(
    media: MediaStore, jobs: JobStore, submit: Submit, count: Count
) -> None:
    record = media.create(new("m1"))
    job_id = submit(media_id="m1")
    assert reason(lambda: media.delete("films", "m1", "")) is Reason.MEDIA_IN_USE
    assert reason(lambda: media.delete("films", "m1", "99")) is Reason.ETAG_MISMATCH
    assert count("artifact_ref") == 1
    jobs.finish(job_id, JobState.CANCELLED, retention_ns=10**18)
    media.delete("films", "m1", str(record.version))
    assert (count("media"), count("artifact_ref")) == (0, 0)


def test_a_change_holds_its_etag(media: MediaStore) -> None:
    record = media.create(new("m1"))
    changed = media.change("films", "m1", {"title": "New"}, str(record.version))
    assert (changed.title, changed.version) == ("New", record.version + 1)
    stale = str(record.version)
    assert reason(lambda: media.change("films", "m1", {"title": "x"}, stale)) is (
        Reason.ETAG_MISMATCH
    )
    assert reason(lambda: media.change("others", "m1", {"title": "x"}, "")) is (
        Reason.MEDIA_NOT_FOUND
    )
    assert media.get("films", "m1") == changed


# --- evidence --------------------------------------------------------------------------------


def test_the_first_of_many_writers_of_a_key_wins(
    media: MediaStore, evidence: EvidenceStore, count: Count
) -> None:
    media.create(new("m1"))
    rows = [row("key", blob=f"{n + 1:064x}") for n in range(16)]
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda one: evidence.put(one, [f"{one.blob_digest[::-1]}"]), rows))
    assert len(set(stored)) == 1
    assert evidence.find(["key", "other"]) == {"key": stored[0]}
    assert count("artifact_ref") == 3, (
        "beside the media's own: the losers' blobs have no owner and are collected"
    )


def test_more_keys_than_a_query_takes(media: MediaStore, evidence: EvidenceStore) -> None:
    media.create(new("m1"))
    for number in range(3):
        evidence.put(row(f"k{number}", blob=f"{number:064x}"), [])
    keys = [*(f"none-{n}" for n in range(1_200)), "k0", "k1", "k2"]
    assert evidence.find(keys).keys() == {"k0", "k1", "k2"}
    digests = [f"{number:064x}" for number in range(1_203)]
    assert evidence.unreferenced("films", digests) == digests[3:]


def test_no_evidence_is_made_of_a_media_that_is_gone(
    media: MediaStore, evidence: EvidenceStore, count: Count
) -> None:
    """A step may outlive its job's cancel by a moment, in which the media can be deleted."""
    media.create(new("m1"))
    media.create(new("m2", project="others"))
    media.delete("films", "m1", "")
    assert reason(lambda: evidence.put(row("k1"), ["c" * 64])) is Reason.MEDIA_NOT_FOUND
    assert (count("evidence"), count("artifact_ref")) == (0, 1)


def test_nothing_is_kept_for_an_owner_that_is_gone(
    media: MediaStore, evidence: EvidenceStore, jobs: JobStore, submit: Submit, count: Count
) -> None:
    job_id = submit()
    media.create(new("m1", digest=""))
    evidence.refer("films", ["c" * 64], "job", job_id)
    evidence.refer("films", ["c" * 64], "media", "m1")
    assert count("artifact_ref") == 2
    jobs.purge(job_id)
    media.delete("films", "m1", "")
    evidence.refer("films", ["c" * 64], "job", job_id)
    evidence.refer("films", ["c" * 64], "media", "m1")
    assert count("artifact_ref") == 0


def test_a_job_s_artifacts_are_free_when_it_goes(
    jobs: JobStore, evidence: EvidenceStore, submit: Submit
) -> None:
    job_id = submit()
    evidence.refer("films", ["c" * 64, "c" * 64], "job", job_id)
    evidence.refer("films", ["c" * 64], "job", job_id)
    assert evidence.unreferenced("films", ["c" * 64]) == []
    jobs.purge(job_id)
    assert evidence.unreferenced("films", ["c" * 64]) == ["c" * 64]


def test_costs_add_up_by_feature_and_engine(evidence: EvidenceStore) -> None:
    for _ in range(3):
        evidence.record_cost("text", "e@1", media_ms=10, cpu_ms=4, size=7)
    evidence.record_cost("text", "e@2", media_ms=1, cpu_ms=1, size=1)
    assert evidence.costs() == {("text", "e@1"): (30, 12, 21), ("text", "e@2"): (1, 1, 1)}


# --- uploads ---------------------------------------------------------------------------------


def opened(uploads: UploadStore, upload_id: str, size: int = 4) -> None:
    uploads.create(NewUpload(upload_id, "films", "x", size, "ada", None, "d"))


def test_an_abandoned_upload_goes_after_a_day_with_its_bytes(
    uploads: UploadStore, media: MediaStore, clock: FakeClock, tmp_path: Path
) -> None:
    for upload_id in ("left", "done"):
        opened(uploads, upload_id)
        uploads.write("films", upload_id, 0, b"1234")
    uploads.complete(uploads.get("films", "done"), media, new("m1"))
    clock.advance(24 * 3600)
    assert uploads.expire() == 0
    clock.advance(0.001)
    opened(uploads, "fresh")
    uploads.write("films", "fresh", 0, b"12")
    assert uploads.expire() == 1
    assert reason(lambda: uploads.get("films", "left")) is Reason.UPLOAD_NOT_FOUND
    assert uploads.get("films", "done").media_id == "m1"
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == ["fresh.part"]


def test_a_finished_upload_goes_with_its_media(uploads: UploadStore, media: MediaStore) -> None:
    for upload_id, media_id in (("one", "m1"), ("two", "m2")):
        opened(uploads, upload_id)
        uploads.write("films", upload_id, 0, b"1234")
        uploads.complete(uploads.get("films", upload_id), media, new(media_id))
    media.delete("films", "m1", "")
    assert reason(lambda: uploads.get("films", "one")) is Reason.UPLOAD_NOT_FOUND
    assert uploads.get("films", "two").media_id == "m2"


def test_bytes_behind_the_committed_size_are_written_again(
    uploads: UploadStore, tmp_path: Path
) -> None:
    """A crash between the file and the row leaves such bytes."""
    opened(uploads, "u1")
    uploads.path("u1").write_bytes(b"1xyz")
    assert uploads.write("films", "u1", 0, b"12") == 2
    assert uploads.write("films", "u1", 2, b"34") == 4
    assert uploads.path("u1").read_bytes() == b"1234"


def test_an_upload_belongs_to_its_project(uploads: UploadStore) -> None:
    opened(uploads, "u1")
    assert reason(lambda: uploads.get("others", "u1")) is Reason.UPLOAD_NOT_FOUND
    assert reason(lambda: uploads.write("others", "u1", 0, b"1")) is Reason.UPLOAD_NOT_FOUND


# --- lists and the lock ----------------------------------------------------------------------


def test_lists_show_one_project_and_no_expired_job(
    jobs: JobStore, media: MediaStore, listing: Listing, submit: Submit, clock: FakeClock
) -> None:
    mine, _, late = submit(), submit(project_id="others"), submit()
    jobs.finish(late, JobState.SUCCEEDED, retention_ns=10**9)

    def shown() -> list[str]:
        now = clock.now_ns()
        return [j.id for j in listing.jobs("films", limit=9, before_id=None, now_ns=now)]

    assert shown() == [late, mine]
    clock.advance(1.001)
    assert shown() == [mine]
    media.create(new("m1"))
    media.create(new("m2", project="others"))
    assert [m.id for m in listing.media("films", limit=9, before_id=None)] == ["m1"]


def test_a_second_process_is_refused_while_the_first_lives(tmp_path: Path) -> None:
    lock = tmp_path / "deep" / "lock"
    with exclusive(lock):
        with pytest.raises(VidereError) as refused, exclusive(lock):
            raise AssertionError("two at once")
        assert refused.value.reason is Reason.STORE_FAILED
    with exclusive(lock):
        pass


# --- copies ------------------------------------------------------------------------------------


def copied(key: str, digest: str, donor: EvidenceRow) -> EvidenceRow:
    return replace(donor, key=key, media_digest=digest, taken_from=donor.media_digest)


def test_a_copy_finds_what_was_found_first_in_its_own_project(
    media: MediaStore, evidence: EvidenceStore
) -> None:
    media.create(new("m1"))
    media.create(new("m2", "d" * 64))
    media.create(new("m3", project="others"))
    donor = replace(row("k1"), input_digest="e" * 64)
    evidence.put(donor, ["c" * 64])
    evidence.put(replace(row("k3", project="others"), input_digest="e" * 64), [])
    second = copied("k2", "d" * 64, donor)
    assert evidence.take(second, ["c" * 64], donor)
    assert evidence.take(second, ["c" * 64], donor)  # twice is once
    assert evidence.donors("films", "e" * 64, 3) == [donor, second]
    assert evidence.donors("films", "e" * 64, 1) == [donor]
    assert [one.key for one in evidence.donors("others", "e" * 64, 3)] == ["k3"]
    assert evidence.donors("films", "f" * 64, 3) == []


def test_copies_outlive_each_other(media: MediaStore, evidence: EvidenceStore) -> None:
    for media_id, digest in (("m1", DIGEST), ("m2", "d" * 64), ("m3", "f" * 64)):
        media.create(new(media_id, digest))
    donor = replace(row("k1"), input_digest="e" * 64)
    evidence.put(donor, ["c" * 64])
    second = copied("k2", "d" * 64, donor)
    assert evidence.take(second, ["c" * 64], donor)
    media.delete("films", "m1", "")
    (left,) = evidence.donors("films", "e" * 64, 3)
    assert left == replace(second, taken_from=ERASED)
    assert evidence.owned("films", "c" * 64)
    assert not evidence.take(copied("k3", "f" * 64, donor), ["c" * 64], donor), "it is gone"
    assert evidence.take(copied("k3", "f" * 64, left), ["c" * 64], left)
    media.delete("films", "m2", "")
    media.delete("films", "m3", "")
    assert not evidence.owned("films", "c" * 64)
