"""Reading analyses: published revisions, views, filters, pages."""
