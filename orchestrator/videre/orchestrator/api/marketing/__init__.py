"""MarketingService."""
