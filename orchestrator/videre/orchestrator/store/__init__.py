"""The orchestrator's own tables. Query, Watch and List read these, never the journal's."""
