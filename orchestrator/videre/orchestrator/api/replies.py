"""How large a reply may be, and cutting lists by it: by bytes as well as by count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

from google.protobuf.message import Message

#: Bytes of a reply's messages: clients take 4 MiB unless told otherwise, and tokens need room too.
LARGEST_REPLY: Final = (4 << 20) - (64 << 10)
#: Bytes of tag and length in front of a message that is a field's value, at most.
FRAMING: Final = 6

M = TypeVar("M", bound=Message)


def fitting(messages: Iterable[M], room: int = LARGEST_REPLY) -> list[M]:
    """Return the first messages that fit into `room` bytes; the first one always comes.

    No more messages are taken than that, so that they may be made on the way.
    """
    kept: list[M] = []
    for message in messages:
        room -= message.ByteSize() + FRAMING
        if kept and room < 0:
            break
        kept.append(message)
    return kept
