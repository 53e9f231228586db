"""The commands of `python -m nn`: one module each.

A command's module has `add(parser, words)`, which adds to its parser what it takes, and
`run(options)`. What several commands need is in `shared`.
"""

# In the order in which the help lists them.
COMMANDS = ("train", "playground", "predict", "site")
