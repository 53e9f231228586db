"""`python -m autograd`: a tour, lessons on the learner's own code, and pictures."""

from __future__ import annotations

import re
import sys

from .commands import parser, tour
from .commands.neighbours import check_package
from .writing.files import free_name

# `-a + b` is an expression; these are options, with or without what they need.
OPTION = re.compile(
    r"-[oh]|-o.*\.\w+|--|--[a-z]{2,}(-[a-z]{2,})*(=.*)?", re.ASCII | re.DOTALL
)


def main(argv: list[str] | None = None) -> int:
    """Run the command with the given arguments, and return its exit status."""
    argv = list(sys.argv[1:] if argv is None else argv)
    if argv[:1] == ["worksheet"]:  # a sheet of exercises was a command of its own
        argv[:1] = ["exercise", "--out", str(free_name("worksheet.html"))]
    if argv[:2] == ["exercise", "grade"]:
        argv[:1] = []
    # An expression may begin with a minus sign, and must not look like an option then.
    end = argv.index("--") if "--" in argv else len(argv)
    for i, text in enumerate(argv[:end]):
        if text.startswith("-") and text != "-" and not OPTION.fullmatch(text):
            argv[i] = f" {text}"
    return parser.run("autograd", argv, tour.run, check_package)


if __name__ == "__main__":
    sys.exit(main())
