"""scikit-learn's own suite for estimators, and what people do with them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris, make_moons
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils._param_validation import InvalidParameterError
from sklearn.utils.estimator_checks import parametrize_with_checks

from autograd import sigmoid
from nn import MLP, MLPClassifier, MLPRegressor, load_model

X_IRIS, Y_IRIS = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])[Y_IRIS]


@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks([MLPClassifier((4,), tol=0.01), MLPRegressor((4,), tol=0.01)])
def test_scikit_learns_own_checks(estimator, check):
    if "_train" in check.func.__name__ and "X_dtype" not in check.keywords:
        pytest.skip("the same once more, on float32 and memory that is read-only")
    check(estimator)


class TestClassifier:
    def test_names_of_classes(self):
        classifier = MLPClassifier(random_state=0, tol=0.02).fit(X_IRIS, NAMES)
        assert classifier.score(X_IRIS, NAMES) > 0.94
        assert classifier.classes_.tolist() == ["setosa", "versicolor", "virginica"]
        chances = classifier.predict_proba(X_IRIS)
        assert chances.shape == (150, 3)
        assert chances.sum(axis=1) == pytest.approx(1.0)
        best = classifier.classes_[chances.argmax(axis=1)]
        assert (best == classifier.predict(X_IRIS)).all()

    def test_two_classes(self):
        X, y = make_moons(60, noise=0.1, random_state=0)
        classifier = MLPClassifier((8,), random_state=0, tol=0.01).fit(X, y == 1)
        assert classifier.predict(X).dtype == bool
        assert classifier.score(X, y == 1) > 0.8
        logits = classifier.decision_function(X)
        assert logits.shape == (60,)
        chances = classifier.predict_proba(X)
        assert chances[:, 1] == pytest.approx(1 / (1 + np.exp(-logits)), rel=1e-12)

    def test_sure_predictions_do_not_overflow(self):
        classifier = MLPClassifier((), random_state=0, tol=0.1)
        classifier.fit([[0.0], [1.0]] * 4, [0, 1] * 4)
        X = [[-1e6], [1e6]]
        assert classifier.predict_proba(X).tolist() == [[1.0, 0.0], [0.0, 1.0]]
        assert np.isfinite(classifier.predict_log_proba(X)).all()

    def test_the_network_inside_takes_features_as_they_are(self, tmp_path):
        X = X_IRIS * 1000.0 + 500.0
        classifier = MLPClassifier(random_state=0, tol=0.02).fit(X, NAMES)
        assert type(classifier.model_) is MLP
        classifier.model_.save(tmp_path / "iris.safetensors")
        model = load_model(tmp_path / "iris.safetensors")
        assert np.array_equal(model.predict(X), classifier.decision_function(X))
        assert classifier.score(X, NAMES) > 0.94

    def test_one_class(self):
        with pytest.raises(ValueError, match="two classes; got 1 class, 'a'"):
            MLPClassifier().fit([[1.0], [2.0]], ["a", "a"])


class TestRegressor:
    def test_targets_of_any_size(self):
        X, y = load_diabetes(return_X_y=True)
        regressor = MLPRegressor((8,), random_state=0, tol=0.01).fit(X[::3], y[::3])
        assert regressor.score(X[::3], y[::3]) > 0.4
        model = regressor.model_
        assert np.array_equal(model.predict(X), regressor.predict(X))
        assert regressor.predict(X).mean() == pytest.approx(y.mean(), rel=0.1)

    def test_several_targets(self):
        X = np.random.default_rng(0).normal(size=(60, 2))
        Y = X @ [[100.0, 0.0, 1.0], [0.0, 1e-3, 1.0]] + [0.0, 5.0, -1.0]
        regressor = MLPRegressor((), random_state=0, alpha=0.0, learning_rate_init=0.05)
        regressor.fit(X, Y)
        assert regressor.predict(X).shape == (60, 3)
        assert regressor.score(X, Y) > 0.98

    def test_a_constant_target_and_a_constant_feature(self):
        X = np.column_stack([np.arange(8.0), np.full(8, 3.0)])
        regressor = MLPRegressor((2,), random_state=0).fit(X, np.full(8, 7.0))
        assert regressor.predict(X) == pytest.approx(7.0, abs=0.3)


class TestManners:
    def test_the_same_number_gives_the_same_network(self):
        fits = [
            MLPClassifier((3,), random_state=seed, tol=0.1).fit(X_IRIS, NAMES)
            for seed in (1, 1, 2, np.random.RandomState(1))
        ]
        weights = [[p.data for p in fitted.model_.parameters()] for fitted in fits]
        assert weights[0] == weights[1] == weights[3] != weights[2]

    def test_training_stops_when_it_gets_no_better(self):
        fitted = MLPClassifier((3,), random_state=0, tol=10.0).fit(X_IRIS, NAMES)
        assert fitted.n_iter_ == 6  # the first, and 5 no better by 10
        assert fitted.history_.stopped == "patience"
        assert fitted.loss_curve_ == fitted.history_.losses
        assert fitted.loss_ == fitted.loss_curve_[-1]

    def test_training_that_is_cut_short_warns(self):
        with pytest.warns(ConvergenceWarning, match="progress after max_iter=2 epochs"):
            fitted = MLPClassifier((3,), random_state=0, max_iter=2).fit(X_IRIS, NAMES)
        assert fitted.n_iter_ == 2

    def test_an_interruption_keeps_what_was_learned(self):
        calls = []

        def tanh(v):
            calls.append(v)
            if len(calls) == 2000:
                raise KeyboardInterrupt
            return v.tanh()

        with pytest.warns(UserWarning, match="interrupted by user"):
            fitted = MLPClassifier((2,), tanh, random_state=0, engine="eager")
            fitted.fit(X_IRIS, NAMES)
        assert fitted.history_.stopped == "interrupted"
        assert fitted.n_iter_ == 6
        assert fitted.score(X_IRIS, NAMES) > 0.5

    def test_alpha_makes_weights_small(self):
        sizes = []
        for alpha in (0.0, 100.0):
            fitted = MLPClassifier((4,), random_state=0, alpha=alpha, tol=0.01)
            model = fitted.fit(X_IRIS, NAMES).model_
            sizes.append(sum(p.data**2 for p in model.parameters()))
        assert sizes[1] < 0.2 * sizes[0]

    @pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
    def test_grid_search_pipeline_cross_validation(self):
        pipeline = make_pipeline(
            StandardScaler(), MLPClassifier(random_state=0, tol=0.1)
        )
        sizes = [(2,), np.int64(4), (3, np.int64(3))]
        grid = {
            "mlpclassifier__hidden_layer_sizes": sizes,
            "mlpclassifier__activation": ["tanh"],
        }
        search = GridSearchCV(pipeline, grid, cv=2).fit(X_IRIS, NAMES)
        assert search.best_score_ > 0.8
        assert len(search.cv_results_["params"]) == 3
        scores = cross_val_score(search.best_estimator_, X_IRIS, NAMES, cv=3)
        assert scores.mean() > 0.8
        regressor = MLPRegressor((4,), random_state=0, tol=0.05)
        X, y = load_diabetes(return_X_y=True)
        assert cross_val_score(regressor, X[::4], y[::4], cv=2).mean() > 0.1

    def test_clones_and_what_is_shown(self):
        classifier = MLPClassifier((8, 8), "tanh", alpha=0.5)
        again = clone(classifier)
        assert again.get_params() == classifier.get_params()
        assert repr(again) == repr(classifier)
        assert "alpha=0.5" in repr(classifier)

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"hidden_layer_sizes": (0,)}, "at least 1; got 0"),
            ({"hidden_layer_sizes": (2.5,)}, r"at least 1; got 2\.5"),
            ({"activation": "nonsense"}, "got 'nonsense'"),
            ({"learning_rate_init": 0.0}, r"got 0\.0"),
            ({"max_iter": 0}, "got 0"),
            ({"batch_size": 0}, "got 0"),
            ({"engine": "steam"}, "got 'steam'"),
            ({"alpha": -1.0}, r"got -1\.0"),
        ],
    )
    def test_settings_that_make_no_sense(self, settings, message):
        with pytest.raises(InvalidParameterError, match=message):
            MLPClassifier(**settings).fit(X_IRIS, NAMES)

    def test_weights(self):
        X, y = X_IRIS[::5], NAMES[::5]
        weights = np.arange(len(X)) % 3
        settings = {"random_state": 0, "tol": 0.1, "engine": "eager"}
        for make, targets in ((MLPClassifier, y), (MLPRegressor, X[:, :2])):
            one, other, third = (make((3,), **settings) for _ in range(3))
            order = np.random.default_rng(0).permutation(len(X))
            one.fit(X, targets, weights)
            other.fit(np.repeat(X, weights, 0), np.repeat(targets, weights, 0))
            third.fit(X[order], targets[order], sample_weight=weights[order])
            assert (one.predict(X) == other.predict(X)).all()
            assert (one.predict(X) == third.predict(X)).all()

    def test_early_stopping_keeps_the_best_of_what_it_did_not_learn(self):
        settings = {"random_state": 0, "early_stopping": True, "tol": 0.02}
        fitted = MLPClassifier((3,), "logistic", **settings).fit(X_IRIS, NAMES)
        history = fitted.history_
        assert history.stopped == "patience" and len(history.accuracies) < 100
        assert min(history.validation_losses) < history.validation_losses[0]
        # All weights are of the best epoch: what was kept back has its loss.
        assert fitted.score(X_IRIS, NAMES) > 0.6
        assert fitted.model_.layers[0].activation is sigmoid
        regressor = MLPRegressor((3,), "identity", **settings)
        assert regressor.fit(X_IRIS, X_IRIS[:, 0]).history_.validation_losses
        assert regressor.model_.layers[0].activation is None

    def test_use_before_fit(self):
        with pytest.raises(NotFittedError):
            MLPClassifier().predict(X_IRIS)

    def test_import_nn_does_not_import_scikit_learn(self):
        code = "import sys, nn; sys.exit('sklearn' in sys.modules)"
        subprocess.run([sys.executable, "-c", code], check=True)
        assert MLPClassifier.__module__ == "nn.estimators"
