"""LibraryService, and what it takes, checks and hands out."""
