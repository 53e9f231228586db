"""The views of a lesson: what it can be written as, and who writes it.

A view is a row here and a module of its own. From this table `Lesson.save` takes the
endings of files, and the command `explain` its options.
"""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...phrases.table import Phrases
    from ..lesson import Lesson


class View(NamedTuple):
    """One way to write a lesson.

    Attributes:
        ending: That of its files.
        module: The module of this room that writes it, imported when it is asked for.
        function: The function there: of a lesson and the phrases of a language.
    """

    ending: str
    module: str
    function: str

    def write(self, lesson: Lesson, words: Phrases) -> str:
        """Return the lesson as the text of a file."""
        module = import_module(f"{__package__}.{self.module}")
        return getattr(module, self.function)(lesson, words)


# By the name of its option: `explain --html FILE`.
VIEWS = {
    "html":     View(".html", "page.page", "write_page"),
    "markdown": View(".md",   "markdown",  "written"),
    "latex":    View(".tex",  "latex",     "written"),
    "text":     View(".txt",  "text",      "file_of"),
}  # fmt: skip
