"""What `videre at-rest …` runs, on the machine of the data folder."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from videre.common.artifact_place import open_artifacts
from videre.common.clock import SystemClock
from videre.common.errors import VidereError
from videre.orchestrator.at_rest.finding import find_words
from videre.orchestrator.at_rest.resealing import reseal_all
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store.database import open_database

Tell = Callable[[str, dict[str, object]], None]


def _reseal(settings: OrchestratorSettings, given: argparse.Namespace, tell: Tell) -> int:
    database = open_database(settings.database_path, settings.postgres_url)
    try:
        done = reseal_all(
            database,
            open_artifacts(settings),
            settings.known_seal(),
            SystemClock(),
            encryption=settings.encryption,
            new_data_key=given.new_data_key,
            told=lambda place, count: tell(f"{place}: {count}", {"place": place, "count": count}),
        )
    finally:
        database.dispose()
    text = f"{done.rows} values and {done.artifacts} artifacts sealed anew, {done.waiting} wait"
    tell(
        text + (" until no job runs" if done.waiting else ""),
        {"rows": done.rows, "artifacts": done.artifacts, "waiting": done.waiting},
    )
    return 1 if done.waiting else 0


def _find(settings: OrchestratorSettings, given: argparse.Namespace, tell: Tell) -> int:
    words = [line.strip() for line in sys.stdin if line.strip()]
    folders = {
        settings.data_dir, settings.artifacts_path, settings.uploads_path, settings.work_path,
    }  # fmt: skip
    folders -= {one for one in folders for up in folders if up in one.parents}
    found = 0
    for path, word in find_words(sorted(folders), words):
        tell(f"{path}: {word}", {"path": str(path), "word": word})
        found += 1
    tell(f"{len(words)} words, found {found} times", {"words": len(words), "found": found})
    return 1 if found else 0


def main() -> None:
    """Parse the command line and do it."""
    parser = argparse.ArgumentParser(prog="videre at-rest", description=__doc__)
    parser.add_argument("--json", action="store_true", help="an object of JSON on each line")
    commands = parser.add_subparsers(dest="command", required=True)
    resealing = commands.add_parser(
        "reseal", help="seal everything as new things are sealed; beside orchestrators at work"
    )
    resealing.add_argument(
        "--new-data-key", action="store_true", help="give the database another data key first"
    )
    commands.add_parser("find", help="look for words (stdin, one a line) in the files as they lie")
    given = parser.parse_args()

    def tell(text: str, facts: dict[str, object]) -> None:
        sys.stdout.write((json.dumps(facts) if given.json else text) + "\n")
        sys.stdout.flush()

    settings = OrchestratorSettings()
    try:
        sys.exit({"reseal": _reseal, "find": _find}[given.command](settings, given, tell))
    except (VidereError, OSError) as refused:
        sys.exit(f"videre at-rest: {refused}")


if __name__ == "__main__":
    main()
