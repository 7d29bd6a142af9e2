"""IAB content categories of level 1, and what tells that a media has one. Pure.

Ids and names are those of the IAB Content Taxonomy 1.0, which OpenRTB 2 and most ad servers use.
Topics and labels say what a media has, its verdict whether it is non-standard content (IAB25). What
they leave open, such as IAB4 and IAB22, no media has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from videre.orchestrator.recommend.model import Trait

_TOPIC, _TAG = Trait.TOPIC, Trait.TAG
CATEGORIES: Final[Mapping[str, str]] = MappingProxyType({
    "IAB1": "Arts & Entertainment", "IAB2": "Automotive", "IAB3": "Business", "IAB4": "Careers",
    "IAB5": "Education", "IAB6": "Family & Parenting", "IAB7": "Health & Fitness",
    "IAB8": "Food & Drink", "IAB9": "Hobbies & Interests", "IAB10": "Home & Garden",
    "IAB11": "Law, Government & Politics", "IAB12": "News", "IAB13": "Personal Finance",
    "IAB14": "Society", "IAB15": "Science", "IAB16": "Pets", "IAB17": "Sports",
    "IAB18": "Style & Fashion", "IAB19": "Technology & Computing", "IAB20": "Travel",
    "IAB21": "Real Estate", "IAB22": "Shopping", "IAB23": "Religion & Spirituality",
    "IAB24": "Uncategorized", "IAB25": "Non-Standard Content", "IAB26": "Illegal Content",
})  # fmt: skip
#: Categories that an ad may be about.
OF_ADS: Final = tuple(f"IAB{number}" for number in range(1, 24))
#: What tells that a media has a category, and what an ad of the category is about.
_TOLD_BY: Final[Mapping[str, tuple[tuple[Trait, str], ...]]] = MappingProxyType({
    "IAB1": ((_TOPIC, "entertainment"), (_TOPIC, "film_tv"), (_TOPIC, "music"), (_TOPIC, "arts"),
             (_TOPIC, "dance"), (_TOPIC, "animation"), (_TAG, "performance"), (_TAG, "artwork")),
    "IAB2": ((_TOPIC, "automobile"), (_TAG, "vehicle")),
    "IAB3": ((_TOPIC, "finance"), (_TAG, "business")),
    "IAB5": ((_TOPIC, "education"),),
    "IAB7": ((_TOPIC, "health"), (_TAG, "medical")),
    "IAB8": ((_TOPIC, "food"), (_TAG, "food"), (_TAG, "tableware")),
    "IAB9": ((_TOPIC, "game"), (_TAG, "game")),
    "IAB10": ((_TOPIC, "home"), (_TAG, "furniture"), (_TAG, "appliance")),
    "IAB11": ((_TOPIC, "politics"), (_TOPIC, "military")),
    "IAB12": ((_TOPIC, "news"), (_TOPIC, "disaster")),
    "IAB13": ((_TOPIC, "finance"),),
    "IAB14": ((_TAG, "society"),),
    "IAB15": ((_TOPIC, "science"), (_TOPIC, "nature"), (_TAG, "science")),
    "IAB16": ((_TOPIC, "animals"),),
    "IAB17": ((_TOPIC, "sports"), (_TAG, "sports")),
    "IAB18": ((_TOPIC, "fashion"), (_TAG, "clothing")),
    "IAB19": ((_TOPIC, "technology"), (_TAG, "technology"), (_TAG, "electronics")),
    "IAB20": ((_TOPIC, "travel"), (_TAG, "tourism")),
    "IAB23": ((_TAG, "culture"),),
})  # fmt: skip


#: Of media that a verdict wants looked at or blocked.
_DOUBTFUL: Final = "IAB25"


def of_media(traits: Collection[tuple[Trait, str]], *, passed: bool) -> list[str]:
    """Return the categories that a media has, by what is in it.

    Args:
        passed: neither people nor the verdict want it looked at or blocked.
    """
    found = [one for one, told in _TOLD_BY.items() if any(trait in traits for trait in told)]
    return found if passed else [*found, _DOUBTFUL]


def subjects_of(categories: Collection[str]) -> list[tuple[Trait, str]]:
    """Return what ads of some categories are about."""
    return [trait for one in categories for trait in _TOLD_BY.get(one, ())]
