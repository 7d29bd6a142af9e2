"""How engines of torch compute here: on which device, with how many threads.

Nothing here imports torch: an engine hands over the module that it has imported.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from videre.common.config import Settings
from videre.common.errors import Reason, VidereError

_FIRST_GPU: Final = "cuda:0"


def prepare(torch: Any, settings: Settings | None = None) -> str:
    """Set torch's threads; return the device that models are put on.

    Args:
        torch: the imported module.
        settings: None = those of the process.

    Raises:
        VidereError: ENGINE_FAILED, the configured device is not there.
    """
    known = settings or Settings()
    torch.set_num_threads(known.torch_threads)
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return chosen_device(known.device, gpus)


@contextmanager
def inference(torch: Any, device: str) -> Iterator[None]:
    """Compute without gradients, on a GPU in half precision.

    Args:
        torch: the imported module.
        device: where the model is, "cpu" or "cuda:N".

    Raises:
        VidereError: DEVICE_MEMORY, the device has too little free memory.
    """
    kind = device.partition(":")[0]
    try:
        with torch.inference_mode(), torch.autocast(kind, torch.float16, enabled=kind == "cuda"):
            yield
    except torch.OutOfMemoryError as error:
        torch.cuda.empty_cache()
        raise VidereError(
            Reason.DEVICE_MEMORY,
            f"{device} has too little free memory for one inference",
            metadata={"device": device},
        ) from error


def chosen_device(wanted: str, gpus: int) -> str:
    """Return "cpu" or "cuda:N".

    Args:
        wanted: "auto", "cpu", "cuda" or "cuda:N".
        gpus: number of GPUs that torch sees.

    Raises:
        VidereError: ENGINE_FAILED, the wanted device is not there.
    """
    if wanted == "auto":
        return _FIRST_GPU if gpus else "cpu"
    if wanted == "cpu":
        return wanted
    number = int(wanted.partition(":")[2] or 0)
    if number >= gpus:
        raise VidereError(
            Reason.ENGINE_FAILED,
            f"VIDERE_DEVICE asks for {wanted}; torch sees {gpus} GPUs",
            metadata={"field": "device", "limit": str(gpus), "actual": wanted},
        )
    return f"cuda:{number}"
