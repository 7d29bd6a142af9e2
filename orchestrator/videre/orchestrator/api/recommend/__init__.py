"""RecommendationService."""
