"""Speech that is not English, by espeak-ng where it is there, in sentences nothing was fitted to.

The first article of the Universal Declaration of Human Rights.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

from videre.cli.evaluation.truth import Truth

_PROGRAM: Final = "espeak-ng"
_TIMEOUT_S: Final = 30.0
ARTICLE_1: Final = {
    "fr": "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués "
    "de raison et de conscience et doivent agir les uns envers les autres dans un esprit de "
    "fraternité.",
    "de": "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft "
    "und Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen.",
    "es": "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como "
    "están de razón y conciencia, deben comportarse fraternalmente los unos con los otros.",
    "it": "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati "
    "di ragione e di coscienza e devono agire gli uni verso gli altri in spirito di fratellanza.",
    "nl": "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren. Zij zijn begiftigd "
    "met verstand en geweten, en behoren zich jegens elkander in een geest van broederschap te "
    "gedragen.",
    "pl": "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni "
    "obdarzeni rozumem i sumieniem i powinni postępować wobec innych w duchu braterstwa.",
    "ru": "Все люди рождаются свободными и равными в своём достоинстве и правах. Они наделены "
    "разумом и совестью и должны поступать в отношении друг друга в духе братства.",
}


def foreign_speech(folder: Path) -> list[Truth]:
    """Write one recording per language; empty where espeak-ng is not installed.

    Raises:
        subprocess.SubprocessError: the program fails.
    """
    program = shutil.which(_PROGRAM)
    if program is None:
        return []
    made = []
    for language, text in ARTICLE_1.items():
        path = folder / f"foreign_{language}.wav"
        command = [program, "-v", f"{language}+m3", "-s", "150", "-w", str(path), text]
        subprocess.run(command, check=True, timeout=_TIMEOUT_S, capture_output=True)
        made.append(
            Truth(
                name=f"constructed/{path.name}", path=path, group="constructed/foreign",
                language=language,
            )
        )  # fmt: skip
    return made
