"""Documents are read by several threads from a process's first moment on."""

from __future__ import annotations

import subprocess
import sys

#: Threads change places after every instruction: without the lock of `canonical` the process
#: crashes each time.
PROGRAM = """
import sys, threading
from videre.orchestrator.document import Analysis, MediaFacts
from videre.orchestrator.document import canonical

def read():
    together.wait()
    for call in (
        lambda: canonical.from_json(b'{"schema":1,"analysis":{"shots":[{}]}}'),
        lambda: canonical.read_entry(Analysis, "shots", {}),
        lambda: canonical.facts_from_json({}),
        lambda: canonical.record_from_json(MediaFacts, b"{}"),
    ):
        try:
            call()
        except ValueError:
            pass
    ended.append(True)

sys.setswitchinterval(1e-6)
together, ended = threading.Barrier(6), []
threads = [threading.Thread(target=read) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
sys.exit(len(ended) - len(threads))
"""


def test_the_first_readers_of_a_process_do_each_other_no_harm() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-2_000:]
