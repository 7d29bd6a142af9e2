"""Configs are read and never run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.openmmlab.build import check_types, plain_model, said_by
from videre.common.openmmlab.config import Refused, merged, parse_config, read_config

_LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_what_python_writes_of_a_value_is_that_value(value: Any) -> None:
    text = f"a = {value!r}".replace("inf", "1e999")
    assert parse_config(text, "x") == {"a": value}


def test_dicts_sums_names_and_lists_of_lists_are_values() -> None:
    text = """
'''A comment.'''
side = 32
scale = (side * 2, side // 3 + 1)
model = dict(type='A', neck=dict(out=side, **dict(more=True)), lr=-1e-3, name=f'r{side}')
scales = [dict(type='Resize', scale=one) for one in [scale, (1, 2)]]
first = scales[0]
"""
    assert parse_config(text, "x") == {
        "side": 32,
        "scale": (64, 11),
        "model": {
            "type": "A", "neck": {"out": 32, "more": True}, "lr": -1e-3, "name": "r32"
        },
        "scales": [{"type": "Resize", "scale": (64, 11)}, {"type": "Resize", "scale": (1, 2)}],
        "first": {"type": "Resize", "scale": (64, 11)},
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "import os",
        "from os import system",
        "a = __import__('os').system('true')",
        "a = open('/etc/passwd')",
        "a = (lambda: 1)()",
        "a = [b for b in range(9)]",
        "a = 'x'.__class__",
        "a = dict.fromkeys",
        "a = 'x' * 10**9",
        "a = [1] * 1000000000",
        "a = (b := 1)",
        "a = {**b}",
        "a = [[c for c in b] for b in [1]]",
        "a.b = 1",
        "if True:\n  a = 1",
        "def f(): pass",
        "a = eval('1')",
        "a = b'bytes'",
        "a = 1 / 0",
        "a = [1][5]",
        "a = f'{1:9999999d}'",
        "_base_ = 'other.py'",
        "a = " + "(" * 5_000,
        "a = '\\x00" * 3,
    ],
)
def test_whatever_is_no_value_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse_config(text, "x")


def test_values_that_multiply_are_too_many() -> None:
    lines = ["a = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]"]
    lines += [
        f"{new} = [{old} for x in {old}]" for new, old in zip("bcdefg", "abcdef", strict=True)
    ]
    lines += ["h = [y for y in [[z for z in a] for x in a]]"]
    assert len(parse_config("\n".join(lines), "x")["g"]) == 10
    many = "a = [" + "0," * 200_001 + "]"
    with pytest.raises(Refused, match="more than 200000 values"):
        parse_config(many, "x")


def test_bases_are_read_and_laid_below(tmp_path: Path) -> None:
    library = tmp_path / "library"
    (library / "base").mkdir(parents=True)
    (library / "base" / "model.py").write_text(
        "model = dict(type='A', head=dict(type='H', n=80), neck=dict(type='N'))\nx = dict(y=1)\n"
    )
    own = tmp_path / "own.py"
    own.write_text(
        "_base_ = ['lib::base/model.py', './more.py']\n"
        "model = dict(head=dict(n=3), neck=dict(_delete_=True, type='M'))\n"
        "copy = _base_.model.head\nother = {{_base_.x}}\n"
    )
    (tmp_path / "more.py").write_text("z = 1\nd = '{{ fileDirname }}/dict.txt'\n")
    assert read_config(own, {"lib": library}) == {
        "model": {"type": "A", "head": {"type": "H", "n": 3}, "neck": {"type": "M"}},
        "x": {"y": 1}, "z": 1, "d": f"{tmp_path}/dict.txt",
        "copy": {"type": "H", "n": 80}, "other": {"y": 1},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("_base_ = 'own.py'", "more than 10 bases of bases"),
        ("_base_ = 'absent.py'", "absent.py: cannot be read"),
        ("_base_ = 'elsewhere::a.py'", "'elsewhere' is no library"),
        ("_base_ = '/etc/passwd'", "a config is a .py file"),
        ("import os", "own.py: line 1: 'import os' is code"),
    ],
)
def test_a_file_that_is_refused_says_which_and_why(tmp_path: Path, text: str, words: str) -> None:
    own = tmp_path / "own.py"
    own.write_text(text)
    with pytest.raises(Refused, match=words):
        read_config(own, {})


def test_what_a_child_says_wins_and_the_base_stays() -> None:
    base = {"a": {"b": 1, "c": [1]}, "d": 1}
    assert merged({"a": {"b": 2}}, base) == {"a": {"b": 2, "c": [1]}, "d": 1}
    assert base == {"a": {"b": 1, "c": [1]}, "d": 1}


class _Layer:
    __module__ = "torch.nn.modules.conv"


class _Tracker:
    __module__ = "mmdet.models.task_modules.tracking.camera_motion_compensation"


class _Foreign:
    __module__ = "subprocess"


_KNOWN = {"Conv": _Layer, "Camera": _Tracker, "Popen": _Foreign}


@pytest.mark.parametrize(
    "model",
    [
        {"type": "os.system", "command": "true"},
        {"type": "Conv", "inner": [{"deep": {"type": "subprocess.Popen"}}]},
        {"type": "system"},
        {"type": "os.Conv"},
        {"type": "Popen"},
        {"type": "Camera", "warp_mode": "__import__('os').system('true')"},
        {"type": "Conv", "nms": {"type": "__import__('os').system('true')"}},
        {"type": 7},
        {"type": "Conv", "_scope_": "antigravity"},
    ],
)
def test_types_that_do_more_than_compute_are_refused(model: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        check_types(model, _KNOWN)


def test_types_of_networks_are_let_in_and_nothing_is_fetched() -> None:
    model = {
        "type": "mmdet.Conv", "pretrained": "https://x", "test_cfg": {"nms": {"type": "nms"}},
        "layers": [{"type": "Conv", "init_cfg": {"type": "Pretrained", "checkpoint": "/x"}}],
    }  # fmt: skip
    cleaned = plain_model({"model": model})
    check_types(cleaned, _KNOWN)
    assert set(said_by(cleaned, "type")) == {"mmdet.Conv", "Conv", "nms"}
    assert cleaned["layers"] == [{"type": "Conv"}]
    with pytest.raises(Refused, match="no model"):
        plain_model({})
