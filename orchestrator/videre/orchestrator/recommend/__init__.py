"""What people may like next: media by their content, users by what they did. Pure."""
