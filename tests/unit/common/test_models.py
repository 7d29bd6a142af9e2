"""The model store: never a file with other bytes, never the network unless asked."""

import hashlib
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from videre.common.engine import Tier
from videre.common.errors import Reason, VidereError
from videre.common.manifest import (
    Manifest,
    ModelEntry,
    ModelSource,
    packaged_manifest,
    parse_manifest,
)
from videre.common.models import IMPORTERS, ModelStore, packaged_file

BYTES = b"weights" * 5000
SHA = hashlib.sha256(BYTES).hexdigest()


def entry(name: str, **how: Any) -> ModelEntry:
    return ModelEntry(
        name=name,
        task="test",
        file=f"{name}.onnx",
        bytes=len(BYTES),
        sha256=SHA,
        licence="MIT",
        tier="standard",
        origin="here 1.0",
        **how,
    )


MANIFEST = Manifest(
    {
        item.name: item
        for item in (
            entry("public", url="http://192.0.2.1/public.onnx"),
            entry("made", converted="from parts", equivalent="public"),
            entry("stuck", converted="from other parts", equivalent="public"),
            entry("wheel", package="no-such-package", package_path="x/y.onnx"),
        )
    }
)


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name in ("public", "made"):
        (folder / f"{name}.onnx").write_bytes(BYTES)
    return folder


@pytest.fixture
def store(tmp_path: Path, mirror: Path) -> ModelStore:
    return ModelStore(MANIFEST, tmp_path / "store", str(mirror))


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


class _Breaking(BaseHTTPRequestHandler):
    """Gives 10,000 bytes of an answer and hangs up; goes on from there when asked to."""

    def do_GET(self) -> None:
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(BYTES) - start))
        self.send_header("Content-Range", f"bytes {start}-{len(BYTES) - 1}/{len(BYTES)}")
        self.end_headers()
        self.wfile.write(BYTES[start : start + 10_000])

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


class _Busy(BaseHTTPRequestHandler):
    """Asks to come back after a time; says how often it was asked."""

    asked: ClassVar[int] = 0
    advice: ClassVar[str] = ""

    def do_GET(self) -> None:
        type(self).asked += 1
        busy = type(self).asked < 3
        self.send_response(503 if busy else 200)
        self.send_header("Content-Length", "0" if busy else str(len(BYTES)))
        if busy:
            self.send_header("Retry-After", self.advice)
        self.end_headers()
        self.wfile.write(b"" if busy else BYTES)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def web(mirror: Path) -> Iterator[str]:
    with serving(partial(_Files, directory=str(mirror))) as url:
        yield url


@contextmanager
def serving(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_missing_file_is_named_together_with_the_way_to_get_it(store: ModelStore) -> None:
    assert "videre models pull public" in store.missing(["public"])
    assert "VIDERE_MODEL_MIRROR" in store.missing(["made"])
    assert "public is public and for test too" in store.missing(["made"])
    assert "install the Python package here==1.0" in store.missing(["wheel"])
    assert store.where("public") == store.missing(["public"])
    with pytest.raises(VidereError) as error:
        store.path("public")
    assert error.value.reason is Reason.MODEL_UNAVAILABLE


def test_a_folder_mirror_is_copied_from(store: ModelStore, mirror: Path) -> None:
    progress: list[tuple[int, int]] = []
    path = store.pull("made", lambda done, total: progress.append((done, total)))
    assert path.read_bytes() == BYTES
    assert store.missing(["made"]) == ""
    assert store.where("made") == f"made: {path}"
    assert progress[-1] == (len(BYTES), len(BYTES))
    (mirror / "made.onnx").write_bytes(b"changed later")
    assert store.path("made").read_bytes() == BYTES


def test_wrong_bytes_in_a_mirror_are_refused_and_leave_nothing(
    store: ModelStore, mirror: Path, tmp_path: Path
) -> None:
    (mirror / "made.onnx").write_bytes(BYTES[:-1] + b"!")
    with pytest.raises(VidereError) as error:
        store.pull("made")
    assert error.value.reason is Reason.MODEL_UNAVAILABLE
    assert list((tmp_path / "store").iterdir()) == []


def test_a_damaged_file_is_noticed_on_first_use_and_mended_by_pull(store: ModelStore) -> None:
    path = store.pull("made")
    path.write_bytes(BYTES[:-1] + b"!")
    os.utime(path, ns=(1, 1))
    assert store.missing(["made"]) == ""  # presence and size only
    with pytest.raises(VidereError, match="SHA-256"):
        store.path("made")
    with pytest.raises(VidereError, match="SHA-256"):
        store.verify("made")
    assert store.pull("made").read_bytes() == BYTES


def test_a_file_of_another_size_is_missing(store: ModelStore) -> None:
    store.pull("made").write_bytes(b"short")
    assert "5 bytes instead of 35000" in store.missing(["made"])


def test_what_has_no_way_is_refused_by_name(tmp_path: Path) -> None:
    store = ModelStore(MANIFEST, tmp_path, None)
    with pytest.raises(VidereError, match="without a mirror it cannot be had"):
        store.pull("made")
    with pytest.raises(VidereError, match="install the Python package"):
        store.pull("wheel")
    with pytest.raises(VidereError, match="no model 'other'"):
        store.pull("other")


def test_ensure_takes_what_the_mirror_has_and_goes_on(store: ModelStore) -> None:
    store.ensure(["stuck", "wheel", "public", "made"])
    assert store.missing(["public", "made"]) == ""
    assert store.missing(["stuck"]) != ""


def test_ensure_without_a_mirror_touches_nothing(tmp_path: Path) -> None:
    ModelStore(MANIFEST, tmp_path / "store", None).ensure(["public"])
    assert not (tmp_path / "store").exists()


def test_a_web_mirror_is_pulled_from(tmp_path: Path, web: str) -> None:
    store = ModelStore(MANIFEST, tmp_path / "store", web + "/")
    assert store.pull("made").read_bytes() == BYTES
    with pytest.raises(VidereError, match="from other parts"):  # the mirror answers 404
        store.pull("stuck")


def test_an_interrupted_download_is_continued(tmp_path: Path, web: str) -> None:
    store = ModelStore(MANIFEST, tmp_path, web)
    (tmp_path / ".made.onnx.part").write_bytes(BYTES[:1000])
    assert store.pull("made").read_bytes() == BYTES
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".made")] == []


