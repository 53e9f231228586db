"""What a report is about."""

from __future__ import annotations

from dataclasses import dataclass

from autograd import Phrases

from ..data.dataset import Data
from ..data.preprocessing import Preprocessing
from ..modules.module import Module
from ..training.history import History
from ..training.samples import Loss
from ..training.trail import Trail
from .measures import Measures


@dataclass(frozen=True)
class Run:
    """What the report is about; see `write_report`."""

    model: Module
    data: Data
    history: History
    measures: list[Measures]
    loss: Loss | None
    trail: Trail | None
    preprocessing: Preprocessing | None
    settings: dict[str, object]
    words: Phrases

    @property
    def unseen(self) -> Measures:
        """The measures that say most: on data that the network never saw, if any."""
        return self.measures[-1]
