"""The two ways in which Swift makes segments one file, behind one interface.

A Static Large Object lists its segments, and Swift checks each when the list is written and whenever it is
read. Where a cluster has none, a Dynamic Large Object takes its place: all that a listing shows below a
prefix, checked by ourselves at the moment of the commit, and by nobody later.
"""
