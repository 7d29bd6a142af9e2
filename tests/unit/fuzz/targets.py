"""Every parser of ours that reads what others wrote, and how it may say no."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np

from videre.cli.evaluation.truth import TRUTH_FILE, TruthError, load_set
from videre.common import tracing
from videre.common.artifacts import ArtifactStore
from videre.common.clock import SystemClock
from videre.common.errors import Reason, VidereError
from videre.common.manifest import parse_manifest
from videre.common.values import TimeSpan
from videre.exports.label_studio_read import NotAnExportError, read_annotations
from videre.internal.v1 import visual_pb2
from videre.ocr import carry
from videre.ocr.gate import Look
from videre.ocr.regions import Region
from videre.orchestrator.api.libraries.file_items import read_items
from videre.orchestrator.document import Analysis, Shot, Transition, canonical
from videre.orchestrator.document.facts import MediaFacts
from videre.orchestrator.document.facts import MediaKind as FactKind
from videre.orchestrator.evidence import Evidence, EvidenceBlob, decode_blob
from videre.orchestrator.library.model import LibraryKind
from videre.orchestrator.links import LinkExpired, LinkInvalid, Links
from videre.orchestrator.media.audiofile import AudioSpool, audio_path, quality_path
from videre.orchestrator.media.documents import document_format, read_document
from videre.orchestrator.media.index import (
    AudioTrack,
    MediaIndex,
    MediaKind,
    UnitRange,
    VideoTrack,
)
from videre.orchestrator.media.index import (
    Mapping as Stamps,
)
from videre.orchestrator.media.quality_records import SOUND_TYPE
from videre.orchestrator.media.unitfile import (
    Candidate,
    UnitSpool,
    is_complete,
    unit_folder,
    write_unit,
)
from videre.orchestrator.media.uris import resolve_file_uri
from videre.orchestrator.store.listing import page_token, read_token
from videre.orchestrator.taxonomy.entries import TaxonomyError
from videre.orchestrator.taxonomy.load import load_taxonomy, read_overlay
from videre.orchestrator.taxonomy.overlay import merge
from videre.production.media_index import read_pictures
from videre.visual.requests import read_signals

Refusals = tuple[type[Exception], ...]


@dataclass(frozen=True, slots=True)
class Target:
    """A parser.

    Args:
        seeds: sound inputs.
        parse: reads an input.
        refusals: errors that the parser says it raises; every other one is a defect.
        reasons: of a VidereError.
    """

    seeds: tuple[bytes, ...]
    parse: Callable[[bytes], Any]
    refusals: Refusals = (VidereError,)
    reasons: frozenset[Reason] = frozenset()


def _index() -> MediaIndex:
    pts = np.array([0, 3_600, 7_200, 10_900], np.int64)
    video = VideoTrack(
        0, "h264", 64, 48, 64, 48, 0, Fraction(1), Fraction(25), False, "yuv420p", "bt709", "",
        0, Fraction(1, 90_000), pts, 14_400, np.array([True, False, False, True]), Stamps.DTS,
        pts + 7,
    )  # fmt: skip
    audio = AudioTrack(1, "aac", 48_000, 2, "eng", 0, Fraction(1, 48_000), -1_024, 48_000)
    return MediaIndex(MediaKind.VIDEO, "mov", 1_000, "a" * 64, video, audio, 1, 1)


def _read_index(data: bytes) -> None:
    index = MediaIndex.decode(data)
    index.timeline()


def _blob() -> bytes:
    record = Evidence("text", "rapid@1", TimeSpan(0, 9, 0, 1), score=7, text="words",
                      box=(1, 2, 3, 4), attributes={"x": 4})  # fmt: skip
    return EvidenceBlob("text", "rapid@1", TimeSpan(0, 9), (record,)).encode()


def _unit(folder: Path) -> Path:
    unit = UnitRange(0, 0, 2, 0, 80)
    found = [Candidate(n, 40 * n, True, 1, 1.0, 2.0, 3.0, 5) for n in range(2)]
    signals: Any = np.zeros(0, "u1")
    write_unit(folder, unit, signals, signals, found, [b"jpeg0", b"jpeg1"], [(1, 2)])
    return unit_folder(folder, 0) / "frames"


def _read_unit(data: bytes) -> None:
    """A damaged file of the spool is no complete one; a complete one can be read."""
    with tempfile.TemporaryDirectory() as name:
        file = _unit(Path(name))
        file.write_bytes(data)
        if is_complete(file.parent):
            spool = UnitSpool(file.parent)
            for candidate in spool.candidates:
                spool.jpeg(candidate.frame)


def _sound(folder: Path) -> bytes:
    audio_path(folder).write_bytes(bytes(200))
    quality_path(folder).write_bytes(bytes(SOUND_TYPE.itemsize))
    AudioSpool(folder, 0, 100, None, None, 0, 1, 1).save()
    return (folder / "audio.json").read_bytes()


def _read_sound(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _sound(folder)
        (folder / "audio.json").write_bytes(data)
        if AudioSpool.is_complete(folder):
            AudioSpool.load(folder).pcm(0, 10)


class _Artifact:
    """One coded artifact whose file is written anew for every input."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._store = ArtifactStore(Path(self._folder.name))
        self._digest = self._store.put("p", b"words " * 500, "zstd")
        (self._path,) = Path(self._folder.name).rglob("*.vdra")
        self.sound = self._path.read_bytes()

    def read(self, data: bytes) -> None:
        """Read the artifact as if its file held these bytes."""
        self._path.write_bytes(data)
        self._store.size("p", self._digest)
        self._store.read("p", self._digest)


