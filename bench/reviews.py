"""A queue of reviews under many reviewers: how fast they claim, and that nobody shares a review.

Reviews are stored as publishing opens them, of media without bytes. Then reviewers, each with a
connection of its own, claim one after the other until nothing is left.
"""

from __future__ import annotations

import random
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np

from bench.harness import Outcome
from bench.options import Options
from tests.running import Processes, processes
from videre.cli.evaluation.figures import Measured
from videre.common.clock import SystemClock
from videre.common.values import NS
from videre.orchestrator.document import Suggestion
from videre.orchestrator.ids import TimeIds
from videre.orchestrator.review.model import Finding, Severity
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store.database import open_sqlite
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.review_records import NewReview, Subject
from videre.orchestrator.store.reviews import ReviewStore
from videre.v1 import review_pb2

_REVIEWERS: Final = 20
_REVIEWS: Final = 4_000
_QUICK_REVIEWS: Final = 400
_PROJECT: Final = "default"
_AT_ONCE: Final = 500


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Store a queue, claim all of it, measure."""
    count = _QUICK_REVIEWS if options.quick else _REVIEWS
    with tempfile.TemporaryDirectory(prefix="videre-bench-") as temporary:
        folder = Path(temporary)
        _store(folder / "data", count)
        tell(f"stored {count} reviews")
        with processes(folder, "orchestrator") as suite:
            started = time.monotonic()
            with ThreadPoolExecutor(_REVIEWERS) as threads:
                barrier = threading.Barrier(_REVIEWERS)
                work = [threads.submit(_claim_all, suite, barrier, n) for n in range(_REVIEWERS)]
                found = [one.result() for one in work]
            took = time.monotonic() - started
    given = [review for reviews, _ in found for review in reviews]
    waits = [second for _, seconds in found for second in seconds]
    how = f"{_REVIEWERS} reviewers over gRPC, one review a claim, {count} reviews"
    return [
        Measured("claims per second", len(given) / took, "1/s", how),
        Measured("claim: p50", float(np.percentile(waits, 50)) * 1e3, "ms", how),
        Measured("claim: p99", float(np.percentile(waits, 99)) * 1e3, "ms", how),
        Measured("reviews claimed twice", len(given) - len(set(given)), "", how),
        Measured("reviews nobody got", count - len(set(given)), "", how),
    ], []  # fmt: skip


def _claim_all(
    suite: Processes, barrier: threading.Barrier, number: int
) -> tuple[list[str], list[float]]:
    """Claim until nothing is left; return the reviews and how long each claim took."""
    reviews: list[str] = []
    seconds: list[float] = []
    with suite.client() as client:
        client.reviews.rates(review_pb2.GetRuleRatesRequest())  # the connection is open
        barrier.wait()
        while True:
            request = review_pb2.ClaimReviewsRequest(reviewer=f"reviewer {number}")
            request.lease.FromSeconds(3_600)
            started = time.monotonic()
            held = client.reviews.claim(request)
            seconds.append(time.monotonic() - started)
            if not held:
                return reviews, seconds
            reviews += [one.review_id for one in held]


def _store(data: Path, count: int) -> None:
    settings = OrchestratorSettings(data_dir=data)
    database, clock = open_sqlite(settings.database_path), SystemClock()
    ids, rng = TimeIds(clock, random.Random(0)), random.Random(1)
    reviews = ReviewStore(database, clock, ids, lambda _jobs: None)
    media = MediaStore(database, clock)
    try:
        for first in range(0, count, _AT_ONCE):
            with database.durable.begin() as connection:
                for _ in range(first, min(first + _AT_ONCE, count)):
                    media_id = ids.new()
                    media.insert(connection, NewMedia(media_id, _PROJECT, "bench", "bench"))
                    subject = Subject(_PROJECT, media_id, ids.new(), 1)
                    reviews.open(connection, subject, _review(ids.new(), clock.now_ns(), rng))
    finally:
        database.dispose()


def _review(review_id: str, now_ns: int, rng: random.Random) -> NewReview:
    finding = Finding(
        0, 0, 0, "prohibited", "text", "drugs", "prohibited.text", "", Suggestion.REVIEW, 8_000,
        ("drugs-en:cocaine",),
    )  # fmt: skip
    return NewReview(
        id=review_id,
        template="careful@2",
        suggestion=str(Suggestion.REVIEW),
        severity=Severity.MEDIUM,
        due_ns=now_ns + rng.randrange(86_400) * NS,
        categories=["prohibited"],
        findings=[finding],
    )
