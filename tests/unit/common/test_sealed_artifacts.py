"""Sealed artifacts: nothing of them is to be found in files, and they are read as others are."""

from __future__ import annotations

import hashlib
import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Final

import pytest

from videre.common.artifact_file import Codec
from videre.common.artifact_place import open_artifacts
from videre.common.artifact_resealing import is_current, reseal
from videre.common.artifact_sealing import Sealing
from videre.common.artifacts import ArtifactStore
from videre.common.config import Settings
from videre.common.errors import Reason, VidereError
from videre.common.sealed_file import PIECE
from videre.common.sealing import Seal

KEY, OTHER = b"k" * 32, b"o" * 32
#: Two pieces and a bit; what is planted stands in each, and over their border.
WORD: Final = b"planted-word"
DATA: Final = WORD.ljust(PIECE - 5, b".") + WORD + os.urandom(PIECE) + WORD
DIGEST = hashlib.sha256(DATA).hexdigest()
CODECS: list[Codec] = ["none", "zstd"]


def opened(root: Path, *keys: bytes, closes: bool = True) -> ArtifactStore:
    sealing = Sealing(lambda: Seal(*keys), closes=closes, opened=root / "opened")
    return ArtifactStore(root / "artifacts", sealing)


def files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def reason_of(store: ArtifactStore, digest: str = DIGEST) -> Reason:
    with pytest.raises(VidereError) as refused:
        store.read("p", digest)
    return refused.value.reason


@pytest.mark.parametrize("codec", CODECS)
def test_nothing_of_it_is_in_a_file(tmp_path: Path, codec: Codec) -> None:
    store = opened(tmp_path, KEY)
    pieces = [DATA[:7], DATA[7 : PIECE + 3], b"", DATA[PIECE + 3 :]]
    assert store.put("p", iter(pieces), codec=codec) == DIGEST
    [path] = files(tmp_path)
    assert WORD not in path.read_bytes()
    assert store.read("p", DIGEST) == DATA
    assert store.size("p", DIGEST) == len(DATA)
    store.verify("p", DIGEST)
    for offset, length in itertools.product(
        (0, PIECE - 1, PIECE, len(DATA) - 1, len(DATA)), (0, 1, PIECE)
    ):
        assert store.open_range("p", DIGEST, offset, length) == DATA[offset : offset + length]


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1])
def test_every_length_is_read(tmp_path: Path, size: int) -> None:
    store, data = opened(tmp_path, KEY), bytes(size)
    assert store.read("p", store.put("p", data)) == data


@pytest.mark.parametrize("codec", CODECS)
def test_damage_is_noticed(tmp_path: Path, codec: Codec) -> None:
    store = opened(tmp_path, KEY)
    store.put("p", DATA, codec=codec)
    other = store.put("p", DATA + b"!", codec=codec)
    path, stranger = sorted(files(tmp_path), key=lambda path: DIGEST not in path.name)
    whole = path.read_bytes()
    stored = PIECE + 16
    first, second, third = 92, 92 + stored, 92 + 2 * stored
    swapped = whole[:first] + whole[second:third] + whole[first:second] + whole[third:]
    places = (4, 5, 25, 40, 95, len(whole) - 1)
    for damaged in (
        *(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in places),
        *(whole[:length] for length in (0, 31, 33, 92, 100, 92 + stored, len(whole) - 1)),
        whole + b"x", swapped, stranger.read_bytes(),
    ):  # fmt: skip
        path.write_bytes(damaged)
        assert reason_of(store) is Reason.ARTIFACT_CORRUPT
    store.put("p", DATA, codec=codec)
    assert store.read("p", DIGEST) == DATA
    assert store.read("p", other) == DATA + b"!"


def test_a_wrong_key_is_named(tmp_path: Path) -> None:
    opened(tmp_path, KEY).put("p", DATA)
    with pytest.raises(VidereError, match="is sealed under the master key") as refused:
        opened(tmp_path, OTHER).read("p", DIGEST)
    assert refused.value.reason is Reason.KEY_MISSING
    assert refused.value.metadata["key_id"] == Seal(KEY).key_ids[0]
    assert reason_of(ArtifactStore(tmp_path / "artifacts")) is Reason.KEY_MISSING
    assert opened(tmp_path, KEY, closes=False).read("p", DIGEST) == DATA


def test_a_program_is_given_a_copy_that_goes(tmp_path: Path) -> None:
    store = opened(tmp_path, KEY)
    store.put("p", DATA)
    path = store.materialize("p", DIGEST)
    assert path.read_bytes() == DATA
    assert path.is_relative_to(tmp_path / "opened")
    assert path.stat().st_mode & 0o077 == 0
    assert store.materialize("p", DIGEST) == path
    assert store.clear_opened(60) == 0
    os.utime(path, (1, 1))
    assert store.clear_opened(60) == 1
    again = store.materialize("p", DIGEST)
    store.delete("p", DIGEST)
    assert files(tmp_path) == []
    assert not again.exists()


def test_a_file_that_is_moved_in_is_sealed_too(tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_bytes(DATA)
    store = opened(tmp_path, KEY)
    assert store.put_file("p", source, move=True) == DIGEST
    [path] = files(tmp_path)
    assert WORD not in path.read_bytes()


@pytest.mark.parametrize("codec", CODECS)
def test_sealing_is_turned_on_renewed_and_turned_off(tmp_path: Path, codec: Codec) -> None:
    plain = ArtifactStore(tmp_path / "artifacts")
    plain.put("p", DATA, codec=codec)
    plain.materialize("p", DIGEST)
    steps = [
        opened(tmp_path, KEY),
        opened(tmp_path, OTHER, KEY),
        opened(tmp_path, OTHER, closes=False),
    ]
    for store in steps:
        assert store.read("p", DIGEST) == DATA
        assert not is_current(store, "p", DIGEST)
        reseal(store, "p", DIGEST)
        assert is_current(store, "p", DIGEST)
        assert store.read("p", DIGEST) == DATA
        assert len(files(tmp_path)) == 1
    assert plain.read("p", DIGEST) == DATA


def test_it_is_read_while_it_is_sealed_anew(tmp_path: Path) -> None:
    digests = [ArtifactStore(tmp_path / "artifacts").put("p", DATA + bytes([n])) for n in range(2)]
    keys = [os.urandom(32) for _ in range(3)]
    store, done = opened(tmp_path, *keys), Event()

    def read() -> int:
        count = 0
        for digest in itertools.cycle(digests):
            assert store.read("p", digest)[:-1] == DATA
            assert store.open_range("p", digest, PIECE - 3, 9) == DATA[PIECE - 3 : PIECE + 6]
            assert store.size("p", digest) == len(DATA) + 1
            count += 1
            if done.is_set():
                return count
        return count

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        for first in range(len(keys)):
            newer = opened(tmp_path, *(keys[-1 - first :] + keys[: -1 - first]))
            for digest in digests:
                reseal(newer, "p", digest)
        done.set()
        reads = sum(reader.result() for reader in readers)
    assert reads >= 2


def test_a_setting_seals(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, encryption=True)
    with pytest.raises(VidereError, match="no master key"):
        open_artifacts(settings).put("p", DATA)
    settings.seal()
    open_artifacts(settings).put("p", DATA)
    assert reason_of(ArtifactStore(settings.artifacts_path)) is Reason.KEY_MISSING
    assert open_artifacts(settings).read("p", DIGEST) == DATA
    assert not files(settings.artifacts_path / "p" / "tmp")
