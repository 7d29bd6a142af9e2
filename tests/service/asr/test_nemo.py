"""NeMo checkpoints in the speech service.

Those of the torch tier run in an environment of `make torch-nemo`, whose Python VIDERE_NEMO_PYTHON
names. Their checkpoints are made on the spot: two have learned six sentences by heart, the others
have random weights. They prove that files are loaded, decoded, refused and let go; they say nothing
of how well speech is recognised. VIDERE_TEST_NEMO names a real one (LANGUAGE:FILE.nemo).
"""

from __future__ import annotations

import asyncio
import os
import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import grpc.aio
import jiwer
import made_nemo
import numpy as np
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from made_nemo import PYTHON, Made
from running import Processes, processes

from videre.asr.engines.base import Samples
from videre.asr.registry import asr_engines
from videre.asr.settings import AsrSettings
from videre.cli.conformance.findings import Outcome
from videre.cli.conformance.run import check_target
from videre.common import answers
from videre.common.channel import open_channel
from videre.common.engine import EngineStatus
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.internal.v1 import asr_pb2, asr_pb2_grpc, engine_pb2, engine_pb2_grpc

RANDOM = ("ctc_bpe", "rnnt_bpe", "tdt_bpe", "hybrid_bpe", "ctc")
IDLE_S = 30.0
TIMEOUT = 300.0
Reader = Callable[[Path], Samples]


