"""Checkpoints are looked into without torch, and nothing in them runs."""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import tempfile
import zipfile
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.openmmlab.checkpoint import read_meta
from videre.common.openmmlab.config import Refused
from videre.common.openmmlab.given import class_names, look_into


class _Harm:
    """Makes a folder when it is unpickled."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.target),)


def _archive(path: Path, data: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("name/data.pkl", data)
        archive.writestr("name/version", "3")
    return path


def _saved(path: Path, value: Any) -> Path:
    return _archive(path, pickle.dumps(value, protocol=2))


_META = {
    "cfg": "model = dict(type='A')\n",
    "dataset_meta": {"CLASSES": ("circle", "square"), "PALETTE": [(1, 2, 3)]},
}


def test_a_model_of_one_s_own_is_described(tmp_path: Path) -> None:
    path = _saved(tmp_path / "a.pth", {"meta": _META, "state_dict": OrderedDict()})
    found = look_into(path, None, {})
    assert (found.refused, found.config) == ("", {"model": {"type": "A"}})
    assert class_names(found) == ("circle", "square")
    config = tmp_path / "b.py"
    config.write_text("model = dict(type='B')\n")
    other = look_into(path, config, {})
    assert other.config == {"model": {"type": "B"}}
    assert other.digest != found.digest
    assert look_into(None, None, {}).checkpoint is None


def test_the_old_format_of_four_pickles_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.pth"
    parts = (0x1950A86A20F9469CFC6C, 1001, {}, {"meta": {"CLASSES": ["a"]}, "state_dict": {}})
    path.write_bytes(b"".join(pickle.dumps(part, protocol=2) for part in parts))
    assert read_meta(path) == {"CLASSES": ["a"]}


def test_what_training_leaves_in_a_checkpoint_is_passed_over(tmp_path: Path) -> None:
    import numpy as np

    whole = {
        "meta": _META,
        "state_dict": {},
        "message_hub": {"loss": np.zeros(3), "n": np.float64(1)},
    }
    assert read_meta(_saved(tmp_path / "a.pth", whole)) == _META


@pytest.mark.parametrize("old", [False, True])
def test_code_in_a_checkpoint_is_refused_by_name_and_does_not_run(
    tmp_path: Path, old: bool
) -> None:
    target = tmp_path / "made"
    path, whole = tmp_path / "bad.pth", {"meta": _META, "state_dict": {"a": _Harm(target)}}
    if old:
        path.write_bytes(pickle.dumps(_Harm(target)))
    else:
        _saved(path, whole)
    assert "bad.pth: it asks for posix.mkdir, which is code" in look_into(path, None, {}).refused
    assert not target.exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no checkpoint, or a broken one"),
        (b"\x89PNG\r\n\x1a\n", "no checkpoint, or a broken one"),
        (b"PK\x03\x04 not really", "no checkpoint, or a broken one"),
        (pickle.dumps([1]) * 4, "holds no dictionary"),
        (pickle.dumps({"meta": 7}) * 4, "its meta is no dictionary"),
        (pickle.dumps({"meta": {}}) * 4, "carries no config"),
        (pickle.dumps({"meta": {"cfg": "import os"}}) * 4, "is code, no value"),
    ],
)
def test_what_is_no_checkpoint_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "a.pth"
    path.write_bytes(data)
    assert words in look_into(path, None, {}).refused


def test_a_file_that_is_not_there_or_has_no_data_is_refused(tmp_path: Path) -> None:
    assert "a.pth: no such file" in look_into(tmp_path / "a.pth", None, {}).refused
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("x", "y")
    (tmp_path / "a.pth").write_bytes(held.getvalue())
    assert "without a checkpoint's data.pkl" in look_into(tmp_path / "a.pth", None, {}).refused


@given(st.data())
def test_broken_bytes_are_refused_and_nothing_else(data: st.DataObject) -> None:
    whole = bytearray(pickle.dumps({"meta": _META}, protocol=2))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with tempfile.TemporaryDirectory() as folder:
        path = _archive(Path(folder, "a.pth"), cut)
        with contextlib.suppress(Refused):
            assert isinstance(read_meta(path), dict)


@pytest.mark.parametrize("names", [(), ("a", "a"), ("",), (7,), ("x" * 101,), {"a": 1}, None])
def test_classes_that_cannot_be_are_refused(tmp_path: Path, names: Any) -> None:
    meta = {"cfg": "model = dict(type='A')", "dataset_meta": {"classes": names}}
    found = look_into(_saved(tmp_path / "a.pth", {"meta": meta}), None, {})
    with pytest.raises(Refused):
        class_names(found)


def test_classes_of_the_config_serve_where_the_checkpoint_names_none(tmp_path: Path) -> None:
    text = (
        "test_dataloader = dict(dataset=dict(type='Repeat', dataset=dict(type='Coco', "
        "pipeline=[dict(type='Resize')], metainfo=dict(classes=('a', 'b')))))"
    )
    found = look_into(_saved(tmp_path / "a.pth", {"meta": {"cfg": text}}), None, {})
    assert class_names(found) == ("a", "b")
