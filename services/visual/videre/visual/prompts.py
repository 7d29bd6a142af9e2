"""Labels that are described in words, and how a picture is held against them. Pure.

A joint embedding puts pictures and texts into one space. A label's likelihood is that of its
prompts against those of "none of these": of each label alone, so that labels do not exclude each
other and adding one changes no other. Pictures that show none of the labels, where there are some,
say how much a label's prompts attract whatever comes along: that much is taken off.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.common.openmmlab.config import Refused

F32 = NDArray[np.float32]

MAX_BYTES: Final = 1 << 20
_MAX_LABELS: Final = 1_000
_MAX_NAME: Final = 100
_MAX_PROMPTS: Final = 100
_MAX_PROMPT: Final = 300
#: Share of pictures that show none of the labels which may still be taken for a label.
_FALSE: Final = 0.01
#: Of the seven templates that open_clip names as the simple ones for ImageNet, those of whole
#: pictures.
_TEMPLATES: Final = ("a photo of a {}.", "a photo of the {}.", "art of the {}.", "itap of a {}.")
_NONE: Final = ("a photo.", "a picture of something.", "a frame of a video.", "a blurry photo.")


@dataclass(frozen=True, slots=True)
class Prompts:
    """What labels are described by.

    Args:
        names: the labels.
        of_label: prompts of each.
        none: prompts of what is none of them.
    """

    names: tuple[str, ...] = ()
    of_label: tuple[tuple[str, ...], ...] = ()
    none: tuple[str, ...] = _NONE


def parse_prompts(text: str) -> Prompts:
    """Return the labels of a TOML file.

    A table `labels` has a label's own prompts by its name; an empty list stands for the templates
    with its name in place of `{}`. `templates` and `none` replace the usual ones.

    Raises:
        Refused: it is none, or holds what no labels are made of.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(f"no TOML ({error})") from error
    if extra := sorted(said.keys() - {"labels", "templates", "none"}):
        raise Refused(f"{extra[0][:80]!r} is none of labels, templates, none")
    labels = said.get("labels")
    if not isinstance(labels, Mapping) or not 1 <= len(labels) <= _MAX_LABELS:
        raise Refused(f"labels is a table of 1 to {_MAX_LABELS} labels")
    templates = _texts(said.get("templates", list(_TEMPLATES)), "templates")
    if any(one.count("{}") != 1 for one in templates):
        raise Refused("each of the templates holds {} once")
    for name in labels:
        if not 0 < len(name) <= _MAX_NAME or name != name.strip():
            raise Refused(f"the label {name[:80]!r} is no text of 1 to {_MAX_NAME} characters")
    return Prompts(
        tuple(labels),
        tuple(
            _texts(own, name) if own else tuple(one.replace("{}", name) for one in templates)
            for name, own in labels.items()
        ),
        _texts(said.get("none", list(_NONE)), "none"),
    )


def _texts(value: Any, what: str) -> tuple[str, ...]:
    good = isinstance(value, list) and 1 <= len(value) <= _MAX_PROMPTS
    if not good or not all(isinstance(one, str) and 0 < len(one) <= _MAX_PROMPT for one in value):
        raise Refused(
            f"{what[:80]!r} is no list of 1 to {_MAX_PROMPTS} texts "
            f"of 1 to {_MAX_PROMPT} characters"
        )
    return tuple(value)


@dataclass(frozen=True, slots=True)
class Space:
    """Labels in a joint embedding.

    Args:
        labels: [labels, values], L2-normalised.
        none: [prompts, values], likewise.
        scale: what a cosine is multiplied by to be a logit.
        margins: [labels]: what is taken off a label's logit.
    """

    labels: F32
    none: F32
    scale: float
    margins: F32

    def likelihoods(self, picture: F32) -> NDArray[np.float64]:
        """Return how likely a picture [values], L2-normalised, shows each label, 0..1."""
        logits = self._logits(picture[None])[0] - self.margins
        return np.asarray(1 / (1 + np.exp(np.clip(-logits, -700, 700))))

    def _logits(self, pictures: F32) -> NDArray[np.float64]:
        """Return [pictures, labels]: a label against all that is none of them together."""
        of_label = self.scale * (pictures.astype(np.float64) @ self.labels.T.astype(np.float64))
        of_none = self.scale * (pictures.astype(np.float64) @ self.none.T.astype(np.float64))
        return np.asarray(of_label - np.logaddexp.reduce(of_none, axis=1)[:, None])

    def calibrated(self, background: F32) -> Space:
        """Return the same where one of a hundred pictures of none of the labels is taken for one.

        Args:
            background: [pictures, values], L2-normalised, of pictures that show none.
        """
        logits = self._logits(background)
        most = np.quantile(logits, 1 - _FALSE, axis=0, method="higher")
        margins = np.maximum(most, 0.0).astype(np.float32)
        return Space(self.labels, self.none, self.scale, margins)


def mean_direction(vectors: F32) -> F32:
    """Return the direction of the sum of vectors [n, values], L2-normalised; zero stays zero."""
    total = vectors.astype(np.float64).sum(axis=0)
    length = float(np.sqrt(total @ total))
    return np.asarray(total / length if length else total, np.float32)


def space_of(prompts: Prompts, embedded: Sequence[F32], none: F32, scale: float) -> Space:
    """Return labels in a joint embedding, before any calibration.

    Args:
        prompts: the labels.
        embedded: the vectors of each label's prompts, [prompts, values].
        none: those of the prompts of none.
        scale: as in `Space`.
    """
    labels = np.stack([mean_direction(one) for one in embedded])
    return Space(labels, none, scale, np.zeros(len(prompts.names), np.float32))
