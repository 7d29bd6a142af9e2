"""Ad slots as VMAP: names, order and values that the published schemas ask for."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from videre.common.values import NS
from videre.exports.vmap import AdBreak, Creative, vmap_document

_VMAP = "{http://www.iab.net/videosuite/vmap}"
_VAST = "{http://www.iab.com/VAST}"
BREAKS = [AdBreak("pre", None), AdBreak("mid-1", 3_725_250_000_000), AdBreak("post", None, True)]
CLIP = Creative(
    "c1", "Tea & <more>", "https://a.example/c.mp4?x=1&y=2", "video/mp4", 15 * NS, 1280, 720,
    click_uri="https://a.example/tea",
)  # fmt: skip
#: Children in the order of their schema; "*" may be left out.
_ORDER = {
    "VMAP": ["AdBreak"],
    "AdBreak": ["AdSource", "TrackingEvents*", "Extensions*"],
    "VAST": ["Ad"],
    "Ad": ["InLine"],
    "InLine": ["AdSystem", "Error*", "Extensions*", "Impression", "Pricing*",
               "ViewableImpression*", "AdServingId", "AdTitle", "AdVerifications*", "Advertiser*",
               "Category*", "Creatives"],
    "Creatives": ["Creative"],
    "Linear": ["Icons*", "TrackingEvents*", "AdParameters*", "Duration", "MediaFiles",
               "VideoClicks*"],
    "MediaFiles": ["MediaFile"],
    "VideoClicks": ["ClickTracking*", "CustomClick*", "ClickThrough*"],
}  # fmt: skip


def plain(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def check(element: ElementTree.Element) -> None:
    """Check that children stand in the order of the schema, and that none is lacking."""
    children = list(dict.fromkeys(plain(child) for child in element))
    if plain(element) in _ORDER:
        order = _ORDER[plain(element)]
        names = [name.rstrip("*") for name in order]
        assert children == [name for name in names if name in children]
        assert {name for name in order if not name.endswith("*")} <= set(children)
    for child in element:
        check(child)


@pytest.mark.parametrize("source", ["https://ads.example/vast?x=1&c=[CACHEBUSTING]", CLIP])
def test_the_structure_is_that_of_the_schemas(source: str | Creative) -> None:
    data = vmap_document(BREAKS, source)
    assert data.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    root = ElementTree.fromstring(data)
    assert (root.tag, root.get("version")) == (f"{_VMAP}VMAP", "1.0")
    check(root)
    offsets = [one.get("timeOffset") for one in root]
    assert offsets == ["start", "01:02:05.250", "end"]
    for one in root:
        assert one.get("breakType") == "linear"
        (ads,) = one
        assert (ads.get("allowMultipleAds"), ads.get("followRedirects")) == ("false", "true")
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", ads.get("id", ""))
        (inside,) = ads
        if isinstance(source, str):
            assert (inside.tag, inside.get("templateType")) == (f"{_VMAP}AdTagURI", "vast4")
            assert inside.text == source
        else:
            assert inside.tag == f"{_VMAP}VASTAdData"


def test_a_clip_is_told_in_vast() -> None:
    root = ElementTree.fromstring(vmap_document(BREAKS[:1], CLIP))
    vast = root.find(f".//{_VAST}VAST")
    assert vast is not None
    assert vast.get("version") == "4.2"
    texts = {plain(one): one.text for one in vast.iter()}
    assert texts["AdTitle"] == CLIP.title
    assert texts["Impression"] == "about:blank"
    assert texts["Duration"] == "00:00:15.000"
    assert texts["UniversalAdId"] == "c1"
    assert texts["ClickThrough"] == CLIP.click_uri
    media = vast.find(f".//{_VAST}MediaFile")
    assert media is not None
    assert media.text == CLIP.media_uri
    assert media.attrib == {
        "delivery": "progressive", "type": "video/mp4", "width": "1280", "height": "720",
    }  # fmt: skip


def test_no_slots_are_a_document_too() -> None:
    assert list(ElementTree.fromstring(vmap_document([], "https://a.example/"))) == []
