"""A program as its reader sees it: a listing, a picture, plain Python."""
