"""What student code meets in the sandbox in place of modules that know the answers."""
