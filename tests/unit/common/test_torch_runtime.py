"""Devices and threads of torch, by a stand-in of the module: torch is not installed here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from videre.common.config import Settings
from videre.common.errors import Reason, VidereError
from videre.common.torch_runtime import chosen_device, inference, prepare


@pytest.mark.parametrize(
    ("wanted", "gpus", "device"),
    [
        ("auto", 0, "cpu"),
        ("auto", 2, "cuda:0"),
        ("cpu", 2, "cpu"),
        ("cuda", 1, "cuda:0"),
        ("cuda:1", 2, "cuda:1"),
    ],
)
def test_the_device_is_what_is_asked_for_and_there(wanted: str, gpus: int, device: str) -> None:
    assert chosen_device(wanted, gpus) == device


@pytest.mark.parametrize(("wanted", "gpus"), [("cuda", 0), ("cuda:1", 1)])
def test_a_device_that_is_not_there_is_refused_by_name(wanted: str, gpus: int) -> None:
    with pytest.raises(VidereError, match=f"VIDERE_DEVICE asks for {wanted}") as refused:
        chosen_device(wanted, gpus)
    assert refused.value.reason is Reason.ENGINE_FAILED


def test_threads_come_from_the_settings() -> None:
    told: list[Any] = []
    torch = SimpleNamespace(
        set_num_threads=told.append,
        cuda=SimpleNamespace(is_available=lambda: True, device_count=lambda: 1),
    )
    assert prepare(torch, Settings(torch_threads=3)) == "cuda:0"
    assert told == [3]


@pytest.mark.parametrize("device", ["gpu", "cuda:", "cuda:x", "cpu,cuda"])
def test_a_device_that_is_none_is_refused(device: str) -> None:
    with pytest.raises(ValidationError):
        Settings(device=device)


@pytest.mark.parametrize("device", ["cpu", "cuda:1"])
def test_a_gpu_computes_in_half_precision_and_may_have_too_little_memory(device: str) -> None:
    told: list[Any] = []

    @contextmanager
    def within(*how: Any, **more: Any) -> Iterator[None]:
        told.append((*how, more))
        yield

    torch = SimpleNamespace(
        inference_mode=within, autocast=within, float16="half", OutOfMemoryError=MemoryError,
        cuda=SimpleNamespace(empty_cache=lambda: told.append("emptied")),
    )  # fmt: skip
    with inference(torch, device):
        told.append("computed")
    kind = device[:4].rstrip(":")
    assert told == [({},), (kind, "half", {"enabled": kind == "cuda"}), "computed"]
    with pytest.raises(VidereError) as refused, inference(torch, device):
        raise MemoryError
    assert (refused.value.reason, told[-1]) == (Reason.DEVICE_MEMORY, "emptied")
