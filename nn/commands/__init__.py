"""The commands of `python -m nn`: one module each.

A command's module has `add(commands, words)`, which adds its parser, with what runs it
as `run`, to those of argparse. What several commands need is in `shared`.
"""

COMMANDS = ("train", "predict")  # in the order in which the help lists them
