"""What a preview of a task shows."""
