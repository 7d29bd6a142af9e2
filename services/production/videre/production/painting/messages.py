"""What was seen of changed frames, as messages."""

from __future__ import annotations

from videre.production.painting.jobs import Beautified, Keying, Matting, Painted, Rgb
from videre.v1 import production_pb2


def put_painted(media: production_pb2.MadeMedia, painted: Painted) -> None:
    """Add what was seen to what is told of a file."""
    if isinstance(painted, Keying):
        media.keying.key_color = colour_word(painted.key)
        media.keying.screen_ratio = painted.screen_ratio
    elif isinstance(painted, Matting):
        media.matting.subject_ratio = painted.subject_ratio
    elif isinstance(painted, Beautified):
        media.beautified.face_count = painted.face_count
        media.beautified.face_ratio = painted.face_ratio


def colour_word(colour: Rgb) -> str:
    """Return a colour as "#rrggbb"."""
    return "#" + bytes(colour).hex()
