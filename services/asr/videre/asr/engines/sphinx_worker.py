"""The child process that decodes: pocketsphinx holds Python's global lock while it works.

It reads requests from standard input until that ends and writes one line of JSON per answer.
A request is a length in bytes (4, big-endian) and as much 16 kHz mono signed 16-bit sound.
"""

from __future__ import annotations

import json
import math
import struct
import sys
import time
from pathlib import Path
from typing import IO, Any, Final

#: Head of a request: number of bytes that follow.
HEADER: Final = struct.Struct(">I")
#: What the child writes once it has loaded its model.
READY: Final = b"ready\n"

#: Silence put on both sides: the recogniser wants to see an utterance begin and end.
#: Tried: none WER .37, the neighbouring 0.1 s of sound .34, 0.2 s of silence .33.
SILENCE_SAMPLES: Final = 3_200
#: Most hidden Markov models active in a frame (pocketsphinx: 30,000). CPU-seconds per second of
#: English, and words wrong of 483: 30,000 .20 and 160, 6,000 .18 and 162, 5,000 .16 and 162; at
#: 3,000 .14 and more of them wrong. Narrower beams, coarser features or one pass less cost more.
_MOST_ACTIVE_MODELS: Final = 5_000
#: Smallest probability whose logarithm is reported; pocketsphinx's own exponentials end there.
_SMALLEST: Final = 1e-300


def make_decoder(acoustic: Path, dictionary: Path, language: Path) -> Any:
    """Return a pocketsphinx decoder.

    Args:
        acoustic: folder of the acoustic model.
        dictionary: pronunciations.
        language: n-gram model.
    """
    import pocketsphinx

    return pocketsphinx.Decoder(
        hmm=str(acoustic),
        dict=str(dictionary),
        lm=str(language),
        cmn="batch",
        maxhmmpf=_MOST_ACTIVE_MODELS,
        loglevel="FATAL",
    )


def decode(decoder: Any, pcm: bytes) -> dict[str, Any]:
    """Decode one utterance.

    Returns:
        `segments`: [word, first frame, last frame, posterior 0..1, ln acoustic score] of words,
        fillers and silences, 100 frames a second, the silence in front included;
        `log_posterior`: ln of the best path's posterior.
    """
    silence = bytes(2 * SILENCE_SAMPLES)
    # Without this the feature extraction keeps noise statistics of the utterance before.
    decoder.reinit_feat()
    decoder.start_utt()
    decoder.process_raw(silence + pcm + silence, full_utt=True)
    decoder.end_utt()
    hypothesis = decoder.hyp()
    if hypothesis is None:
        return {"segments": [], "log_posterior": 0.0}
    segments = [
        [item.word, item.start_frame, item.end_frame, item.prob, _log(item.ascore)]
        for item in decoder.seg()
    ]
    return {"segments": segments, "log_posterior": _log(hypothesis.prob)}


def _log(probability: float) -> float:
    return math.log(max(probability, _SMALLEST))


def _serve(decoder: Any, requests: IO[bytes], answers: IO[bytes]) -> None:
    answers.write(READY)
    answers.flush()
    while len(head := requests.read(HEADER.size)) == HEADER.size:
        pcm = requests.read(HEADER.unpack(head)[0])
        started = time.process_time()
        answer = decode(decoder, pcm)
        answer["cpu_seconds"] = time.process_time() - started
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    _serve(make_decoder(*map(Path, sys.argv[1:4])), sys.stdin.buffer, sys.stdout.buffer)
