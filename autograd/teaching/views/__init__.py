"""How a lesson is shown: as text, Markdown, LaTeX, or a page that steps through it."""
