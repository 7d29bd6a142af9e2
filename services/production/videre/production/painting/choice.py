"""Which painter does a job. Imported in the child process only."""

from __future__ import annotations

from videre.production.painting.base import Painter
from videre.production.painting.green_screen import GreenScreen
from videre.production.painting.jobs import KeyJob, PaintJob
from videre.production.painting.portrait import Portrait


def painter_of(job: PaintJob) -> Painter:
    """Return what changes frames as a job asks."""
    if isinstance(job, KeyJob):
        return GreenScreen(job)
    return Portrait(job)
