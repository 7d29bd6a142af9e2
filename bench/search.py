"""Search in many moments: how fast, how large the index is, how fast it is written.

Films of a hundred shots each are made of words that occur as words do (Zipf): said, shown, as
labels and moods, English and Chinese. They are indexed as publishing does it; then queries of
several kinds are asked over gRPC, one after the other. All of it on SQLite, then on a PostgreSQL
of its own, with the same films and the same queries: the answers are compared.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Final

import numpy as np
import psycopg

from bench.harness import Outcome
from bench.options import Options
from tests.doubles.postgres import postgres, programs
from tests.running import Processes, processes
from videre.cli.evaluation.figures import Measured
from videre.common.clock import SystemClock
from videre.common.values import NS, TimeSpan
from videre.orchestrator import document as d
from videre.orchestrator.document import Analysis
from videre.orchestrator.evidence import Word
from videre.orchestrator.ids import TimeIds
from videre.orchestrator.search.build import packed_document, packed_given
from videre.orchestrator.search.model import Given
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store.database import Database, open_database
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.search_index import index_media
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.v1 import search_pb2 as pb

_MOMENTS: Final = 100_000
_QUICK_MOMENTS: Final = 5_000
_SHOTS: Final = 100
_QUERIES: Final = 400
_QUICK_QUERIES: Final = 80
_PROJECT: Final = "default"
_SHOT_NS: Final = 4 * NS


#: What a query finds on its first page: the films by number, and their shots.
Found = tuple[tuple[int, tuple[int, ...]], ...]


@dataclass(slots=True)
class _Taken:
    """What one database took: seconds a query without and with facets, and what was found."""

    plain: list[float] = field(default_factory=list)
    counted: list[float] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    speed: float = 0.0
    size: float = 0.0


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Index, ask, measure.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
    """
    if programs() is None:
        raise FileNotFoundError("PostgreSQL is not installed on this machine")
    figures: list[Measured] = []
    taken: list[_Taken] = []
    for engine, made in (("SQLite", contextlib.nullcontext(None)), ("PostgreSQL", _database())):
        with made as url, tempfile.TemporaryDirectory(prefix="videre-bench-") as temporary:
            one = _measure(options, Path(temporary), url)
        tell(f"{engine}: {one.speed:.0f} moments/s indexed, {one.size:.0f} bytes each")
        figures += _figures(engine, one, options)
        taken.append(one)
    embedded, served = taken
    other = sum(a != b for a, b in zip(embedded.found, served.found, strict=True))
    how = f"{len(embedded.found)} first pages, media and moments in their order"
    return [*figures, Measured("answers unlike SQLite's", other, "", how)], []


@contextlib.contextmanager
def _database() -> Iterator[str]:
    with postgres() as server:
        yield server.make()


def _measure(options: Options, folder: Path, url: str | None) -> _Taken:
    """Index and ask on one database; None = SQLite."""
    films = (_QUICK_MOMENTS if options.quick else _MOMENTS) // _SHOTS
    words, taken = _Words(random.Random(1)), _Taken()
    numbers = _index(folder / "data", url, films, words, taken)
    settings = {} if url is None else {"VIDERE_DATABASE_URL": url}
    with processes(folder, "orchestrator", **settings) as suite:
        _ask(suite, words, _QUICK_QUERIES if options.quick else _QUERIES, numbers, taken)
    return taken


def _figures(engine: str, taken: _Taken, options: Options) -> list[Measured]:
    moments = _QUICK_MOMENTS if options.quick else _MOMENTS
    how = f"{len(taken.plain)} queries over gRPC, one after the other, {moments:,} moments"
    disk = "growth of the database, all tables"
    plain, counted = np.array(taken.plain) * 1e3, np.array(taken.counted) * 1e3
    return [
        Measured(f"{engine}: search p50", float(np.percentile(plain, 50)), "ms", how),
        Measured(f"{engine}: search p95", float(np.percentile(plain, 95)), "ms", how),
        Measured(f"{engine}: with facets p95", float(np.percentile(counted, 95)), "ms", how),
        Measured(f"{engine}: index per moment", taken.size, "bytes", disk),
        Measured(f"{engine}: moments indexed per second", taken.speed, "1/s",
                 "one writer, a film a transaction"),
    ]  # fmt: skip