_ARTIFACT: Final = _Artifact()
_TRUTH: Final = {
    "files": {
        "clip.mp4": {
            "probe": {"duration": 4.0},
            "ordinary": True,
            "truth": {
                "cut_frames": [5], "shots": 2, "texts": ["words"], "transcript": "words",
                "speech": [[0.5, 1.0]], "beats": [0.5], "bpm": 120, "objects": ["cat"],
                "fade_scene_boundaries_frames": [3], "boxes": [{"text": "a"}],
            },
        }
    },
    "demo": {
        "file": "film.mp4", "duration": 4.0, "cut_frames": [5],
        "audio": [{"kind": "speech", "lang": "en", "start": 0, "end": 1, "text": "words"}],
        "ocr": [{"start": 0, "end": 1, "text": ["words"]}],
        "shots": [{"start": 0, "end": 1, "text": False}],
    },
}  # fmt: skip


def _read_truth(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "clip.mp4").write_bytes(b"x")
        (folder / TRUTH_FILE).write_bytes(data)
        load_set(folder)


#: Valid for longer than any run of the tests.
_LINKS: Final = Links(b"k" * 32, SystemClock(), 86_400.0)
_MANIFEST: Final = (
    b'[x]\ntask = "objects"\nfile = "x.onnx"\nbytes = 3\nsha256 = "aa"\nlicence = "MIT"\n'
    b'tier = "standard"\norigin = "somewhere"\nurl = "https://example.com/x.onnx"\n'
    b'[y]\ntask = "text"\nfile = "y"\nbytes = 3\nsha256 = "bb"\nlicence = "MIT"\n'
    b'tier = "standard"\norigin = "there"\n[y.source]\nimporter = "tflite"\n'
    b'url = "https://example.com/y"\nbytes = 9\nsha256 = "cc"\n'
)
_TEXTS: Final = {
    "a.srt": b"1\n00:00:01,000 --> 00:00:02,500\nGood <i>morning</i>\n\n2\n00:00:03,000 --> "
    b"00:00:04,000\nGood evening\n",
    "a.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.500 align:start\nGood morning\n",
    "a.ass": b"[Script Info]\n[Events]\nFormat: Start, End, Text\n"
    b"Dialogue: 0:00:01.00,0:00:02.50,{\\b1}Good morning\n",
    "a.txt": "Good morning.\n早上好\n".encode(),
}


