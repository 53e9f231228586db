"""A small GPT in scalars, written as it is widely taught.

Nothing in it is made for the compiler: tables are lists, a token is a place in one, and
the shift of a softmax is the largest data.
"""

import random

from autograd import Value
from nn import Module


def linear(x, w):
    return [sum(wi * xi for wi, xi in zip(row, x, strict=True)) for row in w]


def softmax(logits):
    largest = max(val.data for val in logits)
    exponentials = [(val - largest).exp() for val in logits]
    total = sum(exponentials)
    return [e / total for e in exponentials]


def rmsnorm(x):
    scale = (sum(xi * xi for xi in x) / len(x) + 1e-5) ** -0.5
    return [xi * scale for xi in x]


class GPT(Module):
    """Gives the mean loss of guessing each token of a text from those before it."""

    def __init__(self, vocabulary, width, heads, block, spread=0.08):
        self.vocabulary, self.width, self.block = vocabulary, width, block
        self.size = width // heads
        gauss = random.Random(42).gauss

        def matrix(rows, columns):
            return [
                [Value(gauss(0.0, spread)) for _ in range(columns)] for _ in range(rows)
            ]

        self.wte, self.wpe = matrix(vocabulary, width), matrix(block, width)
        self.lm_head = matrix(vocabulary, width)
        self.wq, self.wk, self.wv, self.wo = (matrix(width, width) for _ in range(4))
        self.fc1, self.fc2 = matrix(4 * width, width), matrix(width, 4 * width)

    def logits(self, token_id, pos_id, keys, values):
        tok_emb, pos_emb = self.wte[token_id], self.wpe[pos_id]
        residual = rmsnorm([t + p for t, p in zip(tok_emb, pos_emb, strict=True)])
        x = rmsnorm(residual)
        q = linear(x, self.wq)
        keys.append(linear(x, self.wk))
        values.append(linear(x, self.wv))
        attended = []
        for start in range(0, self.width, self.size):
            places = range(start, start + self.size)
            scores = [sum(q[j] * k[j] for j in places) / self.size**0.5 for k in keys]
            weights = softmax(scores)
            attended += [
                sum(w * v[j] for w, v in zip(weights, values, strict=True))
                for j in places
            ]
        x = [a + b for a, b in zip(linear(attended, self.wo), residual, strict=True)]
        hidden = [h.relu() for h in linear(rmsnorm(x), self.fc1)]
        x = [a + b for a, b in zip(linear(hidden, self.fc2), x, strict=True)]
        return linear(x, self.lm_head)

    def __call__(self, tokens):
        keys, values, losses = [], [], []
        for pos_id in range(self.block):
            probs = softmax(self.logits(tokens[pos_id], pos_id, keys, values))
            losses.append(-probs[tokens[pos_id + 1]].log())
        return sum(losses) / self.block


def mean(predictions, targets):
    return sum(predictions) / len(predictions)


def texts(model, count):
    """Return texts by lot, as lists of tokens."""
    draw = random.Random(1).randrange
    tokens = range(model.block + 1)
    return [[draw(model.vocabulary) for _ in tokens] for _ in range(count)]