class _Words:
    """Words as they occur: the n-th most frequent one n times less often than the first."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.taxonomy = load_taxonomy(())
        nodes = self.taxonomy.nodes
        english = sorted(
            {w for n in nodes.values() for w in n.names["en"].lower().split() if w.isalpha()}
        )
        english += [f"{a}{b}" for a in ("over", "under", "re", "un") for b in english]
        chinese = sorted({w for n in nodes.values() if (w := n.names["zh-Hans"]).isalpha()})
        self.common = self._frequent(english)
        self.chinese = self._frequent(chinese)
        self.nodes = self._frequent([n for n, node in nodes.items() if node.level == 3])

    def _frequent(self, words: list[str]) -> tuple[list[str], list[float]]:
        self.rng.shuffle(words)
        return words, list(accumulate(1 / (rank + 2) for rank in range(len(words))))

    def some(self, count: int, of: tuple[list[str], list[float]] | None = None) -> list[str]:
        """Return words drawn by how frequent they are."""
        words, weights = of or self.common
        return self.rng.choices(words, cum_weights=weights, k=count)


def _film(words: _Words) -> Analysis:
    media = d.MediaFacts("0" * 64, 1, d.MediaKind.VIDEO, "mp4", _SHOTS * _SHOT_NS)
    shots, said, shown = [], [], []
    labels: dict[str, list[TimeSpan]] = {}
    for index in range(_SHOTS):
        span = TimeSpan(index * _SHOT_NS, (index + 1) * _SHOT_NS)
        ref = d.EvidenceRef(f"{words.rng.getrandbits(64):016x}/{index}", "image", "x@1", 1, span)
        picture = f"{words.rng.getrandbits(256):064x}"
        shots.append(d.Shot(index, span, d.Transition.CUT, 9_000, picture))
        spoken = words.some(12) if index % 4 else words.some(6, words.chinese)
        step = _SHOT_NS // len(spoken)
        heard = tuple(
            Word(word, span.start_ns + i * step, span.start_ns + (i + 1) * step, 9_000)
            for i, word in enumerate(spoken)
        )
        said.append(d.Utterance(span, " ".join(spoken), heard, "en",
                                d.Understanding.UNDERSTOOD, 9_000, (ref,)))  # fmt: skip
        shown.append(d.TextLine(" ".join(words.some(5)), span, (), None, 9_000, "en",
                                d.TextKind.FIXED, (ref,)))  # fmt: skip
        for node in set(words.some(3, words.nodes)):
            labels.setdefault(node, []).append(span)
    moods = tuple(
        d.Mood(TimeSpan(at * NS, (at + 10) * NS), words.rng.choice(list(d.MoodKind)), 1, 1, 5_000,
               (), (), 0)
        for at in range(0, _SHOTS * 4, 10)
    )  # fmt: skip
    return Analysis(
        media, shots=tuple(shots), utterances=tuple(said), text_lines=tuple(shown), moods=moods,
        labels=tuple(
            d.Label(node, 3, "", 8_000, 0, 0, tuple(spans), (), (), 1)
            for node, spans in sorted(labels.items())
        ),
    )  # fmt: skip


def _index(
    data: Path, url: str | None, films: int, words: _Words, taken: _Taken
) -> Mapping[str, int]:
    """Index films; return their numbers by id of the media."""
    path = OrchestratorSettings(data_dir=data).database_path
    database = open_database(path, url)
    clock = SystemClock()
    ids, media = TimeIds(clock, random.Random(0)), MediaStore(database, clock)
    try:
        made = [ids.new() for _ in range(films)]
        for media_id in made:
            _register(database, media, media_id)
        before = _size(path, url)
        spent = 0.0
        for media_id in made:
            film = _film(words)
            given = Given(" ".join(words.some(4)), " ".join(words.some(12)))
            started = time.monotonic()
            document, title = packed_document(film, {}), packed_given(given)
            with database.durable.begin() as connection:
                index_media(connection, _PROJECT, media_id, document, title)
            spent += time.monotonic() - started
        size = _size(path, url) - before
    finally:
        database.dispose()
    count = films * (_SHOTS + 1)
    taken.speed, taken.size = count / spent, size / count
    return {media_id: number for number, media_id in enumerate(made)}


def _register(database: Database, media: MediaStore, media_id: str) -> None:
    with database.steps.begin() as connection:
        media.insert(connection, NewMedia(media_id, _PROJECT, "bench", "bench"))
        media.append_analysis(
            connection, media_id=media_id, project_id=_PROJECT, job_id=media_id,
            document_digest="0" * 64, suggestion="pass", artifacts=(), facts=None,
        )  # fmt: skip


def _size(path: Path, url: str | None) -> int:
    """Return the bytes of a database without what only its log still has."""
    if url is None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.stat().st_size
    with psycopg.connect(url, autocommit=True) as connection:
        # What updates leave behind is given back as the server's own vacuum does it, statistics
        # for its plans are taken as its own analysis does: both a minute after the writing.
        connection.execute("VACUUM ANALYZE")
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    assert row is not None
    return int(row[0])


def _queries(words: _Words, count: int) -> Iterator[str]:
    """Yield queries of all kinds in turn, of words as frequent as in the texts."""
    some, chinese, nodes = words.some, words.chinese, words.nodes
    for number in range(count):
        a, b = some(2)
        yield (
            a,
            f"{a} {b}",
            f'"{a} {b}"',
            f"{a} OR {b}",
            f"said:{a} -shown:{b}",
            some(1, chinese)[0],
            f"{some(1, chinese)[0]} {a}",
            f"tag:{some(1, nodes)[0]} {a}",
            f"tag:{some(1, nodes)[0]} mood:pleasure",
            f"title:{a}",
        )[number % 10]


def _ask(
    suite: Processes, words: _Words, count: int, numbers: Mapping[str, int], taken: _Taken
) -> None:
    facets = [pb.SEARCH_FIELD_TAG, pb.SEARCH_FIELD_MOOD]
    with suite.client() as client:
        for query in ("warm", "火", "a"):  # the dictionaries are loaded
            client.search.moments(pb.SearchMomentsRequest(query=query))
        for query in _queries(words, count):
            for seconds, wanted in ((taken.plain, ()), (taken.counted, facets)):
                request = pb.SearchMomentsRequest(query=query, facets=wanted)
                started = time.monotonic()
                answer = client.search.moments(request)
                seconds.append(time.monotonic() - started)
            taken.found.append(
                tuple(
                    (numbers[media.media_id], tuple(one.shot_index for one in media.moments))
                    for media in answer.media
                )
            )
