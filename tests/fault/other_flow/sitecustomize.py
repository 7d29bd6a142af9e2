"""On a process's path, it makes its orchestrator that of a release with another flow."""

from videre.orchestrator.workflows import journal

journal.FLOW = "flow-of-before"  # type: ignore[misc]
