"""The words in pictures, in the language of the learner."""

import random
import re
from html import unescape

import pytest

from autograd import Value, explain, sqrt, where
from autograd.__main__ import main
from autograd.drawing import draw
from autograd.phrases import Phrases
from autograd.teaching.views.page.page import bundle
from nn import MLP, Neuron, max_margin


def small(backward=True):
    """Two leaves, one of them used twice, a constant, and their result."""
    p, q = Value(2.0, "p"), Value(-3.0, "q")
    r = p * q + p * Value(4.0, constant=True)
    r.label = "r"
    if backward:
        r.backward()
    return p, r


def before(**options):
    p, r = small(backward=False)
    return draw(r, highlight=[p], legend=True, **options)


def after(**options):
    p, r = small()
    return draw(
        r, highlight=[p, r.args[1].args[1]], legend=True, partials=True, formula=True,
        widths=True, **options,
    )  # fmt: skip


def no_slope(**options):
    return draw(sqrt(Value(0.0, "p")), partials=True, **options)


def not_taken(**options):
    p = Value(0.0, "p")
    return draw(where(Value(0.0), sqrt(p), 2.0 * p), partials=True, **options)


def one_long_path(**options):
    p = v = Value(0.5, "p")
    for _ in range(12):
        v = v * 1.5
    return draw(v, highlight=[p], **options)


def many_paths(**options):
    p = v = Value(1.0, "p")
    for _ in range(70):
        v = v + v
    return draw(v, highlight=[p], **options)


def row(**options):
    v = Value(0.5, "p")
    for _ in range(5000):
        v = v.tanh()
    return draw(v, **options)


def batch(**options):
    random.seed(3)
    model = MLP(2, [16, 1])
    points = [[random.random(), random.random()] for _ in range(40)]
    loss = max_margin([model(point) for point in points], [1, -1] * 20)
    loss.backward()
    return draw(loss, model=model, legend=True, **options)


def one_box(**options):
    class Scale:
        def __init__(self):
            self.w = Value(2.0)

        def parameters(self):
            return [self.w]

    model = Scale()
    return draw(model.w, model=model, depth="network", **options)


def neurons(**options):
    model = MLP(2, [3, 1])
    return draw(model([1.0, 2.0]), model=model, depth="neuron", **options)


def parameters(**options):
    model = Neuron(2)
    return draw(model([1.0, 2.0]), model=model, legend=True, **options)


def network(**options):
    return draw(MLP(2, [40, 1]), **options)


def accumulated(**options):
    p, r = small()
    r.backward()
    return draw(r, highlight=[p, r.args[0]], **options)


def on_the_way(**options):
    p, r = small(backward=False)
    q = r.args[0]
    (3.0 * r + q).backward()
    return draw(r, highlight=[p, q], **options)


def seeded(**options):
    p, r = small(backward=False)
    r.backward(3.0)
    return draw(r, highlight=[p], **options)


PICTURES = {
    picture.__name__: picture
    for picture in (
        before, after, no_slope, not_taken, one_long_path, many_paths, row, batch,
        one_box, neurons, parameters, network, accumulated, on_the_way, seeded,
    )
}  # fmt: skip
all_pictures = pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)


def apart(source):
    """DOT without its labels and tooltips, and these."""
    texts, rest = [], ""
    while source:
        start, _, source = source.partition("label=<")
        rest, depth, end = rest + start, 1, 0
        while source and depth:
            depth += {"<": 1, ">": -1}.get(source[end], 0)
            end += 1
        texts.append(re.sub("<[^<>]*>", " ", source[: end - 1]))
        source = source[end:]
    texts += re.findall(r'tooltip="([^"]*)"', rest)
    return re.sub(r'tooltip="[^"]*"', "", rest), list(map(unescape, texts))


def spoken(texts):
    """The words in texts, but for names such as `neurons[0]`."""
    prose = (re.sub(r"\w+\[\d+\]|\{\w+\}", " ", text) for text in texts)
    return {word for text in prose for word in re.findall(r"[^\W\d_]+", text)}


def table(language):
    return Phrases(language).table("drawing")


ENGLISH = spoken(table("en").values()) - spoken(table("fr").values())


@all_pictures
def test_no_english_in_french_pictures(picture):
    random.seed(1)
    _, english = apart(picture().source)
    random.seed(1)
    _, french = apart(picture(language="fr").source)
    assert ENGLISH & spoken(english)  # so it would be seen
    assert not ENGLISH & spoken(french)


@all_pictures
def test_only_texts_depend_on_the_language(picture):
    rests = []
    for language in ("en", "fr"):
        random.seed(1)
        rests.append(apart(picture(language=language).source)[0])
    assert rests[0] == rests[1]


def test_every_phrase_is_used(monkeypatch):
    said, say = set(), Phrases.__call__

    def heard(self, key, /, **slots):
        said.add(key)
        return say(self, key, **slots)

    monkeypatch.setattr(Phrases, "__call__", heard)
    for picture in PICTURES.values():
        picture()
    assert {key for key in said if key.startswith("drawing.")} == {
        f"drawing.{key}" for key in table("en")
    }


def test_what_french_pictures_say():
    source = before(language="fr").source
    assert "Pas encore de gradients\u00a0: backward() n’a pas été appelé." in source
    assert ">2 chemins de p à r<" in source
    assert ">p → v3 → r\u00a0: (−3) · 1 = −3<" in source
    assert "somme sur les chemins\u00a0: ∂r/∂p = 1" in source
    assert 'tooltip="p (feuille)&#10;data = 2.0"' in source
    assert ">5\u202f001 nœuds dans " in row(language="fr").source
    assert "réseau 2-40-1, 161 paramètres" in network(language="fr").source


def test_the_language_of_the_environment(monkeypatch):
    _, r = small()
    sources = [draw(r, legend=True, language=name).source for name in ("en", "fr")]
    for spoken_there, source in zip(("de_DE", "fr_FR.UTF-8"), sources, strict=True):
        monkeypatch.setenv("LANGUAGE", spoken_there)
        assert draw(r, legend=True).source == source
    assert draw(r, legend=True, language="en").source == sources[0]


@pytest.mark.parametrize("what", [Value(1.0), MLP(2, [1])])
def test_an_unknown_language(what):
    with pytest.raises(ValueError, match="language needs to be 'en' or 'fr'; got 'de'"):
        draw(what, language="de")


def test_folds_are_opened_by_their_name_in_any_language():
    assert "étapes 1" in row(language="fr").source
    assert "steps 1" in row(language="en").source
    with pytest.raises(ValueError, match=r"got 'étapes 7' \(hint: folds are étapes 1"):
        row(expand="steps 7", language="fr")
    v = Value(0.5, "p")
    for _ in range(200):
        v = v.tanh()
    sources = {
        draw(v, expand=name, language=language).source
        for name in ("steps 1", "étapes 1")
        for language in ("en", "fr")
    }
    assert len(sources) == 2
    assert {len(re.findall(r"^\tn\d+ \[", source, re.M)) for source in sources} == {201}


def test_the_command(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for language, word in (("en", "leaf"), ("fr", "feuille")):
        options = ["--legend", "-o", "g.gv", "--language", language]
        assert main(["draw", "p*p", "p=3", *options]) == 0
        assert f">{word}<" in (tmp_path / "g.gv").read_text("utf-8")


def test_the_picture_of_a_lesson():
    lesson = explain("w*x", language="fr", w=2.0, x=3.0)
    for language, word in ((None, "feuille"), ("en", "leaf")):
        assert f"w ({word})" in bundle(lesson, language)["text/html"]
