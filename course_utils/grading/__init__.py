"""The grader: the student's kernel answers questions; it never marks itself.

One submission goes through these rooms, in this order:

``intake``    the submitted files as plain data, or a message that says why not; then
              the author's notebook with the student's text in its answer cells
``marking``   a job in, an outcome out: grade cells run in a process of ours, the student's cells in
              the sandbox
``host``      the sandbox from outside: its processes, questions with deadlines, what it takes
``guest``     what is mounted in the sandbox, and nothing else
``results``   gradebook, results, table, report, export, feedback pages

``class_run`` is the order of these steps for a class, with ``class_work`` (what was handed in,
made into jobs) and ``class_results`` (what came of it, recorded); ``nbgrader_steps`` are the same
steps for ``nbgrader autograde`` and the formgrader; ``command`` is ``course grade``;
``course_paths`` says where the files of a class lie. ``marks`` and ``text`` are what every room
shares.

Nothing is imported here: this file is also read inside the sandbox.
"""