class Touch:
    """A pickle that would make a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (self.path.touch, ())


def recognisers(folder: Path, *models: str) -> dict[str, EngineStatus]:
    registry = asr_engines(ModelStore(packaged_manifest(), folder), AsrSettings(nemo_models=models))
    return {one.spec.name: one for one in registry.describe() if one.spec.feature == "speech"}


def test_without_a_checkpoint_it_is_listed_with_what_to_do(tmp_path: Path) -> None:
    found = recognisers(tmp_path)
    assert list(found) == ["pocketsphinx-en-us", "nemo"]
    assert (found["nemo"].state, found["nemo"].spec.tier) == ("missing", "torch")
    assert "make torch-nemo" in found["nemo"].message


def test_checkpoints_are_engines_behind_the_default_known_by_their_bytes(tmp_path: Path) -> None:
    path, gone = tmp_path / "a.nemo", tmp_path / "gone.nemo"
    path.write_bytes(b"one")
    models = (f"news=de+en:{path}", f"en:{gone}")
    first = recognisers(tmp_path, *models)
    path.write_bytes(b"two")
    second = recognisers(tmp_path, *models)
    assert list(first) == ["pocketsphinx-en-us", "news", "nemo-gone"]
    assert first["news"].spec.languages == ("de", "en")
    assert first["news"].model_digests != second["news"].model_digests
    assert first["nemo-gone"].state == "missing"


async def described(channel: grpc.aio.Channel) -> dict[str, Any]:
    stub: Any = engine_pb2_grpc.EngineCatalogServiceStub(channel)
    answer = await stub.DescribeEngines(engine_pb2.DescribeEnginesRequest(), timeout=30)
    return {one.name: one for one in answer.engines}


def request(engine: Any, *spoken: Samples, hints: Sequence[str] = ()) -> asr_pb2.TranscribeRequest:
    ends = np.cumsum([len(one) for one in spoken]).tolist()
    return asr_pb2.TranscribeRequest(
        engine=engine_pb2.EngineSelection(
            feature="speech", name=engine.name, version=engine.version,
            model_digests=engine.model_digests,
        ),
        pcm=np.concatenate(spoken).tobytes(),
        language_hints=hints,
        spans=[
            asr_pb2.SpeechSpan(start_sample=start, end_sample=end)
            for start, end in zip([0, *ends[:-1]], ends, strict=True)
        ],
    )  # fmt: skip


async def transcribe(channel: grpc.aio.Channel, asked: asr_pb2.TranscribeRequest) -> Any:
    stub: Any = asr_pb2_grpc.AsrServiceStub(channel)
    answer = await stub.Transcribe(asked, timeout=TIMEOUT)
    answers.utterances(answer, asked)
    return answer


def texts(answer: Any) -> list[str]:
    return [" ".join(word.text for word in one.words) for one in answer.utterances]


def reason_of(error: grpc.aio.AioRpcError) -> str:
    info = error_details_pb2.ErrorInfo()
    status: Any = rpc_status.from_call(error)  # type: ignore[arg-type]
    assert any(detail.Unpack(info) for detail in status.details)
    return info.reason


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    kinds = ("spoken", "canary", "canary2", *RANDOM)
    return made_nemo.make(tmp_path_factory.mktemp("nemo"), *kinds)


@pytest.fixture(scope="module")
def suite(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """The service with all checkpoints, those that are none among them."""
    folder = tmp_path_factory.mktemp("suite")
    whole = made.checkpoint("spoken").read_bytes()
    (made.folder / "short.nemo").write_bytes(whole[: len(whole) // 2])
    (made.folder / "pickled.nemo").write_bytes(pickle.dumps(Touch(made.folder / "touched")))
    kinds = ("spoken", *RANDOM, "short", "pickled")
    models = ",".join(f"{kind}=en:{made.folder / kind}.nemo" for kind in kinds)
    settings = {
        "VIDERE_ASR_PYTHON": os.environ[PYTHON],
        "VIDERE_NEMO_MODELS": models,
        "VIDERE_NEMO_IDLE_SECONDS": str(IDLE_S),
    }
    with processes(folder, "asr", **settings) as running:
        yield running


@pytest.mark.torch
@made_nemo.needed
async def test_what_a_model_has_learned_is_written_down_with_times(
    made: Made, suite: Processes
) -> None:
    async with open_channel([suite.ports.target("asr")]) as channel:
        engine = (await described(channel))["spoken"]
        began = time.monotonic()
        first = await transcribe(channel, request(engine, *list(made.said.values())[:1]))
        loaded_s = time.monotonic() - began
        answer = await transcribe(channel, request(engine, *made.said.values()))
    assert jiwer.wer(list(made.said), texts(answer)) <= 0.1
    assert texts(first) == texts(answer)[:1]
    for heard in answer.utterances:
        assert heard.language_code == "en"
        assert heard.measurements["word_times_estimated"] == 0
        assert all(word.end_sample > word.start_sample for word in heard.words)
        assert min(word.score for word in heard.words) > 0.5
    cost = answer.usage.cpu_seconds / answer.usage.items
    print(f"\nfirst answer after {loaded_s:.1f} s, then {cost:.4f} CPU-s per s of speech")


@pytest.mark.torch
@made_nemo.needed
@pytest.mark.parametrize("kind", RANDOM)
async def test_architectures_are_served(made: Made, suite: Processes, kind: str) -> None:
    """Random weights: what they write is noise, but it is written by the contract."""
    async with open_channel([suite.ports.target("asr")]) as channel:
        engine = (await described(channel))[kind]
        asked = request(engine, *list(made.said.values())[:2])
        answer = await transcribe(channel, asked)
        again = await transcribe(channel, asked)
    assert list(answer.utterances) == list(again.utterances)
    assert any(one.words for one in answer.utterances)


@pytest.mark.torch
@made_nemo.needed
async def test_files_that_are_no_checkpoints_are_refused_and_the_others_serve_on(
    made: Made, suite: Processes
) -> None:
    sound = next(iter(made.said.values()))
    async with open_channel([suite.ports.target("asr")]) as channel:
        engines = await described(channel)
        for name in ("short", "pickled"):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await transcribe(channel, request(engines[name], sound))
            assert reason_of(refused.value) == "MODEL_UNAVAILABLE"
            assert "no readable tar archive" in (refused.value.details() or "")
        assert not (made.folder / "touched").exists()
        told = await described(channel)
        assert told["short"].state == engine_pb2.ENGINE_STATE_FAILED
        assert texts(await transcribe(channel, request(told["spoken"], sound)))[0]


@pytest.mark.torch
@made_nemo.needed
async def test_the_contract_is_kept(suite: Processes) -> None:
    found = await check_target(
        suite.ports.target("asr"), engine="spoken", patience_s=120, tell=lambda _: None
    )
    assert [one for one in found.findings if one.outcome is not Outcome.OK] == []


@pytest.mark.torch
@made_nemo.needed
async def test_an_idle_model_leaves_memory_and_comes_back(made: Made, suite: Processes) -> None:
    log, until = suite.folder / "asr.log", time.monotonic() + 3 * IDLE_S
    while "model unloaded" not in log.read_text() or "engine=spoken" not in next(
        (line for line in reversed(log.read_text().splitlines()) if "model unloaded" in line), ""
    ):
        assert time.monotonic() < until
        await asyncio.sleep(0.5)
    async with open_channel([suite.ports.target("asr")]) as channel:
        engine = (await described(channel))["spoken"]
        answer = await transcribe(channel, request(engine, next(iter(made.said.values()))))
    assert texts(answer)[0]


@pytest.fixture(scope="module")
def prompted(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    """The service with multitask models, several utterances in one inference."""
    folder = tmp_path_factory.mktemp("prompted")
    phrases = folder / "phrases.txt"
    phrases.write_text("green window")
    by_heart, random = made.checkpoint("canary"), made.checkpoint("canary2")
    settings = {
        "VIDERE_ASR_PYTHON": os.environ[PYTHON],
        "VIDERE_NEMO_MODELS": f"canary=en+de:{by_heart},canary2=en+de:{random},"
        f"french=fr:{by_heart},dutch=en+nl:{random}",
        "VIDERE_NEMO_PHRASES": str(phrases),
        "VIDERE_NEMO_BATCH": "8",
    }
    with processes(folder, "asr", **settings) as running:
        yield running


@pytest.mark.torch
@made_nemo.needed
async def test_a_multitask_model_writes_the_language_it_is_asked_for(
    made: Made, prompted: Processes
) -> None:
    """Six utterances of different length in one inference; each is what it is alone."""
    sounds = list(made.said.values())
    async with open_channel([prompted.ports.target("asr")]) as channel:
        engine = (await described(channel))["canary"]
        english = await transcribe(channel, request(engine, *sounds))
        german = await transcribe(channel, request(engine, *sounds, hints=["de-AT", "en"]))
        alone = await transcribe(channel, request(engine, sounds[2], hints=["de"]))
        unknown = await transcribe(channel, request(engine, sounds[0], hints=["ja"]))
    assert jiwer.wer(list(made.said), texts(english)) <= 0.1
    assert jiwer.wer(list(made_nemo.GERMAN), texts(german)) <= 0.1
    assert texts(alone) == texts(german)[2:3]
    assert texts(unknown) == texts(english)[:1]
    for answer, language in ((english, "en"), (german, "de"), (unknown, "en")):
        for heard in answer.utterances:
            assert heard.language_code == language
            assert heard.measurements["word_times_estimated"] == 1
            assert heard.measurements["word_scores_estimated"] == 0
            assert min(word.score for word in heard.words) > 0.5
    log = (prompted.folder / "asr.log").read_text()
    assert "model cannot listen for phrases" in log


@pytest.mark.torch
@made_nemo.needed
async def test_an_aligner_in_the_file_tells_when_words_are_said(
    made: Made, prompted: Processes
) -> None:
    """The aligner has random weights: that times are told, not that they are right."""
    sounds = list(made.said.values())
    async with open_channel([prompted.ports.target("asr")]) as channel:
        engine = (await described(channel))["canary2"]
        answer = await transcribe(channel, request(engine, *sounds))
        german = await transcribe(channel, request(engine, sounds[4], hints=["de"]))
    assert jiwer.wer(list(made.said), texts(answer)) <= 0.1
    assert texts(german) == [made_nemo.GERMAN[4]]
    for heard in [*answer.utterances, *german.utterances]:
        assert heard.measurements["word_times_estimated"] == 0
        assert heard.measurements["word_scores_estimated"] == 0


@pytest.mark.torch
@made_nemo.needed
@pytest.mark.parametrize(
    ("name", "why"), [("french", "'fr': the languages of its prompt are de, en"),
                      ("dutch", "'nl': the languages of its prompt are de, en, fr")],
)  # fmt: skip
async def test_a_language_that_a_prompt_cannot_name_is_refused(
    made: Made, prompted: Processes, name: str, why: str
) -> None:
    sound = next(iter(made.said.values()))
    async with open_channel([prompted.ports.target("asr")]) as channel:
        engine = (await described(channel))[name]
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await transcribe(channel, request(engine, sound))
        assert reason_of(refused.value) == "MODEL_UNAVAILABLE"
        assert why in (refused.value.details() or "")
        told = (await described(channel))[name]
    assert told.state == engine_pb2.ENGINE_STATE_FAILED
    assert why in told.state_message


@pytest.mark.torch
@made_nemo.needed
def test_a_real_checkpoint_prints_its_figures(
    tmp_path: Path, media: Path, truth: dict[str, Any], read_sound: Reader
) -> None:
    named = os.environ.get("VIDERE_TEST_NEMO")
    if not named:
        pytest.skip("VIDERE_TEST_NEMO names no checkpoint (LANGUAGE:FILE.nemo)")
    known = {
        name: entry["truth"]["transcript"]
        for name, entry in truth["files"].items()
        if name.startswith("speech_en/") and entry.get("truth", {}).get("transcript")
    }
    sounds = [read_sound(media / name)[: 30 * 16_000] for name in known]
    settings = {"VIDERE_ASR_PYTHON": os.environ[PYTHON], "VIDERE_NEMO_MODELS": f"real={named}"}

    async def hear(target: str) -> list[Any]:
        async with open_channel([target]) as channel:
            engine = (await described(channel))["real"]
            return [await transcribe(channel, request(engine, sound)) for sound in sounds]

    with processes(tmp_path, "asr", **settings) as running:
        began = time.monotonic()
        heard = asyncio.run(hear(running.ports.target("asr")))
        seconds = time.monotonic() - began
    plain = jiwer.Compose([jiwer.ToLowerCase(), jiwer.RemovePunctuation(), jiwer.Strip()])
    rate = jiwer.wer(
        [plain(text) for text in known.values()], [plain(texts(one)[0]) for one in heard]
    )
    cpu, items = (
        sum(getattr(one.usage, what) for one in heard) for what in ("cpu_seconds", "items")
    )
    print(
        f"\n{named}: WER {rate:.3f} on {len(known)} recordings, {cpu / items:.3f} CPU-s per s, "
        f"{items:.0f} s of sound in {seconds:.0f} s with loading"
    )
