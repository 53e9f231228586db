"""What can be read: the learner's source, expressions, rows of the table, a graph."""
