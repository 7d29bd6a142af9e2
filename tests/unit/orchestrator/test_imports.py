"""What the orchestrator's process carries."""

from __future__ import annotations

import subprocess
import sys


def test_the_orchestrator_starts_without_decoders_and_clients_that_few_need() -> None:
    """Decoders are for the children that decode: 32 MB, and code that media could attack."""
    code = (
        "import sys, videre.orchestrator.app;"
        "print(*sorted({'av', 'cv2', 'alembic.command', 'obstore', 'nats'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.split() == []
