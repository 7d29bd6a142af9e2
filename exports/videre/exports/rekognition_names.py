"""The labels of Amazon Rekognition's moderation, version 7, and what of ours they name. Pure.

Names and levels are those of the developer guide's table of label categories.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_INTIMATE: Final = "Non-Explicit Nudity of Intimate parts and Kissing"
#: Every label with the one above it; "" above those of level 1.
PARENTS: Final[Mapping[str, str]] = {
    "Explicit": "",
    "Explicit Nudity": "Explicit",
    "Exposed Male Genitalia": "Explicit Nudity",
    "Exposed Female Genitalia": "Explicit Nudity",
    "Exposed Buttocks or Anus": "Explicit Nudity",
    "Exposed Female Nipple": "Explicit Nudity",
    "Explicit Sexual Activity": "Explicit",
    "Sex Toys": "Explicit",
    _INTIMATE: "",
    "Non-Explicit Nudity": _INTIMATE,
    "Bare Back": "Non-Explicit Nudity",
    "Exposed Male Nipple": "Non-Explicit Nudity",
    "Partially Exposed Buttocks": "Non-Explicit Nudity",
    "Partially Exposed Female Breast": "Non-Explicit Nudity",
    "Implied Nudity": "Non-Explicit Nudity",
    "Obstructed Intimate Parts": _INTIMATE,
    "Obstructed Female Nipple": "Obstructed Intimate Parts",
    "Obstructed Male Genitalia": "Obstructed Intimate Parts",
    "Kissing on the Lips": _INTIMATE,
    "Swimwear or Underwear": "",
    "Female Swimwear or Underwear": "Swimwear or Underwear",
    "Male Swimwear or Underwear": "Swimwear or Underwear",
    "Violence": "",
    "Weapons": "Violence",
    "Graphic Violence": "Violence",
    "Weapon Violence": "Graphic Violence",
    "Physical Violence": "Graphic Violence",
    "Self-Harm": "Graphic Violence",
    "Blood & Gore": "Graphic Violence",
    "Explosions and Blasts": "Graphic Violence",
    "Visually Disturbing": "",
    "Death and Emaciation": "Visually Disturbing",
    "Emaciated Bodies": "Death and Emaciation",
    "Corpses": "Death and Emaciation",
    "Crashes": "Visually Disturbing",
    "Air Crash": "Crashes",
    "Drugs & Tobacco": "",
    "Products": "Drugs & Tobacco",
    "Pills": "Products",
    "Drugs & Tobacco Paraphernalia & Use": "Drugs & Tobacco",
    "Smoking": "Drugs & Tobacco Paraphernalia & Use",
    "Alcohol": "",
    "Alcohol Use": "Alcohol",
    "Drinking": "Alcohol Use",
    "Alcoholic Beverages": "Alcohol",
    "Rude Gestures": "",
    "Middle Finger": "Rude Gestures",
    "Gambling": "",
    "Hate Symbols": "",
    "Nazi Party": "Hate Symbols",
    "White Supremacy": "Hate Symbols",
    "Extremist": "Hate Symbols",
}
#: Our labels of pictures by what the vendor calls them; coarse ones get the coarse name. Crowds,
#: police, banners, militants and everything political have none there.
NAMES: Final[Mapping[tuple[str, str], str]] = {
    ("porn", "porn"): "Explicit",
    ("porn", "sexy"): _INTIMATE,
    ("porn", "vulgar"): _INTIMATE,
    ("porn", "intimacy"): _INTIMATE,
    ("terrorism", "guns"): "Weapons",
    ("terrorism", "bloody"): "Blood & Gore",
    ("terrorism", "explosion"): "Explosions and Blasts",
    ("prohibited", "drugs"): "Drugs & Tobacco",
    ("prohibited", "gambling"): "Gambling",
}


def lineage(name: str) -> list[str]:
    """Return a label after those above it, level 1 first."""
    names = [name]
    while above := PARENTS[names[0]]:
        names.insert(0, above)
    return names
