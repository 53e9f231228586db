"""Pictures of a training run and of what was learned, drawn with matplotlib.

Each `plot_…` returns a figure, to be shown in a notebook or saved under any ending that
matplotlib knows. The report puts the same figures into one page.
"""

from .boundary import animate_boundary, plot_boundary
from .curves import plot_history
from .neurons import plot_activations, plot_gradients
from .surface import plot_surface

__all__ = [
    "animate_boundary",
    "plot_activations",
    "plot_boundary",
    "plot_gradients",
    "plot_history",
    "plot_surface",
]
