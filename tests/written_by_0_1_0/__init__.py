"""What version 0.1.0 wrote: kept, so that every later version can be seen to load it.

`own` is a user's module, to which pickles refer by name; `things` says how each thing
is made and which numbers are to come out of it; `make` wrote the files, once.
"""