def _read_text(name: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        form = document_format(data[:512], name)
        if form is not None:
            read_document(data, form)

    return read


def _utf8(parse: Callable[[str], Any]) -> Callable[[bytes], Any]:
    """Return a parser of bytes for one of text: what is no UTF-8 never reaches it."""
    return lambda data: parse(data.decode("utf-8", errors="replace"))


def _signals(data: bytes) -> None:
    read_signals(visual_pb2.DetectShotsRequest(signals=data, own_end_frame=1))


def _memory() -> carry.Memory:
    seen = Look(np.zeros((45, 80), np.uint8), np.zeros((11, 20), np.uint8))
    known = Region((0, 0, 9, 0, 9, 9, 0, 9), "words", 9_000, bytes(144))
    return carry.Memory(7, 8, 9, 10, 11, 12, 13, seen, seen, (known,))


_MEMORY: Final = _memory()
_ANALYSIS: Final = Analysis(
    MediaFacts("a" * 64, 9, FactKind.VIDEO, "mov", 9),
    shots=(Shot(0, TimeSpan(0, 9, 0, 1), Transition.START, 0),),
)
_OVERLAY: Final = """
[level1]
"room" = { en = "Newsroom", zh-Hans = "编辑部" }
[level2]
"room.desk" = { parent = "room", en = "Desk", zh-Hans = "编辑台", aliases = ["editing desk"] }
[level3]
"animal.husky" = { parent = "animal.pet", en = "Husky", zh-Hans = "哈士奇" }
"animal.dog" = { de = "Hund", unspoken = ["小狗"] }
[mappings.imagenet1000.nodes]
"animal.husky" = ["Siberian husky"]
[shared_words]
desk = "two kinds"
""".encode()
_WORDS: Final = (
    "\ufeffentry_id,name,tags,node_id,word,aliases,exceptions\r\n"
    "b,bomb,a=b|c=d,animal.dog,bomb,炸弹|explosive device,bath bomb\r\n"
    ',\'=1+1,,,"big\nbang",\\|x,\r\n'
).encode()
_HASHES: Final = b"hash;max_distance;name\n00ff00ff00ff00ff;8;poster\nffffffffffffffff;;x\n"
_LIBRARY_JSON: Final = (
    '{"videreLibrary": 1, "library": {"kind": "LIBRARY_KIND_WORDS", "tags": {"a": "b"}},\n'
    '"entries": [{"entryId": "b", "name": "bomb", "word": {"text": "bomb", "aliases": ["炸弹"]}}]}'
).encode()
_MANIFEST_JSON: Final = (
    b'{"videreLibrary": 1, "library": {"kind": "LIBRARY_KIND_PICTURES"}, "entries": [{"name": "x",'
    b'"samples": [{"file": "x/1.jpg", "negative": false, "box": {"x": 0.5, "width": 0.25}}]}]}'
)
_ANNOTATED: Final = json.dumps([{
    "id": 1, "data": {"media_id": "m", "revision": 1, "regions": 4},
    "annotations": [{"id": 3, "completed_by": 5, "result": [
        {"id": "n", "type": "timelinelabels", "from_name": "timeline", "origin": "manual",
         "value": {"ranges": [{"start": 1, "end": 9}], "timelinelabels": ["Storm"]}},
        {"id": "b", "type": "videorectangle", "from_name": "boxes", "value": {"labels": ["Dog"],
         "sequence": [{"frame": 1, "x": 1.5, "y": 2, "width": 30, "height": 40}]}},
    ]}],
}]).encode()  # fmt: skip


def _read_overlay(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "own.toml"
        path.write_bytes(data)
        overlay = read_overlay(path)
    merge(load_taxonomy(), [overlay])


def _read_library(kind: LibraryKind) -> Callable[[bytes], None]:
    return lambda data: _look_into(io.BytesIO(data), kind)


def _look_into(file: io.BytesIO, kind: LibraryKind) -> None:
    items = read_items(file, kind, load_taxonomy().nodes)
    for item in items.entries:
        for sample in item.samples:
            items.picture(sample)


def _zipped(manifest: bytes) -> bytes:
    """Return a packed library: folders of pictures, or a manifest where it begins like one."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        if manifest[:1] != b"x":
            archive.writestr(zipfile.ZipInfo("manifest.json"), manifest)
        archive.writestr(zipfile.ZipInfo("x/1.jpg"), b"one")
        archive.writestr(zipfile.ZipInfo("x/not/2.jpg"), b"other", zipfile.ZIP_DEFLATED)
    return packed.getvalue()


_LIBRARY_REASONS: Final = frozenset({Reason.FIELD_INVALID})
_CORRUPT: Final = frozenset({Reason.ARTIFACT_CORRUPT})
_TEXT_REASONS: Final = frozenset(
    {Reason.MEDIA_EMPTY, Reason.MEDIA_LIMIT, Reason.MEDIA_TOO_LARGE, Reason.MEDIA_UNREADABLE}
)


def _made() -> Mapping[str, Target]:
    index = _index().encode()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        unit = _unit(folder).read_bytes()
        sound = _sound(folder)
    token = page_token("01a1febb-b5c8-7000-b7fb-18fef996afa8", {"project": "p"})
    link = _LINKS.path("p", "a" * 64, "image/jpeg").rpartition("/")[2]
    texts = {
        f"document {name}": Target((data,), _read_text(name), reasons=_TEXT_REASONS)
        for name, data in _TEXTS.items()
    }
    return {
        "media index": Target((index,), _read_index, reasons=_CORRUPT),
        "media index in production": Target((index,), read_pictures, reasons=_CORRUPT),
        "unit file": Target((unit,), _read_unit, refusals=()),
        "sound file's header": Target((sound,), _read_sound, refusals=()),
        "artifact's header": Target(
            (_ARTIFACT.sound,), _ARTIFACT.read,
            reasons=_CORRUPT | {Reason.OPTION_UNIMPLEMENTED},
        ),
        "evidence": Target((_blob(),), decode_blob, refusals=(ValueError,)),
        "result document": Target(
            (canonical.result_document(_ANALYSIS),),
            canonical.from_json,
            refusals=(ValueError,),
        ),
        "truth": Target((json.dumps(_TRUTH).encode(),), _read_truth, refusals=(TruthError,)),
        "page token": Target(
            (token.encode(),), _utf8(lambda text: read_token(text, {"project": "p"}, str)),
            reasons=frozenset({Reason.PAGE_TOKEN_INVALID}),
        ),
        "signed link": Target(
            (link.encode(),), _utf8(_LINKS.read), refusals=(LinkInvalid, LinkExpired)
        ),
        "manifest": Target(
            (_MANIFEST,), _utf8(parse_manifest), refusals=(TypeError, ValueError)
        ),
        "carry": Target((carry.encode(_MEMORY),), carry.decode, refusals=(carry.CarryError,)),
        "trace": Target((b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01",),
                        _utf8(tracing.child_of), refusals=()),
        "file address": Target(
            (b"file:///srv/media/a%20film.mp4", b"file://localhost/srv/%2e%2e/x?y#z"),
            _utf8(lambda text: resolve_file_uri(text, [Path("/srv/media")])),
            reasons=frozenset({Reason.URI_FORBIDDEN, Reason.URI_SCHEME, Reason.FETCH_FAILED}),
        ),
        "signals": Target((bytes(400),), _signals, reasons=frozenset({Reason.FIELD_INVALID})),
        "taxonomy overlay": Target((_OVERLAY,), _read_overlay, refusals=(TaxonomyError,)),
        "table of words": Target(
            (_WORDS,), _read_library(LibraryKind.WORDS), reasons=_LIBRARY_REASONS
        ),
        "table of hashes": Target(
            (_HASHES,), _read_library(LibraryKind.HASHES), reasons=_LIBRARY_REASONS
        ),
        "library as JSON": Target(
            (_LIBRARY_JSON,), _read_library(LibraryKind.WORDS), reasons=_LIBRARY_REASONS
        ),
        "library as ZIP": Target(
            (_zipped(b"x"), _zipped(_MANIFEST_JSON)), _read_library(LibraryKind.PICTURES),
            reasons=_LIBRARY_REASONS,
        ),
        "manifest of a library": Target(
            (_MANIFEST_JSON,), lambda data: _read_library(LibraryKind.PICTURES)(_zipped(data)),
            reasons=_LIBRARY_REASONS,
        ),
        "Label Studio's export": Target(
            (_ANNOTATED,), read_annotations, refusals=(NotAnExportError,)
        ),
        **texts,
    }  # fmt: skip


TARGETS: Final[Mapping[str, Target]] = _made()
