"""A suite at rest: when it is, and what it leaves behind once everything was deleted."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from bench.faults.leaks import holdings
from bench.measures.soak import COUNTED, Holding
from tests.calling import at_work
from tests.running import Processes

#: Texts submitted at the same time: threads and connections that are kept open in pools are then
#: all there, and a further one is a leak.
_BURST: Final = 32
_PATIENCE_S: Final = 300.0
#: Time after the last job until children have ended and descriptors are closed, seconds.
_SETTLED_S: Final = 60.0
_LOOK_S: Final = 0.5
#: Looks in which nothing may have changed before the suite counts as at rest.
_ALIKE: Final = 4
_COLLECTED_S: Final = 60.0


def open_pools(suite: Processes) -> None:
    """Have every pool of threads and connections opened as far as it goes."""

    def submit_text(number: int) -> str:
        return client.submit(text=f"Words of job {number}.").job_id

    with suite.client() as client, ThreadPoolExecutor(_BURST) as pool:
        for job_id in list(pool.map(submit_text, range(_BURST))):
            client.wait(job_id, timeout_s=_PATIENCE_S)


def at_rest(suite: Processes, pids: Mapping[str, int]) -> tuple[dict[str, Holding], bool]:
    """Return what processes hold once no call is under way and what they have open stays the same;
    and whether it came to that within a minute."""
    deadline = time.monotonic() + _SETTLED_S
    alike, last = 0, None
    while True:
        now = holdings(pids)
        opened = [[getattr(one, what) for what in COUNTED] for one in now.values()]
        alike, last = (alike + 1 if opened == last else 0), opened
        calm = alike >= _ALIKE and not at_work(suite.folder / "data")
        if calm or time.monotonic() > deadline:
            return now, calm
        time.sleep(_LOOK_S)


def left_behind(suite: Processes, litter: Callable[[], list[str]], spool_bytes: int) -> list[str]:
    """Delete everything through the API, let the garbage be collected, return what is still there.

    Args:
        litter: returns the files that a suite without jobs should not have.
        spool_bytes: what the cache of decoded media may keep.
    """
    with suite.client() as client:
        for job in list(client.list_jobs()):
            client.delete(job.job_id)
        for media in list(client.list_media()):
            client.delete_media(media.media_id, close_reviews=True)
    suite.stop("orchestrator")
    suite.configure(VIDERE_COLLECT_AFTER="0", VIDERE_SWEEP_INTERVAL="0.5")
    suite.start("orchestrator")
    deadline = time.monotonic() + _COLLECTED_S
    while (left := litter()) and time.monotonic() < deadline:
        time.sleep(_LOOK_S)
    cache = (suite.folder / "data" / "spool").rglob("*")
    spool = sum(path.stat().st_size for path in cache if path.is_file())
    return [*left, *([f"spool of {spool} bytes"] if spool > spool_bytes else [])]
