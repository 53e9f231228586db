"""The page that steps through a lesson: one file of HTML, which needs no network."""
