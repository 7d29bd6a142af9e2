"""Where a film can be interrupted."""
