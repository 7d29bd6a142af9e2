"""`python -m bench NAME`: measure, print the figures, write build/bench/NAME.json and .md.

A quick run writes into build/bench/quick/: it takes the place of no whole one.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from bench.figures import judge, load_required
from bench.harness import Outcome, unproven
from bench.machine import commit, machine, versions
from bench.options import Options
from bench.report import Trial, as_table, write

_OUTPUT: Final = Path("build/bench")


def main(arguments: Sequence[str]) -> int:
    """Run the bench of a name; return 0 when every required figure is met."""
    options = Options.of()
    required = load_required(quick=options.quick, media=options.media is not None)
    if len(arguments) != 1 or arguments[0] not in (*required, "list"):
        print(f"usage: python -m bench {{list,{','.join(required)}}}", file=sys.stderr)
        return 2
    name = arguments[0]
    if name == "list":
        print("\n".join(f"{bench}: {len(figures)} figures" for bench, figures in required.items()))
        return 0
    try:
        figures, outcomes = import_module(f"bench.{name}").run(options, _tell)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    trial = Trial(
        name=name,
        machine=machine(),
        versions=versions(),
        engines=_engines(outcomes),
        commit=commit(),
        figures=judge(figures, required[name]),
        model_calls={outcome.path.name: outcome.job.model_calls for outcome in outcomes},
        unproven=unproven(outcomes),
        notes=["QUICK: smaller inputs, wide intervals"] if options.quick else [],
    )
    paths = write(trial, _OUTPUT / "quick" if options.quick else _OUTPUT)
    print(as_table(trial))
    print(f"\n{'ok' if trial.ok else 'NOT OK'}: {' '.join(map(str, paths))}")
    return 0 if trial.ok else 1


def _tell(line: str) -> None:
    print(line, flush=True)


def _engines(outcomes: Sequence[Outcome]) -> list[str]:
    return sorted(
        {
            f"{pin.feature}: {pin.engine}@{pin.version}"
            for outcome in outcomes
            for pin in outcome.analysis.engines
        }
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
