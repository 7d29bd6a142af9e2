"""The artifact store in an object store, over a real S3 server: what one puts every one reads."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from doubles.s3 import s3

from videre.common.artifact_file import Codec
from videre.common.artifact_place import open_artifacts
from videre.common.artifacts import ArtifactStore
from videre.common.config import Settings
from videre.common.errors import Reason, VidereError
from videre.common.remote_artifacts import RemoteArtifactStore

DATA = bytes(range(256)) * 30_000  # two parts of a multipart upload
DIGEST = hashlib.sha256(DATA).hexdigest()
CODECS: list[Codec] = ["none", "zstd"]
Replica = Callable[[str], RemoteArtifactStore]


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("s3")
    with s3(folder, "films") as environment, pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        yield folder / "films"


@pytest.fixture
def replica(bucket: Path, tmp_path: Path) -> Replica:
    """Return what opens the store as a process with a cache of its own."""

    def opened(name: str, cache_bytes: int = 1 << 30) -> RemoteArtifactStore:
        place = f"s3://films/{tmp_path.name}"
        return RemoteArtifactStore(place, tmp_path / name, cache_bytes)

    return opened


def objects(bucket: Path, tmp_path: Path) -> list[Path]:
    return sorted(path for path in (bucket / tmp_path.name).rglob("*") if path.is_file())


@pytest.mark.parametrize("codec", CODECS)
def test_what_one_puts_every_one_reads(replica: Replica, codec: Codec) -> None:
    one, other = replica("one"), replica("other")
    assert not other.exists("p", DIGEST)
    assert one.put("p", DATA, codec=codec) == DIGEST
    assert other.exists("p", DIGEST)
    assert other.size("p", DIGEST) == len(DATA)
    assert other.read("p", DIGEST) == DATA
    assert other.materialize("p", DIGEST).read_bytes() == DATA
    assert replica("third").materialize("p", DIGEST).read_bytes() == DATA
    other.verify("p", DIGEST)
    assert list(other.iter_digests("p")) == [DIGEST]
    assert other.projects() == ["p"]
    assert abs(other.modified("p", DIGEST) - time.time()) < 60


@pytest.mark.parametrize("codec", CODECS)
def test_a_range_is_a_slice(replica: Replica, codec: Codec) -> None:
    replica("one").put("p", DATA, codec=codec)
    for offset, length in ((0, 10), (900_000, 1_500_000), (len(DATA) - 5, 99), (len(DATA), 7)):
        fresh = replica(f"at {offset}")
        assert fresh.open_range("p", DIGEST, offset, length) == DATA[offset : offset + length]


def test_a_range_of_a_film_is_not_the_whole_film(replica: Replica, tmp_path: Path) -> None:
    replica("one").put("p", DATA)
    replica("other").open_range("p", DIGEST, 10, 10)
    assert not [path for path in (tmp_path / "other").rglob("*") if path.is_file()]


def test_an_object_is_there_before_its_file(
    replica: Replica, bucket: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replica that dies in between leaves what can be read, never a name without bytes."""
    one = replica("one")

    def dies(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(RemoteArtifactStore, "_keep", dies)
    with pytest.raises(KeyboardInterrupt):
        one.put("p", DATA)
    monkeypatch.undo()
    assert replica("other").read("p", DIGEST) == DATA


def test_what_is_deleted_is_gone_for_all(replica: Replica, bucket: Path, tmp_path: Path) -> None:
    one, other = replica("one"), replica("other")
    one.put("p", DATA)
    one.put("p", DATA, codec="zstd")
    assert len(objects(bucket, tmp_path)) == 2
    other.delete("p", DIGEST)
    assert not objects(bucket, tmp_path)
    assert not other.exists("p", DIGEST)
    other.delete("p", DIGEST)
    with pytest.raises(VidereError) as missing:
        other.read("p", DIGEST)
    assert missing.value.reason is Reason.ARTIFACT_NOT_FOUND


def test_damage_here_is_mended_and_damage_there_is_told(
    replica: Replica, bucket: Path, tmp_path: Path
) -> None:
    one = replica("one")
    one.put("p", DATA)
    kept = one.materialize("p", DIGEST)
    kept.write_bytes(b"x")
    assert one.read("p", DIGEST) == DATA
    (stored,) = objects(bucket, tmp_path)
    stored.write_bytes(DATA[:-1] + b"x")
    assert one.read("p", DIGEST) == DATA, "from its own cache"
    with pytest.raises(VidereError) as damaged:
        replica("other").read("p", DIGEST)
    assert damaged.value.reason is Reason.ARTIFACT_CORRUPT
    one.put("p", DATA)
    assert replica("third").read("p", DIGEST) == DATA


def test_the_cache_stays_within_its_bound(bucket: Path, tmp_path: Path) -> None:
    store = RemoteArtifactStore(f"s3://films/{tmp_path.name}", tmp_path / "one", 1_000)
    digests = [store.put("p", bytes([number]) * 600) for number in range(4)]
    long_ago = time.time() - 3_600
    for place, digest in enumerate(digests[:3]):
        os.utime(store.materialize("p", digest), (long_ago + place, long_ago + place))
    store.clear_temporary(3_600)
    kept = {path.name for path in (tmp_path / "one").rglob("*") if path.is_file()}
    assert kept == {digests[3]}, "the longest unused go, what was used a moment ago stays"
    assert all(store.read("p", digest) for digest in digests)


def test_a_store_that_is_away_fails_like_a_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }.items():
        monkeypatch.setenv(name, value)
    store = RemoteArtifactStore("s3://films/a", tmp_path, 0)
    with pytest.raises(OSError, match="object store") as failed:
        store.read("p", DIGEST)
    assert failed.value.errno == errno.EIO


@pytest.mark.parametrize("name", ["../x", "a/b", ""])
def test_names_are_checked_before_anything_is_asked(replica: Replica, name: str) -> None:
    with pytest.raises(VidereError) as refused:
        replica("one").read(name, DIGEST)
    assert refused.value.reason is Reason.FIELD_INVALID
    with pytest.raises(VidereError):
        list(replica("one").iter_digests(name))


def test_the_configuration_says_where_artifacts_are(
    bucket: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDERE_DATA_DIR", str(tmp_path))
    assert type(open_artifacts(Settings())) is ArtifactStore
    monkeypatch.setenv("VIDERE_ARTIFACT_URL", f"file://{tmp_path}/shared%20one")
    assert Settings().artifacts_path == tmp_path / "shared one"
    assert Settings().object_store is None
    monkeypatch.setenv("VIDERE_ARTIFACT_URL", f"s3://films/{tmp_path.name}")
    store = open_artifacts(Settings())
    assert isinstance(store, RemoteArtifactStore)
    assert store.read("p", store.put("p", b"x")) == b"x"
    monkeypatch.setenv("VIDERE_ARTIFACT_URL", "ftp://films")
    with pytest.raises(ValueError, match="s3://"):
        Settings()
