"""No input makes a parser do anything but read it or refuse it as it says.

`VIDERE_FUZZ_SECONDS` lets every parser be tried for so long with new seeds; a failure names its
seed, which gives the same input again.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator

import pytest

from bench.hostile_inputs.mutate import mutate
from tests.tables import each
from tests.unit.fuzz.targets import TARGETS, Target
from videre.common.errors import VidereError

SECONDS = float(os.environ.get("VIDERE_FUZZ_SECONDS", "0"))
INPUTS = 400
#: Longest time for one input of a few hundred bytes on a busy machine.
LONGEST_S = 5.0


def seeds() -> Iterator[int]:
    """Yield the first seeds, or random ones until the time has passed."""
    if not SECONDS:
        yield from range(INPUTS)
        return
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        yield random.randrange(1 << 60)


def tried(target: Target, data: bytes, name: str) -> None:
    started = time.monotonic()
    error = raised(target, data)
    refused = error is None or isinstance(error, target.refusals)
    assert refused, f"{name}: {type(error).__name__}: {error}: {data[:300]!r}"
    if isinstance(error, VidereError):
        assert error.reason in target.reasons, name
    assert time.monotonic() - started < LONGEST_S, name


def raised(target: Target, data: bytes) -> Exception | None:
    try:
        target.parse(data)
    except Exception as error:
        return error
    return None


def test_sound_inputs_are_read() -> None:
    def is_read(name: str) -> None:
        read = [raised(TARGETS[name], data) for data in TARGETS[name].seeds]
        assert None in read or name in ("file address", "signals"), read

    each(TARGETS, is_read)


@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_reads_or_refuses(name: str) -> None:
    target = TARGETS[name]
    for seed in seeds():
        sound = target.seeds[seed % len(target.seeds)] or b"\0"
        tried(target, mutate(sound, f"{name} {seed}"), f"{name}, seed {seed}")


FOREIGN = [b"", b"\0", b"[" * 20_000, b"\xff" * 300, b"null", b"{}", b"[]"]


@pytest.mark.parametrize("data", FOREIGN, ids=lambda data: repr(data[:4]))
def test_a_parser_survives_what_is_not_its_own(data: bytes) -> None:
    each(TARGETS, lambda name: tried(TARGETS[name], data, f"{name}: {data[:9]!r}"))
