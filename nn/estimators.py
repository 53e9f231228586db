"""Networks with scikit-learn's manners: `MLPClassifier` and `MLPRegressor`.

They take arrays and class names, and give predictions, as all of scikit-learn's
estimators do, so that grid searches, pipelines and cross-validation work on them.
Inside is an `MLP` trained by `fit`, which can be taken out, looked at, saved and
exported: it is the attribute `model_`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, Self

from autograd import refuse_masked

from .losses import binary_cross_entropy, cross_entropy, l2_penalty, squared_error
from .modules.layers import MLP
from .optim.optimizers import Adam
from .phrases import refused
from .prediction import log_probabilities
from .training.engines import EngineName
from .training.history import History
from .training.loop import fit
from .training.settings import check_run

try:
    import numpy as np
    from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler
    from sklearn.utils import check_random_state
    from sklearn.utils._param_validation import InvalidParameterError
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import (
        _check_sample_weight,
        check_is_fitted,
        column_or_1d,
        validate_data,
    )
except ImportError as error:
    raise ImportError(
        'estimators need scikit-learn: pip install "chainrule[sklearn]"'
    ) from error

# The size of automatic batches: at most so many samples, and so many steps an epoch.
MOST_SAMPLES, LEAST_STEPS = 32, 8
# What scikit-learn calls them.
ACTIVATIONS = {"logistic": "sigmoid", "identity": "linear"}


class _Estimator(BaseEstimator):
    """What the two have in common: the parameters, and training.

    Features are standardised for training, since networks learn from numbers around 1;
    that is then worked into the weights of the first layer, so that `model_` takes the
    features as they are.
    """

    model_: MLP
    # Those of pickles that were written before there were such parameters.
    early_stopping, validation_fraction = False, 0.1

    def __init__(
        self,
        hidden_layer_sizes: int | Sequence[int] = (16,),
        activation: str | Callable[[Any], Any] | None = "relu",
        *,
        alpha: float = 1e-4,
        batch_size: int | str = "auto",
        learning_rate_init: float = 1e-2,
        max_iter: int = 100,
        tol: float = 1e-3,
        n_iter_no_change: int = 5,
        random_state: Any = None,
        engine: EngineName = "auto",
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
    ) -> None:
        """See the class."""
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate_init = learning_rate_init
        self.max_iter = max_iter
        self.tol = tol
        self.n_iter_no_change = n_iter_no_change
        self.random_state = random_state
        self.engine: EngineName = engine
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction

    def _network(self, nin: int, nout: int, size: int, seed: int) -> tuple[Any, ...]:
        """Return a network, its optimiser and the size of batches of so many samples.

        Raises:
            InvalidParameterError: If a parameter of the estimator is not what it needs
                to be.
        """
        hidden = np.atleast_1d(np.array(self.hidden_layer_sizes, dtype=object))
        activation: Any = self.activation
        batch = self.batch_size
        if isinstance(activation, str):
            activation = ACTIVATIONS.get(activation, activation)
        try:
            check_run(self.max_iter, self.engine)
            model = MLP(
                nin,
                # A grid of sizes may hold NumPy's integers.
                [*(int(n) if isinstance(n, np.integer) else n for n in hidden), nout],
                activation=activation,
                init="kaiming",
                seed=seed,
            )
            optimizer = Adam(model.parameters(), lr=self.learning_rate_init)
            if not 0.0 <= self.alpha < np.inf:
                raise ValueError(f"alpha needs a number from 0; got {self.alpha!r}")
            if batch == "auto":
                batch = max(1, min(MOST_SAMPLES, size // LEAST_STEPS))
            if not (isinstance(batch, int | np.integer) and batch > 0):
                raise refused("estimators.batch", batch=batch)
        except (TypeError, ValueError) as error:
            raise InvalidParameterError(str(error)) from error
        return model, optimizer, int(batch)

    def _train(
        self,
        X: np.ndarray,
        targets: Any,
        sample_weight: Any,
        nout: int,
        loss: Callable[..., Any],
        classes: Any = None,
    ) -> None:
        """Set `model_` to a network of `nout` outputs that has learned the targets."""
        random = check_random_state(self.random_state)
        seed = random.randint(2**31 - 1)
        model, optimizer, size = self._network(X.shape[1], nout, len(X), seed)
        scaler: Any = StandardScaler().fit(X, sample_weight=sample_weight)
        learned: Any = scaler.transform(X), targets, sample_weight
        validation: Any = None
        if self.early_stopping:
            places = train_test_split(
                np.arange(len(X)), test_size=self.validation_fraction, stratify=classes,
                random_state=seed,
            )  # fmt: skip
            learned, validation = (
                [part if part is None else part[chosen] for part in learned]
                for chosen in places
            )
        layers = model.layers  # the biases are left as they are
        weights = [w for layer in layers for neuron in layer.neurons for w in neuron.w]
        history = fit(
            model,
            *learned[:2],
            sample_weight=learned[2],
            loss=loss,
            optimizer=optimizer,
            penalty=lambda _: l2_penalty(weights, self.alpha / (2 * size)),
            epochs=self.max_iter,
            batch_size=size,
            validation=validation,
            patience=self.n_iter_no_change if validation else None,
            callbacks=[_Patience(self.tol, self.n_iter_no_change)],
            progress=False,
            engine=self.engine,
            seed=seed,
        )
        if history.stopped == "callback":
            history.stopped = "patience"
        if history.stopped == "interrupted":
            warnings.warn("Training interrupted by user.", stacklevel=3)
        elif history.stopped == "finished":
            warnings.warn(
                f"training was still making progress after max_iter={self.max_iter}"
                " epochs (hint: more of them, or a higher learning_rate_init)",
                ConvergenceWarning,
                stacklevel=3,
            )
        scaling = scaler.mean_, scaler.scale_
        for neuron in model.layers[0].neurons:  # which is to take x, not standardised
            for w, mean, scale in zip(neuron.w, *scaling, strict=True):
                w.data /= scale
                neuron.b.data -= w.data * mean
        self.model_ = model
        self.history_ = history
        self.loss_curve_ = history.losses
        self.loss_ = history.losses[-1] if history.losses else np.inf
        self.n_iter_ = history.epochs
        self.n_outputs_ = nout

    def _outputs(self, X: Any) -> np.ndarray:
        """Return what the network gives for each row, once X is checked."""
        check_is_fitted(self)
        refuse_masked(X, "prediction needs")
        return self.model_.predict(validate_data(self, X, dtype=float, reset=False))


def _gathered(X: Any, y: Any, sample_weight: Any) -> tuple[Any, Any, Any]:
    """Return samples, targets and weights, what comes several times as one of more.

    So a weight of 3 is the same as three copies, to the last bit, and 0 as none.
    """
    weights = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
    kept = weights > 0.0
    table = np.column_stack((X, y))[kept]
    _, first, inverse = np.unique(table, axis=0, return_index=True, return_inverse=True)
    if len(first) == len(X) and np.ptp(weights) == 0.0:
        return X, y, None
    weights = np.bincount(inverse.ravel(), weights[kept])
    return X[kept][first], y[kept][first], weights


def _refuse_masked(X: Any, y: Any) -> None:
    refuse_masked(X, "an estimator needs")
    refuse_masked(y, "an estimator's targets need")


class MLPClassifier(ClassifierMixin, _Estimator):
    """A network that tells classes, as an estimator of scikit-learn.

    It has an output for each class, or one if there are but two, and learns by
    cross-entropy.

    Args:
        hidden_layer_sizes: The number of neurons of each hidden layer.
        activation: What bends the sums in them, as for `MLP`; scikit-learn's "logistic"
            and "identity" are "sigmoid" and "linear".
        alpha: The strength of the penalty on large weights, which is Σ w² · alpha / 2
            divided by the number of samples in a batch.
        batch_size: How many samples a step takes; "auto" for up to 32, or fewer if an
            epoch would then have less than 8 steps.
        learning_rate_init: The learning rate of `Adam`.
        max_iter: The largest number of epochs.
        tol: Training stops if the loss does not get below its best by more than this
            in so many epochs in a row:
        n_iter_no_change: That number of epochs.
        random_state: A number for the same weights and batches at each call of `fit`;
            or a `numpy.random.RandomState`, or None.
        engine: Who computes the gradients, as for `nn.fit`.
        early_stopping: Whether to keep samples back, stop by their loss in place of
            that of the others, and go back to the best epoch.
        validation_fraction: Which share of the samples that is.

    Attributes:
        model_: The network, which takes features as they are; `model_.save(path)`.
        classes_: The classes, in the order of the outputs.
        history_: What the training went through.
        loss_, loss_curve_, n_iter_: The latest loss, all of them, their number.
        n_features_in_, n_outputs_: How many features and outputs there are.

    >>> from nn import MLPClassifier
    >>> X, y = [[i / 5] for i in range(16)], ["low"] * 8 + ["high"] * 8
    >>> classifier = MLPClassifier((4,), max_iter=500, random_state=0).fit(X, y)
    >>> classifier.predict([[0.2], [2.8]]).tolist()
    ['low', 'high']
    """

    classes_: np.ndarray

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn to tell the classes `y` from the features `X`; return the estimator.

        Args:
            X: The features, a row for each sample.
            y: The class of each.
            sample_weight: How much each counts: 3 as three copies, 0 as none.

        Raises:
            ValueError: If a number is missing, masked or not finite, the lengths
                differ, or there is only one class; as `InvalidParameterError` of
                scikit-learn, if a parameter of the estimator makes no sense.
        """
        _refuse_masked(X, y)
        X, y = validate_data(self, X, y, dtype=float)
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        count = len(self.classes_)
        if count < 2:
            given = self.classes_.tolist()[0]
            raise refused("estimators.classes", count=count, given=given)
        loss = binary_cross_entropy if count == 2 else cross_entropy
        X, numbers, weights = _gathered(X, numbers, sample_weight)
        outputs = 1 if count == 2 else count
        self._train(X, numbers, weights, outputs, loss, classes=numbers)
        return self

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the logit of each class; of two classes, of the second alone."""
        return self._outputs(X)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return scikit-learn's usual measure of the predictions for `X`."""
        _refuse_masked(X, y)
        return super().score(X, y, sample_weight)

    def predict(self, X: Any) -> np.ndarray:
        """Return the likeliest class of each row."""
        logits = self.decision_function(X)
        if logits.ndim == 1:
            return self.classes_[(logits > 0.0).astype(int)]
        return self.classes_[logits.argmax(axis=1)]

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, a row of them for each row."""
        return np.exp(self.predict_log_proba(X))

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithms of the probabilities."""
        return log_probabilities(self.decision_function(X))


