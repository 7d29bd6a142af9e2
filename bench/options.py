"""What a bench is told by the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Options:
    """What may be said.

    `QUICK=1`: at most two minutes on smaller inputs. `MEDIA=DIR`: a set with truth. `FACES=DIR`:
    pictures of faces, each of somebody else. `SOUNDS=DIR`: recordings of laughter, applause,
    cheering, crying and screaming, named after it. `CLEAN=DIR`: media without faults of quality.
    `MINUTES=n`: benches of many trials begin no further one after so long. `CONTINUE=1`: they go on
    behind those that an earlier run of the same program has kept. `REAL=1`: `sizing` also holds its
    simulation against a suite that runs here. `DAMAGED=n`: `hostile` sends so many damaged media.
    `JOBS=n`, `FILM_S=n`: `soak` works through so many jobs, on films and sounds of so many seconds.
    """

    quick: bool = False
    media: Path | None = None
    faces: Path | None = None
    sounds: Path | None = None
    clean: Path | None = None
    minutes: float | None = None
    go_on: bool = False
    real: bool = False
    damaged: int | None = None
    jobs: int | None = None
    film_s: int | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Options:
        """Return the options of an environment; the set of the tests is the default."""
        folder = environment.get("MEDIA") or environment.get("VIDERE_TEST_MEDIA")
        faces, sounds = environment.get("FACES"), environment.get("SOUNDS")
        clean, minutes = environment.get("CLEAN"), environment.get("MINUTES")
        return cls(
            quick=_said(environment, "QUICK"),
            media=Path(folder) if folder else None,
            faces=Path(faces) if faces else None,
            sounds=Path(sounds) if sounds else None,
            clean=Path(clean) if clean else None,
            minutes=float(minutes) if minutes else None,
            go_on=_said(environment, "CONTINUE"),
            real=_said(environment, "REAL"),
            damaged=_number(environment, "DAMAGED"),
            jobs=_number(environment, "JOBS"),
            film_s=_number(environment, "FILM_S"),
        )

    def media_folder(self) -> Path:
        """Return the folder of media with truth.

        Raises:
            FileNotFoundError: none is named.
        """
        if self.media is None:
            raise FileNotFoundError(
                "no media: name a folder with a truth.json by MEDIA or VIDERE_TEST_MEDIA "
                "(docs/truth_format.md)"
            )
        return self.media


def _said(environment: Mapping[str, str], name: str) -> bool:
    return environment.get(name, "") not in ("", "0")


def _number(environment: Mapping[str, str], name: str) -> int | None:
    given = environment.get(name)
    return int(given) if given else None
