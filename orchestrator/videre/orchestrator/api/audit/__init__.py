"""The audit log: calls are noted on their way in, and the log is shown and checked."""
