"""The commands of `python -m autograd`: one module each.

A command's module has `add(commands, words)`, which adds its parser, with what runs it
as `run`, to those of argparse. What several commands need is in `shared`.
"""

# In the order in which the help lists them.
COMMANDS = (
    "tour", "explain", "draw", "exercise", "paths", "by_hand", "mistakes", "descend",
    "lessons", "doctor",
)  # fmt: skip
