"""Audits what Videre stands on: every locked distribution has a licence that may be used.

`python scripts/audit.py`, or `make audit`; needs the environment of `make setup` and no network.
The licences stand in locks/licences.toml. It fails when a distribution has no row there or a row no
distribution, when an installed package says another licence of itself, when a licence is neither
allowed nor an exception with its reason, and when NOTICE does not name an exception, names another
version than is locked, or leaves out a model.

Known weaknesses of versions are not looked up: that takes a list from outside, as `pip-audit
--disable-pip -r locks/orchestrator.txt` fetches it where there is a network.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).parents[1]
_PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
#: How texts about licences name their families; the longer name first where one holds another.
_FAMILIES: Final = {
    "LGPL": r"LGPL|Lesser General Public",
    "AGPL": r"AGPL|Affero",
    "GPL": r"(?<![AL])GPL|(?<!Lesser )(?<!Affero )General Public",
    "Apache": r"Apache",
    "Artistic": r"Artistic",
    "BSD": r"BSD",
    "ISC": r"\bISC\b",
    "MIT": r"\bMIT\b",
    "MPL": r"\bMPL\b|Mozilla",
    "PSF": r"\bPSF\b|Python Software Foundation",
}
#: A licence's name stands in front of its text.
_BEGINNING: Final = 200
#: Where NOTICE names packages with the versions that are used.
_BUNDLED: Final = "Models inside Python packages"


@dataclass(frozen=True, slots=True)
class Licences:
    """What locks/licences.toml says.

    Args:
        allowed: licences that may be used.
        exceptions: reason by distribution.
        distributions: SPDX expression by distribution.
    """

    allowed: frozenset[str]
    exceptions: Mapping[str, str]
    distributions: Mapping[str, str]

    @classmethod
    def read(cls, path: Path) -> Licences:
        """Read the file."""
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(frozenset(said["allowed"]), said["exceptions"], said["distributions"])


def normal(name: str) -> str:
    """Return a distribution's name as it is compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(texts: Sequence[str]) -> dict[str, set[str]]:
    """Return the versions of each distribution in the texts of locks."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for name, version in _PIN.findall(text):
            found.setdefault(normal(name), set()).add(version)
    return found


def may_be_used(expression: str, allowed: frozenset[str]) -> bool:
    """Tell whether an SPDX expression without brackets may be used: of each OR, one side."""
    return any(
        all(part.strip() in allowed for part in side.split(" AND "))
        for side in expression.split(" OR ")
    )


def families(text: str) -> set[str]:
    """Return the families of licences that a text names."""
    return {name for name, words in _FAMILIES.items() if re.search(words, text)}


def said_of_itself(package: metadata.PackageMetadata) -> str:
    """Return what a package's metadata say of its licence; "" = nothing."""
    expression = package.get("License-Expression")
    if expression:
        return str(expression)
    classifiers = [c for c in package.get_all("Classifier") or () if c.startswith("License ::")]
    return " ".join([(package.get("License") or "").strip()[:_BEGINNING], *classifiers])


def of_table(known: Licences, versions: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield what is wrong with the table itself."""
    rows = known.distributions
    for name in sorted(versions.keys() - rows.keys()):
        yield f"{name} is locked but has no licence in locks/licences.toml"
    for name in sorted(rows.keys() - versions.keys()):
        yield f"{name} has a licence in locks/licences.toml but is not locked"
    for name, expression in rows.items():
        used = may_be_used(expression, known.allowed)
        if not used and name not in known.exceptions:
            yield f"{name}: {expression} is neither allowed nor an exception"
        if used and name in known.exceptions:
            yield f"{name}: {expression} is allowed and needs no exception"
    for name in sorted(known.exceptions.keys() - rows.keys()):
        yield f"{name} is an exception but has no licence in locks/licences.toml"


def of_installed(known: Licences, packages: Mapping[str, str]) -> Iterator[str]:
    """Yield the packages that say something else of themselves.

    Args:
        packages: what each distribution says of its licence.
    """
    for name, said in sorted(packages.items()):
        row = known.distributions.get(name)
        if row is None or not said:
            continue
        if families(said) and families(said) != families(row):
            yield f"{name} says {' '.join(said.split())!r} of itself, locks/licences.toml {row}"


def of_notice(
    notice: str,
    known: Licences,
    versions: Mapping[str, set[str]],
    models: Mapping[str, Mapping[str, object]],
) -> Iterator[str]:
    """Yield what NOTICE leaves out or says otherwise."""
    for name in known.exceptions:
        if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", notice):
            yield f"NOTICE does not name {name}, an exception"
    bundled = notice.partition(_BUNDLED)[2].split("\n\n\n")[0]
    for name, version in re.findall(r"([A-Za-z][\w.-]+) (\d[\w.]*\w|\d)", bundled):
        pinned = versions.get(normal(name))
        if pinned and not any(f"{one}.".startswith(f"{version}.") for one in pinned):
            yield f"NOTICE names {name} {version}, the locks {', '.join(sorted(pinned))}"
    for name, model in models.items():
        if model["tier"] == "standard" and not re.search(
            rf"^  {re.escape(name)} .*{re.escape(str(model['licence']))}$", notice, re.MULTILINE
        ):
            yield f"NOTICE has no line of the model {name} with its licence {model['licence']}"


def main() -> int:
    """Print what is wrong, or how much is right; return 1 when something is wrong."""
    known = Licences.read(_ROOT / "locks/licences.toml")
    versions = locked([p.read_text(encoding="utf-8") for p in sorted(_ROOT.glob("locks/*.txt"))])
    installed = {
        normal(one.name): said_of_itself(one.metadata)
        for one in metadata.distributions()
        if one.version in versions.get(normal(one.name), ())
    }
    models = tomllib.loads((_ROOT / "common/videre/common/models.toml").read_text(encoding="utf-8"))
    notice = (_ROOT / "NOTICE").read_text(encoding="utf-8")
    wrong = [
        *of_table(known, versions),
        *of_installed(known, installed),
        *of_notice(notice, known, versions, models),
    ]
    for line in wrong:
        print(line, file=sys.stderr)
    print(
        f"{len(versions)} distributions, {len(installed)} of them asked themselves, "
        f"{len(known.exceptions)} exceptions, {len(models)} models: "
        + (f"{len(wrong)} wrong" if wrong else "all licences may be used")
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
