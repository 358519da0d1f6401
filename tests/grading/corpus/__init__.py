"""Submissions that attack, break or strain the grader; one small file a family.

===========  ======================================================================
crashes      work that never ends, or ends its own process
tricks       wrong work that would get full marks if it marked itself
cells        cells that were moved, lost, copied or edited
files        what is in the folder: damaged, misnamed, linked, too large
strain       work that uses up processes, disk or output
memory       work that uses up memory, its own or the kernel's
values       odd values that a function returns, or puts into its arguments
reach        work that reaches for files, the network, processes, other work
talk         work that talks to the grader over its own connection
earned       honest work in unexpected forms
networks     Keras models, with an assignment of their own (``test_network_corpus``)
===========  ======================================================================

Each case is work for one small assignment, handed in by a student of the case's name, with the
score and status it must get. All are marked as one class; the tests read the results.
"""
