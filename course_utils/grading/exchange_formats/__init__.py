"""Files that come from a learning management system and go back to it."""
