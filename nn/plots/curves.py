"""The curves of a training run: loss and accuracy, epoch by epoch."""

from __future__ import annotations

from typing import Any

from autograd.phrases import Language, Phrases

from ..training.history import History
from .style import BLUE, MUTED, ORANGE, drawing, percent, places_for

WIDE = 100.0  # ratio of losses beyond which each power of ten gets the same height


def plot_history(
    history: History, *, ax: Any = None, language: Language | None = None
) -> Any:
    """Return the curves of loss and accuracy as a matplotlib figure.

    Args:
        history: What `fit` returned.
        ax: The axes to draw into, or a pair, for loss and accuracy; by default those of
            a new figure.
        language: "en" or "fr"; None for that of the environment.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If no epoch was completed.

    >>> from nn import MLP, fit, load_data
    >>> model, xor = MLP(2, [4, 1], seed=0), load_data("xor")
    >>> history = fit(model, xor, epochs=3, progress=False)
    >>> figure = plot_history(history, language="en")
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['loss', 'accuracy']
    """
    if not history.epochs:
        raise ValueError("plot_history needs at least one epoch; got none")
    words = Phrases(language, "nn.phrases")
    with drawing():
        two = bool(history.accuracies)
        figure, axes = places_for(1 + two, 4.2 if two else 2.9, ax)
        _draw(axes[0], history, history.losses, history.validation_losses, words)
        axes[0].set_ylabel(words("plots.loss"))
        every = history.losses + history.validation_losses
        if min(every) > 0.0 and max(every) > WIDE * min(every):
            axes[0].set_yscale("log")
        else:
            axes[0].set_ylim(bottom=min(0.0, *every))
        if two:
            shares = history.accuracies, history.validation_accuracies
            _draw(axes[1], history, *shares, words)
            axes[1].set(ylabel=words("plots.accuracy"), ylim=(0.0, 1.05))
            axes[1].yaxis.set_major_formatter(lambda share, _: percent(share, words))
        axes[-1].set_xlabel(words("plots.epoch"))
        axes[-1].xaxis.get_major_locator().set_params(integer=True)
        axes[0].legend(loc="best")
    return figure


def _draw(
    axes: Any,
    history: History,
    learned: list[float],
    unseen: list[float],
    words: Phrases,
) -> None:
    epochs = range(1, len(learned) + 1)
    mark = {"marker": "o"} if len(learned) == 1 else {}
    axes.plot(epochs, learned, color=BLUE, label=words("plots.training"), **mark)
    if unseen:
        axes.plot(
            epochs, unseen, color=ORANGE, linestyle="--",
            label=words("plots.validation"), **mark,
        )  # fmt: skip
        best = history.best_epoch
        if best is not None:
            axes.axvline(
                best + 1, color=MUTED, linestyle=":", label=words("plots.best_epoch")
            )
    axes.grid(axis="y")
