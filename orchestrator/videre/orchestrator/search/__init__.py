"""Finding moments of media by what is said, shown and known of them."""
