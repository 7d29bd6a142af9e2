"""How opaque each pixel is, and what colour the subject has there. Pure; child process only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from videre.production.painting.base import Picture
from videre.production.painting.fields import Floats, Indices, filled, places, sampled
from videre.production.painting.jobs import Rgb

#: The subject's colours are spread over its edge in a picture this many times smaller.
_SPREAD: Final = 4
#: Share of a small pixel that is opaque and tells its colour; spread of the belief in it, pixels.
_KNOWN: Final = 0.05
_NEAR: Final = 3.0
#: What is so near to opaque or to nothing is that.
ROUND: Final = 0.02
#: How far beside the line, in shares of its length squared, the mixture is still believed.
_OFF: Final = 0.02
#: Variance of luma that is noise, and that from which luma tells an edge better than hue.
_EVEN_LUMA: Final = 4.0
_SURE_LUMA: Final = 60.0


@dataclass(frozen=True, slots=True)
class Matte:
    """A frame taken apart.

    Args:
        alpha: how opaque, float 0..1.
        band: flat indices of pixels that may be neither opaque nor clear.
        colours: of the subject in the band, float BGR, one row for each.
    """

    alpha: Floats
    band: Indices
    colours: Floats


def matte_of(picture: Picture, alpha: Floats, plate: Floats, reach: int) -> Matte:
    """Return the matte of a frame: holes shut, edges as fine as luma, mixtures solved for.

    Args:
        picture: uint8 BGR.
        alpha: a first one.
        plate: the background without the subject, of any smaller size.
        reach: pixels around an edge that are looked at again.
    """
    soft = within(alpha, ROUND, 1 - ROUND)
    left, top, width, height = cv2.boundingRect(soft)
    if not width:
        return Matte(_decided(alpha), np.zeros(0, np.int64), np.zeros((0, 3), np.float32))
    margin = 3 * reach + 2
    rows = slice(max(0, top - margin), top + height + margin)
    columns = slice(max(0, left - margin), left + width + margin)
    part = np.ascontiguousarray(picture[rows, columns])
    first = sharpened(without_holes(np.ascontiguousarray(alpha[rows, columns])), part, reach)
    made = _decided(alpha)
    made[rows, columns] = first
    return refined(picture, made, plate, reach, (rows, columns))


def without_holes(alpha: Floats) -> Floats:
    """Return alpha, opaque where what is half clear lies inside of what is opaque.

    Half clear is an edge, hair, glass: it touches what is clear.
    """
    rows, columns = alpha.shape
    half = max(1, columns // 2), max(1, rows // 2)
    thin, gone = (
        cv2.resize(mask, half, interpolation=cv2.INTER_AREA) > 0
        for mask in (within(alpha, -1, 1 - ROUND), within(alpha, -1, ROUND))
    )
    count, parts = cv2.connectedComponents(thin.astype(np.uint8), connectivity=8)
    shut = np.ones(count, np.bool_)
    shut[parts[gone]] = False
    shut[0] = False
    if not shut.any():
        return alpha
    holes = cv2.resize(
        shut[parts].astype(np.uint8), (columns, rows), interpolation=cv2.INTER_NEAREST
    )
    made = alpha.copy()
    made[holes > 0] = 1
    return made


def sharpened(alpha: Floats, picture: Picture, reach: int) -> Floats:
    """Return alpha with the edges of the picture's luma, which coders keep finer than its hue.

    A guided filter (He, Sun, Tang 2010): in each window alpha is a straight line of luma. Where
    luma is even, alpha stays.
    """
    luma = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32)
    size = (2 * reach + 1, 2 * reach + 1)

    def mean(values: NDArray[Any]) -> Floats:
        return np.asarray(cv2.boxFilter(values, -1, size), np.float32)

    of_luma, of_alpha = mean(luma), mean(alpha)
    spread = mean(luma * luma) - of_luma * of_luma
    slope = (mean(luma * alpha) - of_luma * of_alpha) / (spread + _EVEN_LUMA)
    line = mean(slope) * luma + mean(of_alpha - slope * of_luma)
    sure = spread / (spread + _SURE_LUMA)
    return np.asarray((alpha + sure * (line - alpha)).clip(0, 1), np.float32)


def refined(
    picture: Picture, alpha: Floats, plate: Floats, reach: int, where: tuple[slice, slice]
) -> Matte:
    """Return a matte whose edge follows the mixture of two colours.

    In the band between opaque and clear a pixel is `a F + (1 − a) P`: P is the plate, F the
    subject's colour, spread from where it is opaque. `a` is where the pixel lies on the line from P
    to F; where it lies far beside it – F is another one there – the first alpha stays.

    Args:
        picture: uint8 BGR.
        alpha: a first one; changed.
        plate: the background without the subject, of any smaller size.
        reach: pixels around the band that are looked at again.
        where: rows and columns in which the band lies.
    """
    part = alpha[where]
    opaque, clear = within(part, 1 - ROUND, 2), within(part, -1, ROUND)
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    kept, gone = _eroded(opaque, kernel), _eroded(clear, np.ones((3, 3), np.uint8))
    part[kept > 0] = 1
    part[gone > 0] = 0
    inner = np.flatnonzero((kept | gone) == 0)
    down, across = places(inner, part.shape[1])
    band = (down + (where[0].start or 0)) * alpha.shape[1] + across + (where[1].start or 0)
    near, trust = _spread(np.ascontiguousarray(picture[where]), kept, inner)
    pixels = picture.reshape(-1, 3).take(band, axis=0).astype(np.float32)
    behind = sampled(plate, band, alpha.shape)
    line, first = near - behind, alpha.ravel().take(band)
    length = np.maximum(np.einsum("ij,ij->i", line, line), 1.0)
    apart = pixels - behind
    share = np.einsum("ij,ij->i", apart, line) / length
    beside = apart - share[:, None] * line
    off = np.einsum("ij,ij->i", beside, beside) / length
    trust = trust * np.exp(-off / _OFF)
    share = (trust * share.clip(0, 1) + (1 - trust) * first).astype(np.float32)
    share[share < ROUND] = 0
    share[share > 1 - ROUND] = 1
    alpha.ravel()[band] = share
    return Matte(alpha, band, _own(pixels, behind, share, near))


def _decided(alpha: Floats) -> Floats:
    return np.asarray(cv2.threshold(alpha, 0.5, 1, cv2.THRESH_BINARY)[1], np.float32)


def within(values: Floats, low: float, high: float) -> Picture:
    """Return 255 where values lie between two bounds, else 0."""
    return np.asarray(cv2.inRange(values, low, high), np.uint8)


def _eroded(mask: Picture, kernel: Picture) -> Picture:
    return np.asarray(cv2.erode(mask, kernel, borderType=cv2.BORDER_REPLICATE), np.uint8)


def _spread(picture: Picture, kept: Picture, inner: Indices) -> tuple[Floats, Floats]:
    """Return the colours of what is opaque, spread to some pixels, and how near they come from."""
    rows, columns = kept.shape
    small = max(2, columns // _SPREAD), max(2, rows // _SPREAD)
    weight = cv2.resize(kept, small, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    sums = cv2.resize(cv2.copyTo(picture, kept), small, interpolation=cv2.INTER_AREA)
    known = (weight > _KNOWN).astype(np.float32)
    colours = sums / np.maximum(weight, _KNOWN)[..., None]
    field = filled(np.asarray(colours, np.float32), known)
    nearness = np.asarray(cv2.GaussianBlur(known, (0, 0), _NEAR), np.float32)
    trust = sampled(nearness[..., None], inner, (rows, columns))[:, 0] * 4
    return sampled(field, inner, (rows, columns)), np.minimum(1, trust)


def _own(pixels: Floats, behind: Floats, share: Floats, near: Floats) -> Floats:
    """Return the subject's colours in the band: what is left when the background is taken away."""
    left = (pixels - (1 - share)[:, None] * behind) / np.maximum(share, 0.05)[:, None]
    # Of what is nearly clear little is known but what is near.
    sure = np.minimum(1, share * 3)[:, None]
    return np.asarray((near + sure * (left - near)).clip(0, 255), np.float32)


