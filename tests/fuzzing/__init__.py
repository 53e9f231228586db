"""Random programs, run in every way that there is: all must agree, or raise alike.

- `programs`: what a program is, how it is run on any kind of number, how it is printed.
- `generating`: draws programs, with numbers that lie on kinks, ties and infinities.
- `reference`: what is right, by formulas and a sweep of its own.
- `executions`, `arrays`: the ways in which the library runs a program.
- `judging`: compares them with the reference and with each other.
- `shrinking`: makes a program that fails smaller, as long as it fails.

`tests/engine/test_fuzzing.py` runs a fixed number. For as long as one likes:

    python -m tests.fuzzing --seconds 600 --seed 7
"""
