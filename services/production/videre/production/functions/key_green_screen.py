"""Green screen: what stands before a screen of one colour, cut out."""

from __future__ import annotations

from videre.exports.production_params import KeyGreenScreenOptions
from videre.exports.production_params.painted import Backdrop, PaintedOptions
from videre.production.functions.painted import PaintingFunction
from videre.production.painting.jobs import Behind, KeyJob, PaintJob


class KeyGreenScreen(PaintingFunction):
    """See PaintingFunction. Raises FIELD_REQUIRED where no screen is found."""

    feature = "key_green_screen"

    def job(self, options: PaintedOptions, behind: Behind) -> PaintJob:
        """See PaintingFunction."""
        assert isinstance(options, KeyGreenScreenOptions)
        return KeyJob(options.key, options.despill, behind)

    def backdrop(self, options: PaintedOptions) -> Backdrop:
        """See PaintingFunction."""
        assert isinstance(options, KeyGreenScreenOptions)
        return options.backdrop