@lru_cache(maxsize=1)  # the same for a whole run
def plain(colour: Rgb, size: tuple[int, int]) -> Picture:
    """Return a background of one colour; width and height. It must not be changed."""
    made = np.empty((size[1], size[0], 3), np.uint8)
    made[:] = colour[::-1]
    made.flags.writeable = False
    return made


def laid_on(picture: Picture, matte: Matte, behind: Picture) -> Picture:
    """Return the subject of a picture before another background of its size."""
    made = behind.copy()
    cv2.copyTo(picture, within(matte.alpha, 1, 2), made)
    flat = made.reshape(-1, 3)
    share = matte.alpha.ravel().take(matte.band)[:, None]
    under = flat.take(matte.band, axis=0).astype(np.float32)
    flat[matte.band] = np.rint(under + share * (matte.colours - under)).astype(np.uint8)
    return made


def cut_out(picture: Picture, matte: Matte) -> Picture:
    """Return the subject with its transparency, BGRA; what is clear is black."""
    own = cv2.copyTo(picture, within(matte.alpha, 1, 2))
    flat, share = own.reshape(-1, 3), matte.alpha.ravel().take(matte.band)
    flat[matte.band] = np.where(share[:, None] > 0, np.rint(matte.colours), 0).astype(np.uint8)
    opaque = cv2.convertScaleAbs(matte.alpha, alpha=255)
    return np.asarray(cv2.merge([*cv2.split(own), opaque]), np.uint8)
