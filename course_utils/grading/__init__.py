"""The grader: the student's kernel answers questions; it never marks itself.

One submission goes through these steps, in this order; each is a file of the same name:

``read``        the submitted file, or a status that says why it cannot be read
``reassemble``  the author's notebook with the student's text in its solution cells (``plan`` says
                what each of the author's cells is for)
``session``     the student's cells in a sandbox: ``sandbox`` (the outer wall), ``zygote`` (forks
                from one preloaded process), ``walls`` and ``seccomp`` (the inner walls), ``inside``
                (what answers there), ``wire`` and ``codec`` (how values cross), ``watch`` (what
                it takes of the machine)
``mark``        the author's grade cells outside, where the student's names are a ``proxy``
``record``      marks into nbgrader's gradebook, by one writer
``report``      the CSV, the table and the sentences

``unit`` is all of it for one submission, as a pure function; ``class_run`` hands a class of them to
an executor; ``nbgrader_steps`` are the same steps for ``nbgrader autograde`` and the formgrader.

Nothing is imported here: part of this package is also read inside the sandbox.
"""
