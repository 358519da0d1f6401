"""The book as a product: its build, its contents, its PDF, and what its chapters draw."""
