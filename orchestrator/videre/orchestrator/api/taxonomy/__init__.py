"""TaxonomyService."""
