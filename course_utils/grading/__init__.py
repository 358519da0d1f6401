"""The grader: the student's kernel answers questions; it never marks itself.

One submission goes through these steps, in this order; each is a file of the same name:

``read``        the submitted file, or a status that says why it cannot be read
``reassemble``  the author's notebook with the student's text in its solution cells (``plan`` says
                what each of the author's cells is for)
``session``     the student's cells in a sandbox: ``sandbox`` (the outer wall), ``service`` (which
                preloaded processes run), ``zygote`` (forks from one of them), ``walls`` and
                ``seccomp`` (the inner walls), ``inside`` and its ``shell`` (what answers there,
                with ``standins`` for modules that know answers), ``wire``, ``codec`` and
                ``models_in`` (how values cross), ``watch`` and ``usage`` (what it takes of the
                machine, within ``limits``), ``outputs`` (what its cells showed)
``mark``        the author's grade cells outside (``author_cell``: one of them), where the student's
                names are a ``proxy``
``record``      marks into nbgrader's ``gradebook``, by one writer
``report``      the CSV and the table; ``status``: the sentences

``unit`` is all of it for one submission, as a pure function; ``class_run`` hands a class of them to
an executor; ``nbgrader_steps`` are the same steps for ``nbgrader autograde`` and the formgrader.
``course_paths`` says where a class's files lie. From what is ``recorded`` come ``report_html`` and
``export``; ``feedback`` makes the students' pages; ``command`` is ``course grade``.

Nothing is imported here: part of this package is also read inside the sandbox.
"""
