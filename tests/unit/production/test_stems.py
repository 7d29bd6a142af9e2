"""Voice and accompaniment: reading weights, the network made of them, and sound laid together."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from videre.production.stems.checkpoint import read_arrays
from videre.production.stems.network import BINS, FRAMES, INPUT, network
from videre.production.stems.parting import voice_of

Float = NDArray[np.float32]


def packed(path: Path, data: bytes) -> Path:
    """Write a checkpoint around a pickle."""
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("weights/data.pkl", data)
    return path


def test_arrays_come_back_and_nothing_else_is_called(tmp_path: Path) -> None:
    arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(1, np.float32)}
    found = read_arrays(packed(tmp_path / "good.ckpt", pickle.dumps(arrays, 2)))
    assert {name: one.tolist() for name, one in found.items()} == {
        name: one.tolist() for name, one in arrays.items()
    }

    class Call:
        def __reduce__(self) -> Any:
            return Path.touch, (tmp_path / "called",)

    for bad in (
        pickle.dumps({"a": Call()}, 2),
        pickle.dumps({"a": np.zeros(2)}, 2),  # float64
        pickle.dumps({"a": np.zeros(2, ">f4")}, 2),
        pickle.dumps({"a": 1}, 2),
        pickle.dumps([np.zeros(2, np.float32)], 2),
        b"",
    ):
        with pytest.raises(ValueError, match=r"array|checkpoint"):
            read_arrays(packed(tmp_path / "bad.ckpt", bad))
    assert not (tmp_path / "called").exists()
    (tmp_path / "text.ckpt").write_text("no zip")
    with pytest.raises(ValueError, match="no checkpoint"):
        read_arrays(tmp_path / "text.ckpt")


def weights(last: float) -> dict[str, Float]:
    """Return a network of one channel a layer, whose mask is everywhere the sigmoid of a number."""
    made: dict[str, Float] = {}

    def normal(name: str) -> None:
        for part, value in (("weight", 1), ("bias", 0), ("running_mean", 0), ("running_var", 1)):
            made[f"{name}.{part}"] = np.full(1, value, np.float32)

    for level in range(1, 7):
        made[f"down{level}_conv.1.weight"] = np.zeros((1, 2 if level == 1 else 1, 5, 5), np.float32)
        made[f"down{level}_conv.1.bias"] = np.zeros(1, np.float32)
        made[f"up{level}.0.weight"] = np.zeros((1 if level == 1 else 2, 1, 5, 5), np.float32)
        made[f"up{level}.0.bias"] = np.zeros(1, np.float32)
        normal(f"down{level}_act.0")
        normal(f"up{level}.3")
    made["up7.0.weight"] = np.zeros((2, 1, 4, 4), np.float32)
    made["up7.0.bias"] = np.full(2, last, np.float32)
    return made


def test_a_network_is_made_of_weights() -> None:
    import onnxruntime

    made = network(weights(0.0))
    session = onnxruntime.InferenceSession(made, providers=["CPUExecutionProvider"])
    heard = np.random.default_rng(1).random((1, 2, FRAMES, BINS), np.float32)
    (found,) = session.run(None, {INPUT: heard})
    np.testing.assert_allclose(found, heard / 2, rtol=1e-6)
    with pytest.raises(ValueError, match=r"no array 'up7\.0\.bias'"):
        network({name: one for name, one in weights(0).items() if name != "up7.0.bias"})


def parted(source: Float, share: float) -> Float:
    """Return the voice of sound of which every magnitude is voice to the same share."""
    made = np.full_like(source, np.nan)
    end = 0
    for start, piece in voice_of(source, lambda seen: np.full_like(seen, share)):
        assert start == end
        end = start + len(piece)
        made[start:end] = piece
    assert end == len(source)
    return made


@settings(deadline=None, max_examples=3)
@given(count=st.integers(1, 6_000), channels=st.sampled_from((1, 2)), seed=st.integers(0, 9))
def test_short_sound_comes_back_whole(count: int, channels: int, seed: int) -> None:
    source = np.random.default_rng(seed).normal(0, 0.2, (count, channels)).astype(np.float32)
    np.testing.assert_allclose(parted(source, 1.0), source, atol=2e-6)


def test_sound_of_several_blocks_comes_back_and_shares_are_shares() -> None:
    source = np.random.default_rng(3).normal(0, 0.2, (500_001, 1)).astype(np.float32)
    np.testing.assert_allclose(parted(source, 0.25), source / 4, atol=2e-6)


def test_the_uppermost_frequencies_go_as_those_below_do() -> None:
    time = np.arange(44_100)[:, None] / 44_100
    source = (np.sin(2 * np.pi * 15_000 * time) * 0.5).astype(np.float32)

    def upper(seen: Float) -> Float:
        shares = np.zeros_like(seen)
        shares[:, :, -64:] = 1.0
        return shares

    found = np.concatenate([piece for _, piece in voice_of(source, upper)])
    edge = 4_096  # where a tone begins and ends it has other frequencies too
    np.testing.assert_allclose(found[edge:-edge], source[edge:-edge], atol=1e-3)


def test_one_channel_is_heard_as_two() -> None:
    seen: list[tuple[int, ...]] = []

    def mask(given: Float) -> Float:
        seen.append(given.shape)
        np.testing.assert_array_equal(given[0], given[1])
        return np.stack([np.ones_like(given[0]), np.zeros_like(given[0])])

    source = np.full((5_000, 1), 0.1, np.float32)
    (piece,) = [piece for _, piece in voice_of(source, mask)]
    assert seen == [(2, FRAMES, BINS)]
    np.testing.assert_allclose(piece, source / 2, atol=1e-6)
