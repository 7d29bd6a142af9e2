"""The registry: loads once per slot or process, says what is missing, refuses other versions."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from videre.common.catalog import acquire_selected, describe_engine
from videre.common.engine import ClassSpec, EngineRegistry, EngineSpec, State, Tier
from videre.common.errors import Reason, VidereError
from videre.common.executor import Slot
from videre.common.manifest import Manifest, ModelEntry
from videre.common.models import ModelStore
from videre.internal.v1 import engine_pb2

WEIGHTS = b"weights"
SHA = hashlib.sha256(WEIGHTS).hexdigest()
SPEC = EngineSpec(
    "objects", "toy", "1", Tier.STANDARD, "MIT", models=("toy",), classes=(ClassSpec("cat", 0.6),)
)


class Toy:
    """An engine that counts its loads."""

    def __init__(self, spec: EngineSpec, on_load: Callable[[], None]) -> None:
        self.spec = spec
        self._on_load = on_load

    def load(self, models: ModelStore) -> None:
        self._on_load()
        models.path("toy")


class Bench:
    """A registry of one toy engine, over a store with or without its file."""

    def __init__(self, root: Path, spec: EngineSpec = SPEC, *, file: bool = True) -> None:
        entry = ModelEntry(
            "toy", "t", "toy.onnx", len(WEIGHTS), SHA, "MIT", "standard", "o", url="http://x/"
        )
        self.loads = 0
        self.failure: Exception | None = None
        if file:
            (root / "toy.onnx").write_bytes(WEIGHTS)
        store = ModelStore(Manifest({"toy": entry}), root)
        self.registry = EngineRegistry([lambda: Toy(spec, self._load)], store)

    def _load(self) -> None:
        self.loads += 1
        if self.failure is not None:
            raise self.failure

    def acquire(
        self, *, name: str = "toy", version: str = "1", sha: str = SHA, slot: int = 0
    ) -> Toy:
        return self.registry.acquire("objects", name, version, [sha], slot)


def test_an_engine_is_loaded_once_for_all_slots(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    assert bench.acquire(slot=0) is bench.acquire(slot=1)
    assert bench.loads == 1


def test_an_engine_that_is_not_thread_safe_is_loaded_per_slot(tmp_path: Path) -> None:
    bench = Bench(tmp_path, replace(SPEC, thread_safe=False))
    assert bench.acquire(slot=0) is not bench.acquire(slot=1)
    assert bench.acquire(slot=1) is bench.acquire(slot=1)
    assert bench.loads == 2


def test_two_threads_load_one_engine(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    threads = [threading.Thread(target=bench.acquire) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bench.loads == 1


@pytest.mark.parametrize("pin", [{"version": "2"}, {"sha": "0" * 64}, {"name": "other"}])
def test_another_version_is_refused(tmp_path: Path, pin: dict[str, str]) -> None:
    with pytest.raises(VidereError) as refused:
        Bench(tmp_path).acquire(**pin)  # type: ignore[arg-type]  # slot stays at its default
    assert refused.value.reason is Reason.ENGINE_VERSION


@pytest.mark.parametrize(
    ("spec", "state"),
    [
        (replace(SPEC, lacks="toy: VIDERE_TOY names nothing"), State.MISSING),
        (replace(SPEC, refused="toy: a.pth holds code"), State.FAILED),
    ],
)
def test_an_engine_without_usable_files_of_one_s_own_says_so_and_is_not_loaded(
    tmp_path: Path, spec: EngineSpec, state: State
) -> None:
    bench = Bench(tmp_path, spec)
    [status] = bench.registry.describe()
    assert (status.state, status.message) == (state, spec.lacks or spec.refused)
    with pytest.raises(VidereError, match=status.message) as refused:
        bench.acquire()
    assert (refused.value.reason, bench.loads) == (Reason.MODEL_UNAVAILABLE, 0)


def test_a_missing_file_is_described_and_refused(tmp_path: Path) -> None:
    bench = Bench(tmp_path, file=False)
    [status] = bench.registry.describe()
    assert status.state is State.MISSING
    assert "videre models pull toy" in status.message
    with pytest.raises(VidereError) as refused:
        bench.acquire()
    assert refused.value.reason is Reason.MODEL_UNAVAILABLE


def test_a_missing_package_is_described_with_its_environment_and_refused(tmp_path: Path) -> None:
    spec = replace(SPEC, packages=("hashlib", "no_torch"), environment="torch-toys")
    bench = Bench(tmp_path, spec)
    for _ in range(2):
        [status] = bench.registry.describe()
        assert status.state is State.MISSING
        assert status.message == "toy needs no_torch, not installed here; see `make torch-toys`"
        with pytest.raises(VidereError) as refused:
            bench.acquire()
        assert refused.value.reason is Reason.MODEL_UNAVAILABLE
    assert bench.loads == 0


def test_a_failed_load_is_described_until_one_succeeds(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.failure = RuntimeError("no such operator")
    with pytest.raises(VidereError) as failed:
        bench.acquire()
    assert failed.value.reason is Reason.ENGINE_FAILED
    [status] = bench.registry.describe()
    assert (status.state, "no such operator" in status.message) == (State.FAILED, True)
    bench.failure = None
    bench.acquire()
    assert bench.registry.describe()[0].state is State.AVAILABLE


def test_one_name_in_one_feature_is_one_engine(tmp_path: Path) -> None:
    store = ModelStore(Manifest({}), tmp_path)
    with pytest.raises(ValueError, match="twice"):
        EngineRegistry([lambda: Toy(SPEC, lambda: None)] * 2, store)


def test_the_wire_form_says_all_there_is_to_say(tmp_path: Path) -> None:
    [status] = Bench(tmp_path).registry.describe()
    wire = describe_engine(status)
    assert (wire.feature, wire.name, wire.version) == ("objects", "toy", "1")
    assert wire.tier == engine_pb2.ENGINE_TIER_STANDARD
    assert wire.state == engine_pb2.ENGINE_STATE_AVAILABLE
    assert list(wire.model_digests) == [SHA]
    assert wire.classes[0].detection_threshold == pytest.approx(0.6)
    unset = {field.name for field in wire.DESCRIPTOR.fields} - {
        f.name for f, _ in wire.ListFields()
    }
    assert unset == {
        "state_message", "languages", "calibration", "distribution", "needs_strips", "embeds_texts",
    }  # fmt: skip


def test_a_pin_in_a_request_finds_its_engine(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    pin = engine_pb2.EngineSelection(
        feature="objects", name="toy", version="1", model_digests=[SHA]
    )
    slot = Slot(None)
    assert acquire_selected(bench.registry, pin, "objects", slot) is bench.acquire()
    with pytest.raises(VidereError) as refused:
        acquire_selected(bench.registry, pin, "faces", slot)
    assert refused.value.reason is Reason.FIELD_INVALID