def test_a_sender_that_breaks_off_is_asked_for_the_rest(tmp_path: Path) -> None:
    done: list[int] = []
    with serving(_Breaking) as url:
        path = ModelStore(MANIFEST, tmp_path, url).pull("made", lambda now, _: done.append(now))
    assert path.read_bytes() == BYTES
    assert done == sorted(done)
    assert {0, 10_000, 20_000, 30_000, len(BYTES)} <= set(done)


def test_wrong_bytes_from_the_web_are_refused_and_the_file_in_place_stays(
    tmp_path: Path, mirror: Path, web: str
) -> None:
    (mirror / "made.onnx").write_bytes(BYTES[:-1] + b"!")
    folder = tmp_path / "store"
    folder.mkdir()
    (folder / "made.onnx").write_bytes(b"of an earlier release")
    with pytest.raises(VidereError, match="instead of") as error:
        ModelStore(MANIFEST, folder, web).pull("made")
    assert error.value.reason is Reason.MODEL_UNAVAILABLE
    assert [path.name for path in folder.iterdir()] == ["made.onnx"]
    assert (folder / "made.onnx").read_bytes() == b"of an earlier release"


def test_a_rest_that_does_not_fit_its_beginning_is_thrown_away(tmp_path: Path) -> None:
    part = tmp_path / ".made.onnx.part"
    part.write_bytes(b"?" * 30_000)
    with serving(_Breaking) as url:
        store = ModelStore(MANIFEST, tmp_path, url)
        with pytest.raises(VidereError, match="instead of"):
            store.pull("made")
        assert list(tmp_path.iterdir()) == []
        assert store.pull("made").read_bytes() == BYTES


def test_a_busy_sender_is_asked_again_when_it_said(tmp_path: Path) -> None:
    class Busy(_Busy):
        advice: ClassVar[str] = "1"

    started = time.monotonic()
    with serving(Busy) as url:
        path = ModelStore(MANIFEST, tmp_path, url).pull("made")
    assert path.read_bytes() == BYTES
    assert Busy.asked == 3
    assert time.monotonic() - started >= 2.0


def test_a_sender_that_is_busy_for_too_long_is_given_up(tmp_path: Path) -> None:
    class Busy(_Busy):
        advice: ClassVar[str] = "3600"

    with serving(Busy) as url, pytest.raises(VidereError) as error:
        ModelStore(MANIFEST, tmp_path, url).pull("made")
    assert error.value.reason is Reason.FETCH_FAILED
    assert Busy.asked == 1


def test_a_start_does_not_wait_for_a_mirror_that_breaks_off(tmp_path: Path) -> None:
    with serving(_Breaking) as url:
        store = ModelStore(MANIFEST, tmp_path, url)
        store.ensure(["made"])
        assert store.missing(["made"]) != ""
        store.ensure(["made"])  # goes on where the first start ended
    assert (tmp_path / ".made.onnx.part").stat().st_size == 20_000


def test_a_complete_part_needs_no_network(tmp_path: Path) -> None:
    store = ModelStore(MANIFEST, tmp_path, None)
    (tmp_path / ".public.onnx.part").write_bytes(BYTES)
    assert store.pull("public").read_bytes() == BYTES


