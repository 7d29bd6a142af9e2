"""The decoder's child process: it may be killed at any moment, and nobody notices."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from processes import children, own_children

from videre.asr.engines.base import Samples
from videre.asr.engines.sphinx import SphinxRecogniser

pytestmark = pytest.mark.engine
Babble = Callable[[float, int], Samples]


class GoneAway(BaseException):
    """What a check raises when the caller has left."""


def decoders() -> set[int]:
    """Return the decoders that this process has started and not yet reaped (Linux)."""
    if not Path("/proc/self/task").exists():
        pytest.skip("the system does not list a process's children")
    return own_children("sphinx_worker")


def nothing() -> None:
    """A caller that stays."""


@pytest.mark.long
def test_an_idle_decoder_that_died_is_replaced(
    recogniser: SphinxRecogniser, make_babble: Babble
) -> None:
    sound = make_babble(2, 1)
    before = recogniser.recognise(sound, nothing)
    for pid in decoders():
        os.kill(pid, signal.SIGKILL)
    after = recogniser.recognise(sound, nothing)
    assert (after.words, after.measurements) == (before.words, before.measurements)


@pytest.mark.long
def test_a_decoder_killed_at_work_is_replaced_and_the_utterance_read_again(
    recogniser: SphinxRecogniser, make_babble: Babble
) -> None:
    sound = make_babble(4, 2)
    before = recogniser.recognise(sound, nothing)
    victims = decoders()

    def kill_once() -> None:
        while victims:
            os.kill(victims.pop(), signal.SIGKILL)

    after = recogniser.recognise(sound, kill_once)
    assert not victims
    assert (after.words, after.measurements) == (before.words, before.measurements)


def test_a_caller_who_leaves_ends_the_decoder_at_once(
    recogniser: SphinxRecogniser, make_babble: Babble
) -> None:
    worker = decoders()
    calls = 0

    def leave() -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise GoneAway

    started = time.monotonic()
    with pytest.raises(GoneAway):
        recogniser.recognise(np.tile(make_babble(15, 3), 2), leave)
    assert time.monotonic() - started < 2.0
    assert not worker & children(os.getpid())
    assert recogniser.recognise(make_babble(1, 4), nothing).language == "en"


def test_a_recogniser_nobody_holds_leaves_no_process(make_babble: Babble, tmp_path: Path) -> None:
    from videre.common.manifest import packaged_manifest
    from videre.common.models import ModelStore

    before = decoders()
    engine = SphinxRecogniser()
    engine.load(ModelStore(packaged_manifest(), tmp_path))
    started = decoders() - before
    assert started
    del engine
    assert not started & children(os.getpid())
