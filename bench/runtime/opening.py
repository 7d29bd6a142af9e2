"""How a session may be opened otherwise than the product does, and who is told of its runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Literal

import onnxruntime

from bench.runtime import figures

Level = Literal["none", "basic", "extended", "all"]
LEVELS: Final[dict[Level, Any]] = {
    "none": onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL,
    "basic": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC,
    "extended": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
    "all": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
}


class Form(StrEnum):
    """What is made of a model's file beforehand."""

    AS_IT_IS = "as it is"
    #: Its graph after all optimisations, which are not made again.
    SAVED = "saved"
    #: Weights in 8 bits, activations brought to 8 bits at every run.
    DYNAMIC = "dynamic int8"
    #: Weights and activations in 8 bits, ranges known beforehand.
    STATIC = "static int8"


@dataclass(frozen=True, slots=True)
class Variant:
    """One change to how a model is opened; the default changes nothing.

    Args:
        name: what the report calls it.
        level: of graph optimisation; None = the product's.
        threads: of one run; None = the product's.
        spins: threads that wait for work go round and round.
        arena: memory of a run is kept for the next; None = the product's.
        form: of the file.
    """

    name: str
    level: Level | None = None
    threads: int | None = None
    spins: bool = False
    arena: bool | None = None
    form: Form = Form.AS_IT_IS

    def change(self, options: Any) -> None:
        """Change what the product asks of a session."""
        if self.form is Form.SAVED:
            options.graph_optimization_level = LEVELS["none"]
        elif self.level is not None:
            options.graph_optimization_level = LEVELS[self.level]
        if self.threads is not None:
            options.intra_op_num_threads = self.threads
        if self.spins:
            options.add_session_config_entry("session.intra_op.allow_spinning", "1")
        if self.arena is not None:
            options.enable_cpu_mem_arena = self.arena
        if self.form in (Form.DYNAMIC, Form.STATIC):
            # The product makes weights of 8 bits floats; here they are to be computed with.
            options.add_session_config_entry("session.disable_quant_qdq", "0")


_ERROR: Final = 3
#: Most inputs that are kept of a session.
_KEPT: Final = 48
AS_SHIPPED: Final = Variant(figures.AS_SHIPPED)
VARIANTS: Final = (
    AS_SHIPPED,
    Variant("graph none", level="none"),
    Variant("graph basic", level="basic"),
    Variant("graph extended", level="extended"),
    Variant("graph saved", form=Form.SAVED),
    Variant("memory of runs not kept", arena=False),
    Variant("memory of runs kept", arena=True),
    Variant("2 threads", threads=2),
    Variant("2 threads, spinning", threads=2, spins=True),
    Variant("int8 dynamic", form=Form.DYNAMIC),
    Variant("int8 static", form=Form.STATIC),
)

#: Those of a quick run.
QUICK: Final = tuple(
    one
    for one in VARIANTS
    if one is AS_SHIPPED or one.level == "none" or one.arena is not None or one.form is Form.STATIC
)

#: The runtime's own opener, the model's path or bytes, and the options → a session.
Open = Callable[[Callable[[Any, Any], Any], Any, Any], Any]


def quiet() -> None:
    """Let the runtime tell of errors alone: ways overwrite options, which it warns of."""
    onnxruntime.set_default_logger_severity(_ERROR)


@contextmanager
def opened_by(open_: Open) -> Iterator[None]:
    """Let every session of the block be opened by a function.

    It stands in the place of the runtime's class, which every opener of the product calls at last:
    nothing of the product is replaced.
    """
    own = onnxruntime.InferenceSession

    def plain(model: Any, options: Any) -> Any:
        return own(model, options, providers=["CPUExecutionProvider"])

    def opened(model: Any, options: Any, providers: list[str]) -> Any:
        assert providers == ["CPUExecutionProvider"], providers
        return open_(plain, model, options)

    onnxruntime.InferenceSession = opened
    try:
        yield
    finally:
        onnxruntime.InferenceSession = own


class Recorded:
    """A session that keeps some of what it is given, evenly spread over its runs."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._runs = 0
        self._every = 1
        self.inputs: list[dict[str, Any]] = []

    def run(self, names: Any, given: dict[str, Any], *more: Any) -> Any:
        """Run the session."""
        if self._runs % self._every == 0:
            if len(self.inputs) == _KEPT:
                self.inputs = self.inputs[::2]
                self._every *= 2
            if self._runs % self._every == 0:
                self.inputs.append({name: value.copy() for name, value in given.items()})
        self._runs += 1
        return self._session.run(names, given, *more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)
