"""Media made on the spot from the set's own recordings and clips, with a truth that is exact."""
