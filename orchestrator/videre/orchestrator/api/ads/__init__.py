"""AdService."""
