"""What a checkpoint must be before NeMo sees it: files made here, none of which is executed."""

from __future__ import annotations

import gzip
import io
import pickle
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from videre.asr.engines.nemo_file import CONFIG, WEIGHTS, NemoFile, check_nemo_file
from videre.common.errors import Reason, VidereError

TARGET = "nemo.collections.asr.models.EncDecCTCModel"
GOOD = f"""
target: {TARGET}
sample_rate: 16000
encoder:
  _target_: nemo.collections.asr.modules.ConvASREncoder
"""


class Touch:
    """A pickle that would make a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (self.path.touch, ())


def pack(path: Path, members: Mapping[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(VidereError) as refused:
        check_nemo_file(path)
    assert refused.value.reason is Reason.MODEL_UNAVAILABLE
    assert str(path) in refused.value.message
    return refused.value.message


@pytest.mark.parametrize("mode", ["w", "w:gz"])
@pytest.mark.parametrize("front", ["", "./"])
def test_a_checkpoint_tells_its_family(tmp_path: Path, mode: str, front: str) -> None:
    members = {front + CONFIG: GOOD.encode(), front + WEIGHTS: bytes(10)}
    assert check_nemo_file(pack(tmp_path / "a.nemo", members, mode)) == NemoFile(
        "EncDecCTCModel", "ctc"
    )


def test_what_is_no_archive_is_refused_and_not_executed(tmp_path: Path) -> None:
    path, touched = tmp_path / "a.nemo", tmp_path / "touched"
    for data in (b"", b"words", pickle.dumps(Touch(touched)), gzip.compress(b"words")):
        path.write_bytes(data)
        refusal(path)
    assert not touched.exists()


def test_a_truncated_file_is_refused_wherever_it_ends(tmp_path: Path) -> None:
    members = {CONFIG: GOOD.encode(), WEIGHTS: bytes(100_000)}
    whole = pack(tmp_path / "whole.nemo", members).read_bytes()
    path = tmp_path / "a.nemo"
    for size in (100, 600, 1_000, 1_600, 50_000, 100_000):
        path.write_bytes(whole[:size])
        refusal(path)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("target: nemo.collections.tts.models.FastPitchModel", "no part of a recogniser"),
        ("target: nemo.collections.asr.models.EncDecSpeakerLabelModel", "is none of"),
        ("sample_rate: 16000", "is none of"),
        (GOOD + "decoder:\n  _target_: os.system\n  command: id", "os.system"),
        (GOOD + "decoder:\n  - {inner: {_target_: builtins.eval}}", "builtins.eval"),
        (GOOD.replace("16000", "8000"), "8000 Hz"),
        (GOOD + "a: &a [x]\nb: [*a, *a]", "aliases"),
        ("!!python/object/apply:os.system ['id']", "no YAML of plain values"),
        ("- a list", "no mapping"),
        ("a: [", "no YAML"),
    ],
)
def test_configurations_name_parts_of_recognisers_only(
    tmp_path: Path, config: str, said: str
) -> None:
    members = {CONFIG: config.encode(), WEIGHTS: bytes(10)}
    assert said in refusal(pack(tmp_path / "a.nemo", members))


def test_the_aligner_of_a_multitask_model_is_looked_at_too(tmp_path: Path) -> None:
    inner = b"target: nemo.collections.asr.models.EncDecCTCModel\nx: {_target_: os.system}"
    members = {CONFIG: GOOD.encode(), WEIGHTS: b"", "timestamps_asr_model_config.yaml": inner}
    assert "timestamps_asr_model_config.yaml" in refusal(pack(tmp_path / "a.nemo", members))


@pytest.mark.parametrize("missing", [CONFIG, WEIGHTS])
def test_both_parts_are_there(tmp_path: Path, missing: str) -> None:
    members = {CONFIG: GOOD.encode(), WEIGHTS: bytes(10)}
    del members[missing]
    assert f"lacks {missing}" in refusal(pack(tmp_path / "a.nemo", members))


def test_members_stay_inside_and_are_files(tmp_path: Path) -> None:
    for name in ("../out", "/tmp/out", "a/../../out"):
        assert "no plain file" in refusal(pack(tmp_path / "a.nemo", {name: b"x"}))
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(tmp_path / "b.nemo", "w") as archive:
        archive.addfile(link)
    assert "no plain file" in refusal(tmp_path / "b.nemo")
    with tarfile.open(tmp_path / "c.nemo", "w") as archive:
        for _ in range(2):
            archive.addfile(tarfile.TarInfo(CONFIG))
    assert "twice" in refusal(tmp_path / "c.nemo")


def test_what_unpacks_to_far_more_than_it_is_is_refused(tmp_path: Path) -> None:
    members = {CONFIG: GOOD.encode(), WEIGHTS: bytes(80 << 20)}
    assert "unpacks to more" in refusal(pack(tmp_path / "a.nemo", members, "w:gz"))
