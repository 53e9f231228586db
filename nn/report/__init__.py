"""The report of a training run: one page of HTML that needs nothing else."""
