"""Labels and scenes of Alibaba's media censor, and what of ours they name. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from videre.v1 import analysis_pb2 as pb

#: Nothing was found.
NORMAL: Final = "normal"
#: The vendor's words for all else: in texts, and in pictures.
_OTHER_TEXT: Final = "spam"
_OTHER_IMAGE: Final = "others"
_TEXTS: Final[Mapping[str, str]] = {
    "porn": "porn",
    "terrorism": "terrorism",
    "political": "politics",
    "prohibited": "contraband",
    "ad": "ad",
}
_IMAGES: Final[Mapping[tuple[str, str], str]] = {
    ("porn", "porn"): "porn",
    ("porn", "vulgar"): "sexy",
    ("porn", "intimacy"): "sexy",
    ("porn", "sexy"): "sexy",
    ("terrorism", "guns"): "weapon",
    ("terrorism", "crowd"): "crowd",
    ("terrorism", "bloody"): "bloody",
    ("terrorism", "police"): "outfit",
    ("terrorism", "militant"): "outfit",
    ("terrorism", "terrorists"): "outfit",
    ("terrorism", "explosion"): "explosion",
    ("political", "military"): "outfit",
    ("ad", "qr_code"): "qrcode",
    ("ad", "logo"): "trademark",
}
#: What labels without a name of their own are called, by category.
_REST: Final[Mapping[str, str]] = {"porn": "porn", "political": "politics", "ad": "ad"}


def text_label(category: str, label: str) -> str:
    """Return what the vendor calls a finding in words or sounds."""
    if label == "abuse":
        return label
    return _TEXTS.get(category, _OTHER_TEXT)


def image_label(category: str, label: str) -> str:
    """Return what the vendor calls a finding in pictures."""
    return _IMAGES.get((category, label)) or _REST.get(category, _OTHER_IMAGE)


def scene_of(group: pb.VerdictGroup) -> str:
    """Return the scene under which the vendor looks for a group of pictures or of text in them.

    Words in pictures, codes and advertising are "ad", everything else but porn is "terrorism".
    """
    if group.medium == "text" or group.category == "ad":
        return "ad"
    return "porn" if group.category == "porn" else "terrorism"
