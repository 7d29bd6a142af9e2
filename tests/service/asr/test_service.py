"""The speech service over real gRPC with its real engines, on sound made here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import grpc
import grpc.aio
import numpy as np
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from videre.asr.engines.base import Samples
from videre.internal.v1 import asr_pb2

pytestmark = pytest.mark.engine
Babble = Callable[[float, int], Samples]


def reason_of(error: grpc.aio.AioRpcError) -> str:
    status = rpc_status.from_call(error)  # type: ignore[arg-type]
    assert status is not None
    info = error_details_pb2.ErrorInfo()
    assert any(detail.Unpack(info) for detail in status.details)
    return str(info.reason)


async def test_silence_holds_no_speech(client: Any) -> None:
    answer = await client.detect(np.zeros(16_000 * 40, np.int16))
    assert list(answer.spans) == []
    assert answer.samples == 16_000 * 40
    assert answer.usage.items == 40
    assert answer.usage.model_calls > 0


async def test_an_empty_track_has_no_samples(client: Any) -> None:
    answer = await client.detect(np.zeros(0, np.int16))
    assert (list(answer.spans), answer.samples) == ([], 0)


async def test_speech_does_not_depend_on_the_pieces(client: Any, make_babble: Babble) -> None:
    gap = np.zeros(16_000, np.int16)
    track = np.concatenate([gap, make_babble(3, 1), gap, make_babble(2, 2), gap])
    whole = await client.detect(track)
    assert len(whole.spans) > 0
    for piece_bytes in (1_000, 40_002):
        answer = await client.detect(track, piece_bytes)
        assert list(answer.spans) == list(whole.spans)


async def test_utterances_answer_the_spans_in_order(client: Any, make_babble: Babble) -> None:
    sound = make_babble(4, 3)
    answer = await client.transcribe(sound, (0, 16_000), (20_000, 30_000), (30_000, 64_000))
    assert [one.measurements["duration_seconds"] for one in answer.utterances] == [1, 0.625, 2.125]
    for one, (start, end) in zip(
        answer.utterances, [(0, 16_000), (20_000, 30_000), (30_000, 64_000)], strict=True
    ):
        assert one.language_code == "en"
        for word in one.words:
            assert start <= word.start_sample <= word.end_sample <= end
    assert answer.usage.model_calls == 3
    assert answer.usage.items == pytest.approx(3.75)
    assert answer.usage.cpu_seconds > 0.05  # the child's share is counted


@pytest.mark.long
async def test_the_same_sound_gives_the_same_words_whatever_was_heard_between(
    client: Any, make_babble: Babble
) -> None:
    a, b = make_babble(2, 4), make_babble(3, 5)
    first = await client.transcribe(a)
    for between in (b, np.zeros(16_000, np.int16), b[::-1].copy()):
        await client.transcribe(between)
        again = await client.transcribe(a)
        assert list(again.utterances) == list(first.utterances)
    spans = [(0, len(a)), (len(a), len(a) + len(b))]
    together = await client.transcribe(np.concatenate([a, b]), *spans)
    assert together.utterances[0] == first.utterances[0]


@pytest.mark.long
async def test_two_slots_decode_at_once_and_answer_alike(client: Any, make_babble: Babble) -> None:
    sounds = [make_babble(2, seed) for seed in range(3)]
    alone = [(await client.transcribe(sound)).utterances[0] for sound in sounds]
    together = await asyncio.gather(*(client.transcribe(sound) for sound in sounds * 2))
    assert [one.utterances[0] for one in together] == alone * 2


async def test_a_cancelled_call_frees_its_slot(client: Any, make_babble: Babble) -> None:
    long = client.group(np.tile(make_babble(15, 6), 2))
    short = make_babble(1, 7)
    before = await client.transcribe(short)
    started = time.process_time()
    await client.transcribe(short)
    second = time.process_time() - started
    calls = [client.stub.Transcribe(long, timeout=60) for _ in range(2)]
    await _until(lambda: client.executor.busy == 2)
    started = time.process_time()
    for call in calls:
        call.cancel()
    await _until(lambda: client.executor.busy == 0)
    whole = 2 * 30 * second
    assert time.process_time() - started < whole / 4
    after = await client.transcribe(short)
    assert list(after.utterances) == list(before.utterances)


async def _until(condition: Callable[[], bool]) -> None:
    for _ in range(3_000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come to that within 30 s")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"pcm": bytes(3)}, "FIELD_INVALID"),
        ({"pcm": bytes(2 * 16_000 * 30 + 2)}, "FIELD_INVALID"),
        ({"spans": [(0, 16_001)]}, "FIELD_INVALID"),
        ({"spans": [(5, 5)]}, "FIELD_INVALID"),
        ({"spans": [(100, 200), (150, 300)]}, "FIELD_INVALID"),
        ({"version": "0"}, "ENGINE_VERSION"),
        ({"feature": "speech_activity"}, "FIELD_INVALID"),
    ],
)
async def test_a_request_out_of_bounds_is_refused(
    client: Any, change: dict[str, Any], reason: str
) -> None:
    request = client.group(np.zeros(16_000, np.int16))
    if "pcm" in change:
        request.pcm = change["pcm"]
    if "spans" in change:
        del request.spans[:]
        for start, end in change["spans"]:
            request.spans.add(start_sample=start, end_sample=end)
    request.engine.version = change.get("version", request.engine.version)
    request.engine.feature = change.get("feature", request.engine.feature)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.stub.Transcribe(request, timeout=60)
    assert reason_of(caught.value) == reason


async def test_a_piece_too_large_or_no_piece_at_all_is_refused(client: Any) -> None:
    large = asr_pb2.DetectSpeechRequest(
        engine=client.pins["speech_activity"], pcm=bytes((1 << 20) + 2)
    )
    for pieces in ([large], []):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.stub.DetectSpeech(iter(pieces), timeout=60)
        assert reason_of(caught.value) == "FIELD_INVALID"
