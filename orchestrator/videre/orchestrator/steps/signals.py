"""The signals of a unit as evidence: their key, what was lost, and so what copies may share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from videre.common.values import TimeSpan
from videre.orchestrator.copied import in_frames
from videre.orchestrator.planning import Unit
from videre.orchestrator.steps.copies import Move
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.units import DECODER, unit_span
from videre.orchestrator.steps.work import Work, find, read_evidence

SIGNALS: Final = "signals"
#: Class of a stretch that could not be decoded, in the signals' evidence.
LOST: Final = "lost"


def signals_key(work: Work, unit: Unit) -> str:
    """Return the key of a unit's signals."""
    return work.key(SIGNALS, DECODER, (), unit_span(unit))


async def lost_stretches(run: Runtime, work: Work, units: Sequence[Unit]) -> list[TimeSpan]:
    """Return the stretches that could not be decoded of units whose signals are kept."""
    lost: list[TimeSpan] = []
    for row in (await find(run, [signals_key(work, unit) for unit in units])).values():
        blob = await read_evidence(run, row.project_id, row.blob_digest)
        lost += [record.span for record in blob.records if record.class_name == LOST]
    return lost


async def alike(run: Runtime, work: Work, unit: Unit) -> Work:
    """Return the work by which a unit's keys are those of all copies.

    What could not be decoded here may be decoded there: then copies share nothing, as the row of
    the signals says.
    """
    key = signals_key(work, unit)
    row = (await find(run, [key])).get(key) if unit.content else None
    return work.alike(unit.content if row is not None and row.input_digest else "")


def seen(work: Work, unit: Unit) -> Move:
    """Return what moves evidence of pictures to a unit."""
    return partial(in_frames, span=unit_span(unit), timeline=work.index.timeline())