def test_a_longer_file_than_stated_is_not_downloaded(
    tmp_path: Path, mirror: Path, web: str
) -> None:
    (mirror / "made.onnx").write_bytes(BYTES + b"more")
    with pytest.raises(VidereError, match="longer") as error:
        ModelStore(MANIFEST, tmp_path / "store", web).pull("made")
    assert error.value.reason is Reason.MODEL_UNAVAILABLE


def test_a_public_url_may_not_lead_inside(tmp_path: Path, web: str) -> None:
    manifest = Manifest({"public": entry("public", url=f"{web}/public.onnx")})
    with pytest.raises(VidereError) as error:
        ModelStore(manifest, tmp_path / "store").pull("public")
    assert error.value.reason is Reason.URI_FORBIDDEN


@pytest.fixture
def imported(monkeypatch: pytest.MonkeyPatch) -> Manifest:
    """A manifest with a model that is made by turning a public file round."""
    monkeypatch.setitem(IMPORTERS, "turn", lambda data: data[::-1])
    turned = BYTES[::-1]
    source = ModelSource(
        "turn", "http://192.0.2.1/made", len(turned), hashlib.sha256(turned).hexdigest()
    )
    return Manifest({"turned": entry("turned", source=source)})


def test_a_model_is_made_from_its_public_file(tmp_path: Path, imported: Manifest) -> None:
    store = ModelStore(imported, tmp_path)
    assert "videre models pull turned" in store.missing(["turned"])
    (tmp_path / ".turned.onnx.source").write_bytes(BYTES[::-1])  # as downloaded before
    assert store.pull("turned").read_bytes() == BYTES
    assert [path.name for path in tmp_path.iterdir()] == ["turned.onnx"]


@pytest.mark.parametrize("wrong", ["source", "importer"])
def test_a_model_of_other_bytes_is_not_made(
    tmp_path: Path, imported: Manifest, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    if wrong == "importer":
        monkeypatch.setitem(IMPORTERS, "turn", lambda data: data)
    part = tmp_path / ".turned.onnx.source"
    part.write_bytes(BYTES[::-1] if wrong == "importer" else BYTES)
    store = ModelStore(imported, tmp_path)
    with pytest.raises(VidereError, match="instead of"):
        store.pull("turned")
    assert store.missing(["turned"]) != ""
    assert part.exists() == (wrong == "importer")


def test_a_mirror_is_asked_before_a_model_is_made(tmp_path: Path, imported: Manifest) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "turned.onnx").write_bytes(BYTES)
    assert ModelStore(imported, tmp_path / "store", str(mirror)).pull("turned").is_file()


def test_digests_are_those_of_the_manifest(store: ModelStore) -> None:
    assert store.digests(["wheel", "public"]) == (SHA, SHA)


@pytest.mark.parametrize("text", ["", 'url = "u"\nconverted = "c"', 'converted = "c"'])
def test_an_entry_states_exactly_one_way(text: str) -> None:
    table = (
        '[m]\ntask = "t"\nfile = "f"\nbytes = 1\nsha256 = "0"\nlicence = "MIT"\n'
        f'tier = "standard"\norigin = "o"\n{text}\n'
    )
    with pytest.raises(ValueError, match=r"m: "):
        parse_manifest(table)


def test_the_packaged_manifest_is_sound() -> None:
    manifest = packaged_manifest()
    for item in manifest.values():
        assert re.fullmatch(r"[0-9a-f]{64}", item.sha256), item.name
        assert item.tier in set(Tier)
        assert item.bytes > 0
        assert item.remedy
        if item.source:
            assert item.source.importer in IMPORTERS, item.name
            assert re.fullmatch(r"[0-9a-f]{64}", item.source.sha256), item.name
        if item.equivalent:
            other = manifest[item.equivalent]
            assert other.task == item.task
            assert other.url or other.in_package, f"{other.name} has no way of its own"
    assert len({item.file for item in manifest.values()}) == len(manifest)
    assert len({item.sha256 for item in manifest.values()}) == len(manifest)


@pytest.mark.parametrize(
    "item", [item for item in packaged_manifest().values() if item.in_package], ids=lambda i: i.name
)
def test_a_file_in_a_wheel_is_found_without_importing_the_package(
    item: ModelEntry, tmp_path: Path
) -> None:
    if packaged_file(item) is None:
        pytest.skip(f"{item.package} is not installed")
    store = ModelStore(packaged_manifest(), tmp_path)
    before = set(sys.modules)
    assert store.path(item.name).name == item.file
    assert item.package_path.split("/")[0] not in set(sys.modules) - before


def test_every_standard_model_is_in_the_mirror_for_tests(tmp_path: Path) -> None:
    folder = os.environ.get("VIDERE_MODEL_MIRROR")
    if not folder:
        pytest.skip("VIDERE_MODEL_MIRROR is not set: no model files to check the manifest against")
    store = ModelStore(packaged_manifest(), tmp_path, folder)
    names = [item.name for item in store.entries() if item.tier == "standard"]
    store.ensure(names)
    assert store.missing(names) == ""
    for name in names:
        store.verify(name)
