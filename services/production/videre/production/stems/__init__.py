"""Music parted into voice and accompaniment."""
