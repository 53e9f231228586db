"""A program as JavaScript, to compute and to train in a page."""
