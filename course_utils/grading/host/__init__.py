"""The sandbox from outside: processes, questions and answers, and what they take of the machine."""
