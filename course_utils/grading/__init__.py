"""The grader: student code answers questions from outside, and never marks itself.

One submission goes through these rooms, in this order:

``intake``    the submitted files as plain data, or a message that says why not; then
              the author's notebook with the student's text in its answer cells
``marking``   a job in, an outcome out: grade cells run in a process of ours, the student's cells in
              the sandbox
``host``      the sandbox from outside: its processes, questions with deadlines, its resources
``guest``     the code that is mounted in the sandbox, and nothing else
``results``   gradebook, results, table, report, export, feedback pages

``class_run`` is the order of these steps for a class, with ``class_work`` (makes jobs of what was
handed in) and ``class_results`` (records the results); ``nbgrader_steps`` are the same steps for
``nbgrader autograde`` and the formgrader; ``command`` is ``course grade``; ``course_paths`` knows
where the files of a class lie. All rooms use ``marks`` and ``text``.

Nothing is imported here: this file is also read inside the sandbox.
"""
