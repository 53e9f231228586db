"""Pictures of training and of networks: what they show is what the networks do."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.path import Path as Shape

import nn
from autograd import Phrases, Value
from nn import (
    MLP,
    Adam,
    Data,
    History,
    Module,
    Neuron,
    Preprocessing,
    Trail,
    fit,
    load_data,
)
from nn.plots.grid import look_at
from nn.plots.neurons import measure_activity, measure_gradients
from nn.plots.plane import choose_plane, most_telling
from nn.plots.surface import measure_surface
from nn.training.samples import in_terms_of, samples, usual_loss

ENGLISH = Phrases("en", "nn.phrases")


def made_up(features: int, classes: int, count: int = 30) -> Data:
    generator = np.random.default_rng(features)
    X = generator.normal(size=(count, features))
    y = np.arange(count) % classes if classes else X @ np.arange(features)
    names = [f"f{i}" for i in range(features)]
    return Data(X, y, names, [f"c{i}" for i in range(classes)], "made up", "t")


def trained(data: Data, epochs: int = 3) -> tuple[MLP, Trail, History]:
    outputs = len(data.classes) if len(data.classes) > 2 else 1
    model = MLP(len(data.features), [4, outputs], activation="tanh", seed=1)
    trail = Trail(model)
    optimizer = Adam(model.parameters(), lr=0.1)
    history = fit(model, data, optimizer=optimizer, epochs=epochs, callbacks=[trail],
                  progress=False)  # fmt: skip
    return model, trail, history


def texts(figure: Figure) -> str:
    return " ".join(
        t.get_text() for t in figure.findobj(lambda a: hasattr(a, "get_text"))
    )


class TestHistory:
    def test_curves_of_loss_and_accuracy(self):
        history = History([1.0, 0.5], [0.5, 1.0], [1.1, 0.9], [0.4, 0.8])
        figure = history.plot()
        drawn = [line.get_ydata() for axes in figure.axes for line in axes.lines]
        for numbers in ([1.0, 0.5], [1.1, 0.9], [0.5, 1.0], [0.4, 0.8]):
            assert any(list(line) == numbers for line in drawn)

    def test_numbers_have_no_accuracy(self):
        (axes,) = History([1.0, 1e-5]).plot().axes
        assert axes.get_yscale() == "log"

    def test_in_french(self):
        figure = nn.plot_history(History([1.0], [0.5]), language="fr")
        assert figure.axes[1].get_xlabel() == "époque"
        figure.draw_without_rendering()
        assert "50\u00a0%" in texts(figure) or "60\u00a0%" in texts(figure)

    def test_nothing_to_draw(self):
        with pytest.raises(ValueError, match="at least one epoch"):
            nn.plot_history(History())

    def test_without_matplotlib(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        with pytest.raises(ImportError, match=r'pip install "chainrule\[nn\]"'):
            nn.plot_history(History([1.0]))


class TestBoundary:
    @pytest.mark.parametrize(("features", "classes"), [(2, 2), (2, 3), (2, 0)])
    def test_each_point_is_in_the_region_of_its_answer(self, features, classes):
        data = made_up(features, classes)
        model = trained(data)[0]
        view = look_at(model, data, None, ENGLISH)
        shapes = view.shapes()
        places = view.plane.places(data.X)
        outputs = model.predict(data.X).reshape(len(data), -1)
        if classes == 0:
            regions = np.searchsorted(view.levels, outputs[:, 0])
        elif classes == 2:
            regions = (outputs[:, 0] > 0.0).astype(int)
        else:
            regions = outputs.argmax(axis=1)
        found = [
            shapes[k].contains_point(p) for p, k in zip(places, regions, strict=True)
        ]
        assert np.mean(found) > 0.9  # near a boundary, the grid may differ

    @pytest.mark.parametrize(
        ("features", "classes", "shapes"), [(1, 0, 1), (1, 3, 3), (4, 3, 3), (20, 2, 2)]
    )
    def test_any_number_of_features(self, features, classes, shapes):
        data = made_up(features, classes)
        figure = nn.plot_boundary(trained(data)[0], data, language="en")
        gids = {artist.get_gid() for artist in figure.axes[0].patches}
        assert gids == {f"shape-{k}" for k in range(shapes)}

    def test_the_plane_goes_through_the_features_that_tell(self):
        data = made_up(5, 0)
        model = MLP(5, [1])
        for i, w in enumerate(model.layers[0].neurons[0].w):
            w.data = 3.0 if i in (1, 4) else 0.1
        assert most_telling(model, data) == [1, 4]
        plane = choose_plane(model, data, None, ENGLISH)
        assert plane.names == ["f1", "f4"]
        rows = plane.rows(plane.places(data.X))
        assert np.allclose(rows[:, [1, 4]], data.X[:, [1, 4]])
        assert np.allclose(rows[:, 0], data.X[:, 0].mean())

    def test_of_many_features_it_is_where_they_spread(self):
        data = made_up(20, 2)
        plane = choose_plane(trained(data)[0], data, None, ENGLISH)
        places = plane.places(data.X)
        assert plane.kind == "spread"
        assert np.allclose(plane.places(plane.rows(places)), places)

    def test_axes_tell_what_was_measured(self):
        data = load_data("iris")
        preprocessing = Preprocessing.fit(data)
        prepared = preprocessing.apply(data)
        view = look_at(trained(prepared)[0], prepared, preprocessing, ENGLISH)
        kept = [data.features.index(name) for name in view.plane.names]
        assert np.allclose(view.plane.places(prepared.X), data.X[:, kept])

    def test_names_may_hold_anything(self):
        data = made_up(2, 2)
        odd = Data(data.X, data.y, ["$x_1$", "_y"], ["_a", "<b>$&"], "d", "x" * 80)
        figure = nn.plot_boundary(trained(odd)[0], odd)
        figure.draw_without_rendering()
        assert "<b>" in texts(figure) and "x…" in texts(figure)

    @pytest.mark.parametrize(("features", "classes"), [(2, 0), (20, 0), (20, 2)])
    def test_of_one_sample(self, features, classes):
        data = made_up(features, classes, count=1)
        figure = nn.plot_boundary(trained(data)[0], data)
        figure.draw_without_rendering()

    def test_of_many_classes_the_first_are_named(self):
        data = made_up(2, 60, count=60)
        figure = nn.plot_boundary(trained(data)[0], data, language="en")
        figure.draw_without_rendering()
        assert "c18" in texts(figure) and "and 41 more" in texts(figure)
        assert "c19" not in texts(figure)

    def test_large_numbers_have_no_exponent(self):
        data = made_up(2, 0)
        house = Data(data.X, data.y * 1e5, data.features, [], "d", "price")
        figure = nn.plot_boundary(trained(data)[0], house)
        figure.draw_without_rendering()
        assert "000 " in texts(figure) + " " and "e+0" not in texts(figure)

    def test_outputs_have_to_fit(self):
        data = made_up(2, 3)
        with pytest.raises(ValueError, match=r"a model of 3 outputs .* got one of 5"):
            nn.plot_boundary(MLP(2, [5]), data)

    def test_the_animation_has_a_frame_for_each_epoch(self, tmp_path):
        from PIL import Image

        data = made_up(2, 2)
        model, trail, _ = trained(data)
        before = [p.data for p in model.parameters()]
        path = nn.animate_boundary(tmp_path / "a.gif", model, data, trail)
        with Image.open(path) as film:
            assert film.n_frames == 4
        assert [p.data for p in model.parameters()] == before

    def test_the_last_frame_is_the_network_as_it_is(self):
        data = made_up(2, 2)
        model, trail, _ = trained(data)
        view = look_at(model, data, None, ENGLISH)
        assert [epoch for epoch, _ in view.frames(trail)] == [0, 1, 2, 3]
        model.parameters()[0].data += 1.0
        assert [epoch for epoch, _ in view.frames(trail)] == [0, 1, 2, 3, None]


class TestTrail:
    def test_a_long_way_is_thinned_evenly(self):
        model = MLP(1, [1])
        trail, history = Trail(model), History()
        for epoch in range(1, 301):
            model.parameters()[0].data = float(epoch)
            history.losses.append(0.0)
            trail(history)
        assert len(trail.points) <= 48
        assert [point[0] for point in trail.points[1:]] == trail.epochs[1:]
        assert len(set(np.diff(trail.epochs))) == 1


class TestSurface:
    @pytest.mark.parametrize("known", [True, False])
    def test_its_middle_is_the_trained_network(self, known):
        data = made_up(2, 2)
        model, trail, _ = trained(data)
        before = [p.data for p in model.parameters()]
        surface = measure_surface(model, data, trail if known else None, None)
        assert surface.kind == ("path" if known else "random")
        assert np.allclose(surface.path[-1], 0.0)
        learned = samples(model, data, None)
        loss = usual_loss(model, learned)
        here = loss(model.predict(data.X).tolist(), in_terms_of(loss, model, learned))
        near = np.abs(surface.xs).argmin(), np.abs(surface.ys).argmin()
        assert math.isclose(surface.heights[near[1]][near[0]], here, abs_tol=0.3)
        assert [p.data for p in model.parameters()] == before
        if known:
            assert 0.5 < surface.share <= 1.0
            assert len(surface.path) == len(trail.points) + 1

    def test_where_the_model_cannot_go_stays_blank(self):
        class Root(Module):
            def __init__(self):
                self.a, self.b = Value(0.5), Value(1.0)

            def __call__(self, x):
                return self.a**0.5 * x[0] + self.b

        data = Data([[1.0], [2.0]], [1.0, 2.0], ["x"], [], "d", "y")
        surface = measure_surface(Root(), data, None, None)
        every = np.array(surface.heights)
        assert np.isfinite(every).any()
        nn.plot_surface(Root(), data).draw_without_rendering()


class TestNeurons:
    def test_a_dead_one_and_a_saturated_one_are_named(self):
        data = made_up(2, 2)
        model = MLP(2, [4, 3, 1], activation=["relu", "tanh", "linear"], seed=0)
        model.layers[0].neurons[1].b.data = -100.0
        model.layers[1].neurons[2].b.data = 50.0
        first, second = measure_activity(model, data.X)
        assert (first.layer, first.dead, first.saturated) == (1, [2], [])
        assert (second.layer, second.dead, second.saturated) == (2, [], [3])
        row = model.layers[0](data.X[5].tolist())
        assert np.allclose(first.outputs[5], [value.data for value in row])

    def test_one_that_gives_0_but_has_a_slope_is_not_dead(self):
        model = MLP(2, [2, 1], activation=["tanh", "linear"], seed=0)
        for p in model.layers[0].parameters():
            p.data = 0.0
        (layer,) = measure_activity(model, made_up(2, 2).X)
        assert (layer.dead, layer.saturated) == ([], [])
        model = MLP(2, [2, 1], seed=0)
        for p in model.layers[0].parameters():
            p.data = 0.0  # where a relu's derivative is 0
        (layer,) = measure_activity(model, made_up(2, 2).X)
        assert layer.dead == [1, 2]

    def test_outputs_that_are_no_numbers_are_left_out(self):
        model, data = MLP(2, [3, 1], seed=0), made_up(2, 2)
        model.layers[0].neurons[0].b.data = math.nan
        nn.plot_activations(model, data).draw_without_rendering()
        for p in model.parameters():
            p.data = math.inf
        with np.errstate(invalid="ignore"):
            figure = nn.plot_activations(model, data)
        figure.draw_without_rendering()

    def test_in_a_network_of_ones_own_that_uses_a_neuron_twice(self):
        class Twice(Module):
            def __init__(self):
                self.first = Neuron(2, activation="sigmoid")
                self.second = Neuron(2)

            def __call__(self, x):
                return self.second([self.first(x), self.first(x[::-1])])

        model, data = Twice(), made_up(2, 2)
        first, second = measure_activity(model, data.X)
        assert first.outputs.shape == (30, 2) and second.outputs.shape == (30, 1)
        assert model.first.activation is nn.Neuron(1, activation="sigmoid").activation
        nn.plot_activations(model, data).draw_without_rendering()

    def test_without_neurons(self):
        class Line(Module):
            def __init__(self):
                self.a = Value(2.0)

            def __call__(self, x):
                return self.a * x[0]

        data = made_up(1, 0)
        with pytest.raises(ValueError, match="needs neurons with an activation"):
            nn.plot_activations(Line(), data)
        nn.plot_gradients(Line(), data).draw_without_rendering()

    def test_gradients_are_those_of_the_loss(self):
        data = made_up(2, 0)
        model = MLP(2, [3, 1], seed=0)
        model.parameters()[0].grad = 7.0
        groups = measure_gradients(model, data, nn.squared_error)
        assert model.parameters()[0].grad == 7.0
        model.zero_grad()
        loss = nn.squared_error([model(row) for row in data.X.tolist()], list(data.y))
        loss.backward()
        assert len(groups) == 2
        flat = sorted(grad for group in groups for grad in group)
        assert np.allclose(flat, sorted(p.grad for p in model.parameters()))


def test_a_region_of_nothing_is_a_shape_too():
    data = made_up(2, 2)
    model = MLP(2, [1], seed=0)
    model.layers[0].neurons[0].b.data = 1e6
    empty, full = look_at(model, data, None, ENGLISH).shapes()
    assert isinstance(empty, Shape) and len(empty.vertices) == 1
    assert len(full.vertices) > 4


def test_every_plot_draws_into_axes_that_it_is_given():
    data = made_up(2, 2)
    model, trail, history = trained(data)
    for several, plot in (
        (2, lambda ax: nn.plot_history(history, ax=ax)),
        (2, lambda ax: history.plot(ax)),
        (1, lambda ax: nn.plot_activations(model, data, ax=ax)),
        (2, lambda ax: nn.plot_gradients(model, data, ax=ax)),
        (1, lambda ax: nn.plot_boundary(model, data, ax=ax)),
        (1, lambda ax: nn.plot_surface(model, data, trail, ax=ax)),
    ):
        figure = Figure()
        one, *others = figure.subplots(1, 1 + several)
        assert plot(one) is figure
        drawn = one.child_axes or [one]
        assert len(drawn) == several and all(axes.has_data() for axes in drawn)
        assert plot(others if several > 1 else others[0]) is figure
        assert all(axes.has_data() for axes in others)
        figure.draw_without_rendering()
        if several > 1:
            with pytest.raises(ValueError, match="ax needs one or 2 axes; got 3"):
                plot([one, *others])
