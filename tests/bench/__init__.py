"""What the course claims about speed, measured: ``make bench``."""