class MLPRegressor(RegressorMixin, _Estimator):
    """A network that predicts numbers, as an estimator of scikit-learn.

    It learns by the squared error of standardised targets, which is then worked into
    the weights of the last layer, so that `model_` gives the targets as they are.

    Args:
        hidden_layer_sizes: The number of neurons of each hidden layer.
        activation: What bends the sums in them, as for `MLP`; scikit-learn's "logistic"
            and "identity" are "sigmoid" and "linear".
        alpha: The strength of the penalty on large weights, which is Σ w² · alpha / 2
            divided by the number of samples in a batch.
        batch_size: How many samples a step takes; "auto" for up to 32, or fewer if an
            epoch would then have less than 8 steps.
        learning_rate_init: The learning rate of `Adam`.
        max_iter: The largest number of epochs.
        tol: Training stops if the loss does not get below its best by more than this
            in so many epochs in a row:
        n_iter_no_change: That number of epochs.
        random_state: A number for the same weights and batches at each call of `fit`;
            or a `numpy.random.RandomState`, or None.
        engine: Who computes the gradients, as for `nn.fit`.
        early_stopping: Whether to keep samples back, stop by their loss in place of
            that of the others, and go back to the best epoch.
        validation_fraction: Which share of the samples that is.

    Attributes:
        model_: The network, which takes features as they are; `model_.save(path)`.
        history_: What the training went through; losses are of standardised targets.
        loss_, loss_curve_, n_iter_: The latest loss, all of them, their number.
        n_features_in_, n_outputs_: How many features and outputs there are.

    >>> from nn import MLPRegressor
    >>> X = [[x / 10] for x in range(30)]
    >>> y = [100 * x + 50 for (x,) in X]
    >>> regressor = MLPRegressor((4,), "tanh", random_state=0).fit(X, y)
    >>> regressor.score(X, y) > 0.98
    True
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn to predict `y` from the features `X`; return the estimator.

        Args:
            X: The features, a row for each sample.
            y: The targets: a number for each sample, or a row of them.
            sample_weight: How much each counts: 3 as three copies, 0 as none.

        Raises:
            ValueError: If a number is missing, masked or not finite, or the lengths
                differ; as `InvalidParameterError` of scikit-learn, if a parameter of
                the estimator makes no sense.
        """
        _refuse_masked(X, y)
        X, y = validate_data(self, X, y, dtype=float, multi_output=True, y_numeric=True)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        X, y, weights = _gathered(X, y.astype(float), sample_weight)
        table = y.reshape(len(y), -1)
        scaler: Any = StandardScaler().fit(table, sample_weight=weights)
        targets = scaler.transform(table).reshape(y.shape)
        self._train(X, targets, weights, table.shape[1], squared_error)
        neurons = self.model_.layers[-1].neurons
        scaling = scaler.mean_, scaler.scale_
        for neuron, mean, scale in zip(neurons, *scaling, strict=True):
            for p in neuron.parameters():  # what it gives is to be standardised no more
                p.data *= scale
            neuron.b.data += mean
        return self

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return scikit-learn's usual measure of the predictions for `X`."""
        _refuse_masked(X, y)
        return super().score(X, y, sample_weight)

    def predict(self, X: Any) -> np.ndarray:
        """Return the number, or the row of numbers, predicted for each row."""
        return self._outputs(X)

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn that targets may be rows of numbers."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


class _Patience:
    """Ends a training whose loss got no better for so many epochs: its callback."""

    def __init__(self, tol: float, epochs: int) -> None:
        self.tol, self.epochs = tol, epochs
        self.best, self.waited = np.inf, 0

    def __call__(self, history: History) -> bool:
        loss = (history.validation_losses or history.losses)[-1]
        self.waited = 0 if loss < self.best - self.tol else self.waited + 1
        self.best = min(self.best, loss)
        return self.waited >= self.epochs
