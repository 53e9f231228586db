"""What every file for a reader has: it is whole, its colours, and what a page may do.

`files` writes; `colours` is the one palette, of pictures, pages and plots; `page` is
the frame of every page of HTML. Both packages write through these.
"""
