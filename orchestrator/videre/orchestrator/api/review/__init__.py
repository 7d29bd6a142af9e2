"""ReviewService."""
