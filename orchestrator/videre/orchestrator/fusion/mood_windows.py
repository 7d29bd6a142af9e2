"""Cues → what every ten seconds feel like. Pure, integers only.

A cue i (see `mood_cues`) that lasts for t_i of a window speaks with

    w_i = its weight × t_i / 5 s

so whoever has spoken for five seconds has said all it can of a window (of a shorter media, whoever
has spoken all the time), and none is surer than its surest cue. Per source s, whose cues err
together,

    v_s = Σ_i w_i v_i / Σ_i w_i        over all its cues, the neutral ones too
    W_s = min(Σ_i w_i, max_i weight)   over the cues that are not neutral

and over the sources, which err independently, with κ = ¼ for the assumption that nothing special is
felt (a prior of weight κ at 0: the posterior mean of a shrinkage estimator, as of W. James and
C. Stein, 1961):

    V = Σ_s W_s v_s / (κ + Σ_s W_s)

likewise for arousal, over the sources that say something of it. Neutral words make the mean of what
is *said* smaller, so a kind word in a long neutral speech is no mood, but they do not speak against
a laugh: most of what is said with feeling has no word of feeling in it. The confidence is

    Σ_s' W_s' / (κ + Σ_s W_s)

where s' are the sources on the same side of the circle as (V, A): contradiction lowers it. Faces,
whose engine is weak, never get beyond ½ alone. So −1 < V < 1, no rise of what a cue feels can lower
V, and the order of cues does not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from videre.common.values import NS, SCORE_ONE
from videre.orchestrator.document import MoodSource, MoodVoice
from videre.orchestrator.fusion.mood_cues import Cue

#: Length of a window.
WINDOW_NS: Final = 10 * NS
#: After this long a source has said all it can of a window.
_FULL_NS: Final = 5 * NS
#: Weight E4 of the assumption that nothing special is felt (κ).
_PRIOR: Final = 2_500
#: Confidence E4 that faces alone do not get beyond.
FACES_ALONE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Window:
    """What is told of one window.

    Args:
        start_ns, end_ns: its stretch; both 0 of a media without time.
        valence, arousal: E4; None where nothing tells.
        score: confidence E4.
        voices: what each source says that is not neutral.
        cues: those that are not neutral.
        felt_ns: valence and arousal felt, net: Σ weight × value × time, in ns of full feeling.
    """

    start_ns: int
    end_ns: int
    valence: int | None
    arousal: int | None
    score: int
    voices: tuple[MoodVoice, ...]
    cues: tuple[Cue, ...]
    felt_ns: tuple[int, int]

    @property
    def length(self) -> int:
        """What it counts in a mean by time; a text or a picture has no time and counts as one."""
        return max(1, self.end_ns - self.start_ns)

    @property
    def speaks(self) -> bool:
        """Whether there is anything in it that is not neutral."""
        return bool(self.cues)


def windows(cues: Iterable[Cue], duration_ns: int) -> Iterator[Window]:
    """Yield the windows of the film that hold a cue, in order of time."""
    by_window: dict[int, list[Cue]] = defaultdict(list)
    last = max(0, duration_ns - 1) // WINDOW_NS
    for cue in cues:
        first = min(last, cue.span.start_ns // WINDOW_NS)
        end = min(last, max(cue.span.start_ns, cue.span.end_ns - 1) // WINDOW_NS)
        for index in range(first, end + 1):
            by_window[index].append(cue)
    for index in sorted(by_window):
        start = index * WINDOW_NS
        yield _window(start, min(duration_ns, start + WINDOW_NS), by_window[index])


def mean(values: Sequence[int | None], weights: Sequence[int], prior: int = 0) -> int | None:
    """Return the weighted mean of what is told and of a prior at 0, rounded to 0.

    None where nothing is told.
    """
    known = [(v, w) for v, w in zip(values, weights, strict=True) if v is not None and w]
    if not known:
        return None
    total, count = sum(v * w for v, w in known), prior + sum(w for _, w in known)
    return total // count if total >= 0 else -(-total // count)


def _window(start_ns: int, end_ns: int, cues: Sequence[Cue]) -> Window:
    lasting = [(cue, _lasts(cue, start_ns, end_ns)) for cue in cues]
    full = min(_FULL_NS, max(1, end_ns - start_ns))
    by_source: dict[MoodSource, list[tuple[Cue, int]]] = defaultdict(list)
    for cue, time_ns in lasting:
        if weight := cue.weight * time_ns // full:
            by_source[cue.source].append((cue, weight))
    voices = tuple(
        voice for source in sorted(by_source) if (voice := _voice(source, by_source[source]))
    )
    weights = [voice.weight for voice in voices]
    valence = mean([voice.valence for voice in voices], weights, _PRIOR)
    arousal = mean([voice.arousal for voice in voices], weights, _PRIOR)
    speaking = [(cue, time_ns) for cue, time_ns in lasting if cue.speaks and time_ns and cue.weight]
    return Window(
        start_ns=start_ns,
        end_ns=end_ns,
        valence=valence,
        arousal=arousal,
        score=_confidence(voices, valence or 0, arousal or 0),
        voices=voices,
        cues=tuple(cue for cue, _ in speaking),
        felt_ns=(
            _felt((cue.valence, cue.weight * time_ns) for cue, time_ns in speaking),
            _felt((cue.arousal, cue.weight * time_ns) for cue, time_ns in speaking),
        ),
    )


def _lasts(cue: Cue, start_ns: int, end_ns: int) -> int:
    """Return for how long a cue holds in a window; in a media without time it is always there."""
    if end_ns <= start_ns:
        return 1
    return max(0, min(end_ns, cue.span.end_ns) - max(start_ns, cue.span.start_ns))


def _voice(source: MoodSource, cues: Sequence[tuple[Cue, int]]) -> MoodVoice | None:
    """Return what a source says; None where all of it is neutral."""
    weights = [weight for _, weight in cues]
    speaking = [(cue.weight, weight) for cue, weight in cues if cue.speaks]
    if not speaking:
        return None
    return MoodVoice(
        source=source,
        valence=mean([cue.valence for cue, _ in cues], weights),
        arousal=mean([cue.arousal for cue, _ in cues], weights),
        weight=min(max(surest for surest, _ in speaking), sum(weight for _, weight in speaking)),
    )


def _confidence(voices: Sequence[MoodVoice], valence: int, arousal: int) -> int:
    agreeing = [
        voice
        for voice in voices
        if (voice.valence or 0) * valence + (voice.arousal or 0) * arousal > 0
    ]
    for_it = sum(voice.weight for voice in agreeing)
    score = for_it * SCORE_ONE // (_PRIOR + sum(voice.weight for voice in voices))
    faces_alone = all(voice.source is MoodSource.FACE for voice in agreeing)
    return min(score, FACES_ALONE) if faces_alone else score


def _felt(weighed: Iterable[tuple[int | None, int]]) -> int:
    return sum((value or 0) * weight for value, weight in weighed) // SCORE_ONE**2
