"""Machine code for programs: kernels, the tasks that call them, and their memory.

A program is a list of tasks; a task is a kernel, which is a loop over the samples of a
block, and the addresses that it works on. Kernels that many programs share are compiled
once, and a program of a thousand statements is a longer list, not more code.
"""
