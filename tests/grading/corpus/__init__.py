"""Submissions that attack, break or strain the grader; one small file a family.

===========  ======================================================================
crashes      work that never ends, or ends its own process
tricks       wrong work that would get full marks where it marks itself
cells        cells that were moved, lost, copied or edited
files        what is in the folder: damaged, misnamed, linked, too large
strain       work that takes all there is: memory, processes, disk, output
values       what a function gives back, or does with what it is given
reach        work that reaches for files, the network, processes, other work
talk         work that talks to the grader over its own line
earned       honest work in shapes that nobody planned for
networks     Keras models, with an assignment of their own (``test_network_corpus``)
===========  ======================================================================

Each case is work for one small assignment, handed in by a student of the case's name, with the
score and status it must get. All are marked as one class; the tests read the results.
"""
