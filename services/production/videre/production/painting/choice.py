"""Which painter does a job. Imported in the child process only."""

from __future__ import annotations

from videre.production.painting.base import Painter
from videre.production.painting.beauty import Beauty
from videre.production.painting.cartoon import Cartoon
from videre.production.painting.enlarged import Enlarger
from videre.production.painting.green_screen import GreenScreen
from videre.production.painting.jobs import BeautyJob, CartoonJob, KeyJob, MatteJob, PaintJob
from videre.production.painting.portrait import Portrait


def painter_of(job: PaintJob) -> Painter:
    """Return what changes frames as a job asks."""
    if isinstance(job, KeyJob):
        return GreenScreen(job)
    if isinstance(job, MatteJob):
        return Portrait(job)
    if isinstance(job, BeautyJob):
        return Beauty(job)
    if isinstance(job, CartoonJob):
        return Cartoon(job)
    return Enlarger(job)
