"""The signals of all frames of a film, as they were kept when its shots were found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from videre.common.signals import SIGNAL_FIELDS
from videre.orchestrator.evidence import decode_blob
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.signals import SIGNALS
from videre.orchestrator.steps.units import DECODER

_SIGNAL: Final = np.dtype(list(SIGNAL_FIELDS))


def kept_signals(run: Runtime, project_id: str, digest: str) -> Iterator[npt.NDArray[Any]]:
    """Yield the signals of a media's frames, unit by unit in order of time.

    Args:
        digest: of the media's bytes.

    Raises:
        VidereError: what was kept is gone.
    """
    for row in run.evidence.of_media(project_id, digest, SIGNALS, DECODER):
        blob = decode_blob(run.artifacts.read(project_id, row.blob_digest))
        artifact = blob.records[0].embedding.partition("/")[0]
        yield np.frombuffer(run.artifacts.read(project_id, artifact), _SIGNAL)
