"""The artifact store: bytes by digest, whole or not at all, whatever the codec."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.artifact_file import Codec
from videre.common.artifacts import ArtifactStore
from videre.common.errors import Reason, VidereError

DATA = b"picture" * 400_000  # several pieces, compresses well
DIGEST = hashlib.sha256(DATA).hexdigest()
CODECS: list[Codec] = ["none", "zstd"]


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(tmp_path / "artifacts")


def files(store_root: Path) -> list[Path]:
    return sorted(path for path in store_root.rglob("*") if path.is_file())


@pytest.mark.parametrize("codec", CODECS)
def test_what_was_put_is_read(store: ArtifactStore, codec: Codec) -> None:
    assert store.put("p", DATA, codec=codec) == DIGEST
    assert store.exists("p", DIGEST)
    assert store.read("p", DIGEST) == DATA
    assert store.size("p", DIGEST) == len(DATA)
    store.verify("p", DIGEST)
    assert list(store.iter_digests("p")) == [DIGEST]


def test_the_digest_does_not_depend_on_codec_or_pieces(store: ArtifactStore) -> None:
    pieces = [DATA[:1], DATA[1:1_500_000], b"", DATA[1_500_000:]]
    assert store.put("p", iter(pieces), codec="zstd") == DIGEST
    assert store.put("p", iter(pieces)) == DIGEST


def test_a_compressed_artifact_takes_less_room(store: ArtifactStore, tmp_path: Path) -> None:
    store.put("p", DATA, codec="zstd")
    assert sum(path.stat().st_size for path in files(tmp_path)) < len(DATA) / 10


@given(
    data=st.binary(max_size=300),
    offset=st.integers(0, 400),
    length=st.integers(0, 400),
    codec=st.sampled_from(CODECS),
)
def test_a_range_is_a_slice(
    data: bytes, offset: int, length: int, codec: Codec, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = ArtifactStore(tmp_path_factory.getbasetemp() / "ranges")
    digest = store.put("p", data, codec=codec)
    assert store.open_range("p", digest, offset, length) == data[offset : offset + length]
    store.delete("p", digest)


@pytest.mark.parametrize("codec", CODECS)
def test_a_range_across_pieces(store: ArtifactStore, codec: Codec) -> None:
    digest = store.put("p", DATA, codec=codec)
    assert store.open_range("p", digest, 900_000, 1_500_000) == DATA[900_000:2_400_000]


def test_a_negative_range_is_refused(store: ArtifactStore) -> None:
    digest = store.put("p", b"x")
    with pytest.raises(VidereError) as refused:
        store.open_range("p", digest, -1, 5)
    assert refused.value.reason is Reason.FIELD_INVALID


@pytest.mark.parametrize("codec", CODECS)
def test_materialize_gives_a_file_of_just_the_bytes(store: ArtifactStore, codec: Codec) -> None:
    digest = store.put("p", DATA, codec=codec)
    path = store.materialize("p", digest)
    assert path.read_bytes() == DATA
    assert store.materialize("p", digest) == path
    store.delete("p", digest)
    assert not store.exists("p", digest)
    assert not path.exists()


def test_put_file_copies_or_moves(store: ArtifactStore, tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(DATA)
    assert store.put_file("p", source) == DIGEST
    assert source.exists()
    store.delete("p", DIGEST)
    assert store.put_file("p", source, move=True) == DIGEST
    assert not source.exists()
    assert store.read("p", DIGEST) == DATA


def test_projects_do_not_see_each_other(store: ArtifactStore) -> None:
    digest = store.put("a", b"secret")
    assert not store.exists("b", digest)
    assert list(store.iter_digests("b")) == []
    with pytest.raises(VidereError) as refused:
        store.read("b", digest)
    assert refused.value.reason is Reason.ARTIFACT_NOT_FOUND


@pytest.mark.parametrize("project", ["", "..", "a/b", ".hidden", "x" * 65, "ä"])
def test_a_project_cannot_leave_its_folder(store: ArtifactStore, project: str) -> None:
    with pytest.raises(VidereError) as refused:
        store.put(project, b"x")
    assert refused.value.reason is Reason.FIELD_INVALID


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", DIGEST.upper(), DIGEST[:-1]])
def test_a_digest_cannot_be_a_path(store: ArtifactStore, digest: str) -> None:
    with pytest.raises(VidereError) as refused:
        store.read("p", digest)
    assert refused.value.reason is Reason.FIELD_INVALID


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "grow"])
def test_damage_is_noticed_and_mended_by_putting_again(
    store: ArtifactStore, tmp_path: Path, codec: Codec, damage: str
) -> None:
    digest = store.put("p", DATA, codec=codec)
    [path] = files(tmp_path)
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "flip": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "cut": whole[:-5],
            "empty": b"",
            "grow": whole[:40] + whole,
        }[damage]
    )
    for look in (store.read, store.verify):
        with pytest.raises(VidereError) as error:
            look("p", digest)
        assert error.value.reason is Reason.ARTIFACT_CORRUPT
    store.put("p", DATA, codec=codec)
    assert store.read("p", digest) == DATA


def test_a_coded_artifact_that_is_damaged_is_not_materialized(
    store: ArtifactStore, tmp_path: Path
) -> None:
    other = store.put("p", b"other bytes", codec="zstd")
    [path] = files(tmp_path)
    digest = store.put("p", b"these bytes", codec="zstd")
    [mine] = [found for found in files(tmp_path) if digest in found.name]
    mine.write_bytes(path.read_bytes())
    with pytest.raises(VidereError) as error:
        store.materialize("p", digest)
    assert error.value.reason is Reason.ARTIFACT_CORRUPT
    assert store.read("p", other) == b"other bytes"
    assert len(files(tmp_path)) == 2


def test_an_abandoned_writer_leaves_nothing(store: ArtifactStore, tmp_path: Path) -> None:
    def half() -> None:
        with store.writer("p", "zstd") as writer:
            writer.write(b"half")
            raise KeyError

    with pytest.raises(KeyError):
        half()
    assert files(tmp_path) == []


def test_what_a_killed_process_left_is_cleared_when_old(
    store: ArtifactStore, tmp_path: Path
) -> None:
    digest = store.put("p", b"kept")
    old_file, old = store.temporary("p")
    new_file, new = store.temporary("p")
    old_file.close()
    new_file.close()
    os.utime(old, (1, 1))
    assert store.clear_temporary(3600) == 1
    assert not old.exists()
    assert new.exists()
    assert store.read("p", digest) == b"kept"


def test_putting_again_renews_the_age(store: ArtifactStore, tmp_path: Path) -> None:
    digest = store.put("p", b"x")
    [path] = files(tmp_path)
    os.utime(path, (1, 1))
    assert store.modified("p", digest) == 1
    store.put("p", b"x")
    assert store.modified("p", digest) > 1


def test_the_empty_artifact(store: ArtifactStore) -> None:
    for codec in CODECS:
        digest = store.put("p", b"", codec=codec)
        assert store.read("p", digest) == b""
        assert store.size("p", digest) == 0
        store.delete("p", digest)
