"""Reviews by people: what they are asked, what they say, what follows from it. Pure."""
