"""What is to be hidden, from what is known of faces, texts and vehicles. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from videre.production.known import Followed, SeenAt
from videre.production.reframing.subjects import followed
from videre.production.retouching.edits import Hidden

#: A thing is hidden so long before it was seen first and after it was seen last: it was looked for
#: several times a second only.
REACH_NS: Final = 400_000_000


def hidden_of(kind: str, things: Sequence[Followed], mode: str, grow: float) -> list[Hidden]:
    """Return what hides things.

    Args:
        kind: "face", "text" or "plate".
        things: with their ways.
        mode: "blur", "mosaic" or "fill".
        grow: by how much each side is moved out, share of the box's side.
    """
    return [
        Hidden(
            kind,
            mode,
            tuple(_grown(box, grow) for box in one.boxes),
            max(0, one.boxes[0].ns - REACH_NS),
            one.boxes[-1].ns + REACH_NS,
        )
        for one in things
    ]


def _grown(box: SeenAt, grow: float) -> tuple[int, float, float, float, float]:
    across, down = box.width * grow, box.height * grow
    return box.ns, box.x - across, box.y - down, box.width + 2 * across, box.height + 2 * down


def faces_followed(boxes: Sequence[SeenAt]) -> list[Followed]:
    """Return the ways of faces of which only the boxes are known."""
    ordered = sorted(boxes, key=lambda one: one.ns)
    looks = [list(group) for _, group in groupby(ordered, key=lambda one: one.ns)]
    return followed("face", looks)


def plates(texts: Sequence[Followed], vehicles: Sequence[Followed]) -> list[Followed]:
    """Return the texts that stand on a vehicle."""
    return [one for one in texts if any(_on(one, other) for other in vehicles)]


def _on(text: Followed, vehicle: Followed) -> bool:
    """Tell whether the middle of a text lies on a vehicle when one of its boxes is known."""
    first, last = text.boxes[0], text.boxes[-1]
    for box in vehicle.boxes:
        if not first.ns - REACH_NS <= box.ns <= last.ns + REACH_NS:
            continue
        seen = min(text.boxes, key=lambda one: abs(one.ns - box.ns))
        x, y = seen.x + seen.width / 2, seen.y + seen.height / 2
        if box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height:
            return True
    return False
