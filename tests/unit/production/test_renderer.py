"""The renderer's process ends with what feeds it."""

from __future__ import annotations

from pathlib import Path

import pytest

from videre.production.rendering.child import Renderer, RendererRefused


def test_a_complaint_does_not_wait_for_a_program_that_still_listens(tmp_path: Path) -> None:
    """A broken pipe may be that to the service; `cat` reads until its input is closed."""
    with Renderer(["cat"], tmp_path) as renderer:
        renderer.input.write(b"a frame")
        assert renderer.complaint() == "exit code 0"


def test_what_a_program_says_last_is_its_complaint(tmp_path: Path) -> None:
    words = ["sh", "-c", "echo first >&2; echo last >&2; exit 3"]
    with Renderer(words, tmp_path) as renderer, pytest.raises(RendererRefused, match="last"):
        renderer.finish()
