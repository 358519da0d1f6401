"""What is mounted in the sandbox, and nothing else; it imports no other room of the grader."""
