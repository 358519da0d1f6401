"""Modules that stand, in the sandbox, in place of modules that know the answers."""
