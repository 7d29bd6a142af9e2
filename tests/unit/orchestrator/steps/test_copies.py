"""What is of no use of a copy's evidence is passed over; what is taken names where it is from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fresh import fresh_database

from videre.common.artifacts import ArtifactStore
from videre.common.clock import FakeClock
from videre.common.values import TimeSpan
from videre.orchestrator.evidence import Evidence, EvidenceBlob, decode_blob
from videre.orchestrator.steps.copies import Wanted, content, heard, take
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.evidence import EvidenceRow, EvidenceStore
from videre.orchestrator.store.media import MediaStore, NewMedia

FIRST, SECOND, COPY = "a" * 64, "b" * 64, "c" * 64
INPUT = "e" * 64
SPAN, PLACE = TimeSpan(10, 60), TimeSpan(30, 80)
BLOB = EvidenceBlob("sound", "e@1", SPAN, (Evidence("sound", "e@1", TimeSpan(12, 20), "siren", 7),))
WANTED = Wanted("films", COPY, "k-copy", INPUT, PLACE)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = fresh_database(tmp_path / "videre.db")
    media = MediaStore(opened, FakeClock())
    for name, digest in (("m1", FIRST), ("m2", SECOND), ("m3", COPY)):
        media.create(NewMedia(name, "films", "upload:x", "ada", digest=digest, size_bytes=1))
    yield opened
    opened.dispose()


@pytest.fixture
def evidence(database: Database) -> EvidenceStore:
    return EvidenceStore(database, FakeClock())


@pytest.fixture
def artifacts(tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(tmp_path / "artifacts")


def found(evidence: EvidenceStore, key: str, media: str, blob: str, start_ns: int) -> None:
    row = EvidenceRow(key, "films", media, "sound", "e@1", blob, start_ns, 60, INPUT)
    evidence.put(row, [])


def test_it_is_moved_and_says_where_it_is_from(
    evidence: EvidenceStore, artifacts: ArtifactStore
) -> None:
    assert not take(evidence, artifacts, WANTED, heard(PLACE)), "there is nothing yet"
    digest = artifacts.put("films", BLOB.encode(), codec="zstd")
    found(evidence, "k1", FIRST, digest, 10)
    assert take(evidence, artifacts, WANTED, heard(PLACE))
    row = evidence.find(["k-copy"])["k-copy"]
    assert (row.media_digest, row.taken_from, row.input_digest) == (COPY, FIRST, INPUT)
    blob = decode_blob(artifacts.read("films", row.blob_digest))
    assert blob.span == PLACE
    assert [record.span for record in blob.records] == [TimeSpan(32, 40)]


@pytest.mark.parametrize("damage", ["gone", "changed", "no evidence", "of frames"])
def test_damaged_evidence_gives_way_to_another(
    evidence: EvidenceStore, artifacts: ArtifactStore, tmp_path: Path, damage: str
) -> None:
    data = BLOB.encode()
    if damage == "of frames":
        framed = (Evidence("sound", "e@1", TimeSpan(12, 20, 1, 2)),)
        data = replace(BLOB, records=framed).encode()
    if damage == "no evidence":
        data = b"{}"
    bad = artifacts.put("films", data + b" ", codec="none")
    if damage == "gone":
        artifacts.delete("films", bad)
    if damage == "changed":
        (path,) = (path for path in (tmp_path / "artifacts").rglob(f"{bad}*") if path.is_file())
        path.chmod(0o600)
        path.write_bytes(data.replace(b"siren", b"viola"))
    found(evidence, "k1", FIRST, bad, 10)
    assert not take(evidence, artifacts, WANTED, heard(PLACE))
    assert not evidence.find(["k-copy"])
    found(evidence, "k2", SECOND, artifacts.put("films", BLOB.encode(), codec="zstd"), 10)
    assert take(evidence, artifacts, WANTED, heard(PLACE))
    assert evidence.find(["k-copy"])["k-copy"].taken_from == SECOND


def test_content_is_of_samples_and_places() -> None:
    told = [
        content(b"abc"), content(b"abd"), content(b"abc", (0, 1)), content(b"abc", (0, 2)),
        content(b"abc", (0, 1), (1, 2)), content(b"abc", (0, 1, 1, 2)),
    ]  # fmt: skip
    assert len(set(told)) == len(told)
    assert content(b"abc", (0, 1)) == content(b"abc", [0, 1])
