"""A small GPT in scalars is recorded as it stands."""

import numpy as np
import pytest
from small_gpt import GPT, mean, texts

from autograd import record
from nn import fit


@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_its_loss_and_slopes_are_those_of_the_eager_engine(backend):
    pytest.importorskip({"native": "llvmlite"}.get(backend, backend))
    model = GPT(5, 4, 2, 3, spread=0.4)
    rows = texts(model, 3)
    loss = mean([model(row) for row in rows], rows)
    loss.backward()
    slopes = [p.grad for p in model.parameters()]
    step = record(model, [model.block + 1], model).compile(backend)
    found, gradient = step(model, rows)
    assert found == pytest.approx(loss.data, rel=1e-14)
    assert gradient == pytest.approx(slopes, rel=1e-10, abs=1e-14)


def test_it_is_trained_by_fit():
    pytest.importorskip("llvmlite")
    learned = []
    for engine in ("eager", "native"):
        model = GPT(5, 4, 2, 3, spread=0.4)
        history = fit(
            model, texts(model, 6), [0.0] * 6, loss=mean, epochs=3, batch_size=2,
            engine=engine, seed=0, progress=False,
        )  # fmt: skip
        learned.append([p.data for p in model.parameters()])
        assert history.losses[-1] < history.losses[0]
    np.testing.assert_allclose(*learned, rtol=1e-9, atol=1e-13)
