"""Networks of neurons over `autograd.Value`: build them, train them, look at them.

`MLP` is made of `Layer`s, a `Layer` of `Neuron`s, a `Neuron` of Values: every number in
a network is a node of the graph that back-propagation walks.
"""

from .data import two_moons
from .layers import MLP, Layer, Neuron
from .losses import l2_penalty, max_margin, squared_error
from .module import Module
from .optim import SGD
from .plots import plot_training
from .training import History, accuracy, fit

__all__ = [
    "MLP",
    "SGD",
    "History",
    "Layer",
    "Module",
    "Neuron",
    "accuracy",
    "fit",
    "l2_penalty",
    "max_margin",
    "plot_training",
    "squared_error",
    "two_moons",
]
