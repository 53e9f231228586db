"""The phrases: complete in all languages, all of them used, and well set in French."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from functools import cache
from pathlib import Path

import pytest

import autograd
import nn
from autograd.ops import TABLE
from autograd.phrases import LANGUAGES, Phrases, chosen

FOLDERS = {
    f"{package.__name__}.phrases": Path(package.__file__).with_name("phrases")
    for package in (autograd, nn)
}


def topics(package, language="en"):
    text = (FOLDERS[package] / f"{language}.toml").read_text("utf-8")
    return sorted(tomllib.loads(text))


TOPICS = [(package, topic) for package in FOLDERS for topic in topics(package)]
# Translated; in English the rows have them, and the code of libraries.
ENGLISH_IN_CODE = ("domains.", "said.")
ENGLISH = {
    (package, topic): Phrases("en", package).table(topic) for package, topic in TOPICS
}

every_topic = pytest.mark.parametrize(("package", "topic"), TOPICS)


@pytest.mark.parametrize("package", FOLDERS)
def test_the_topics_are_the_same_in_all_languages(package):
    for language in LANGUAGES:
        assert topics(package, language) == topics(package)


@every_topic
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_missing(language, package, topic):
    phrases = Phrases(language, package).table(topic)
    keys = {key for key in phrases if not key.startswith(ENGLISH_IN_CODE)}
    english = ENGLISH[package, topic]
    assert keys == {key for key in english if not key.startswith(ENGLISH_IN_CODE)}


def slots(phrase):
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


@every_topic
def test_phrases_have_the_same_slots(package, topic):
    french = Phrases("fr", package).table(topic)
    for key, phrase in ENGLISH[package, topic].items():
        assert slots(french[key]) == slots(phrase), key


def texts_in(data):
    """Yield all strings in what a TOML file holds, names of values too."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        yield from texts_in([*data, *data.values()])
    elif isinstance(data, list):
        for part in data:
            yield from texts_in(part)


@cache
def texts_in_the_code(package):
    """Return all strings in the code and data of a package; of f-strings, patterns."""
    found, patterns = set(), set()
    shared = Path(autograd.__file__).with_name("commands") / "parser.py"
    for file in (shared, *FOLDERS[package].parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(part.value)
                    if isinstance(part, ast.Constant)
                    else r"([\w.]+?)"
                    for part in node.values
                ]
                patterns.add("".join(parts))
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "words.table":
                if isinstance(node.args[0], ast.Constant):
                    found.add(f"{node.args[0].value}.*")
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value.lstrip("-"))  # an option, too, is a key
    for file in FOLDERS[package].parent.rglob("*.toml"):
        if file.parent != FOLDERS[package]:
            found |= set(texts_in(tomllib.loads(file.read_text("utf-8"))))
    keys = [pattern for pattern in patterns if re.match(r"\w+\\\.", pattern)]
    return found, [re.compile(pattern) for pattern in keys]


def is_said(key, package):
    """Tell whether the code has a key, its table, or the parts of its f-string."""
    found, patterns = texts_in_the_code(package)
    table = key.rpartition(".")[0]
    if {key, f"{table}.*"} & found or ("." in table and table in found):
        return True
    slots = [m.groups() for pattern in patterns if (m := pattern.fullmatch(key))]
    return any(
        all(slot in found or found.issuperset(slot.split(".")) for slot in filled)
        for filled in slots
    )


@every_topic
def test_no_phrase_is_unused(package, topic):
    if topic in ("mistakes", "mixups"):
        pytest.skip("tables by kind, whose kinds are tested with the code")
    for key in ENGLISH[package, topic]:
        if key.startswith(ENGLISH_IN_CODE):
            continue
        full = re.sub(r"\.(one|many)$", "", f"{topic}.{key}")
        assert is_said(full, package), full


def test_an_unused_phrase_is_found():
    assert is_said("lesson.line", "autograd.phrases")
    assert is_said("engines.shows.chain", "autograd.phrases")
    for key in ("lesson.nobody", "engines.shows.nobody", "engines.grad_nobody"):
        assert not is_said(key, "autograd.phrases")


def test_the_domains_of_the_table_are_translated():
    translated = Phrases("fr").table("errors.domains")
    assert set(translated) == {op.name for op in TABLE.values() if op.domain}


@every_topic
def test_french_typography(package, topic):
    for key, phrase in Phrases("fr", package).table(topic).items():
        prose = re.sub(r"https?://\S+|`[^`]*`|\{[^}]*\}", "x", phrase)
        # A colon inside of a word is code, as in file.py:name.
        wrong = re.search(r"[^\s\u00a0\u202f?!;:][;:?!](?=\s|$)| [;:?!»]|« ", prose)
        if "python -m" not in prose:
            assert not wrong, f"{topic}.{key}: {phrase!r}"
        assert not re.search(r"(?i)\b[a-zàâéèêëîïôûùüç]+'[a-zàâéèêëîïôûùüç]", prose), (
            key
        )


def test_the_language_of_the_environment(monkeypatch):
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    assert chosen() == "en"
    for spoken, language in (("fr_FR.UTF-8", "fr"), ("C", "en"), ("de_DE", "en")):
        monkeypatch.setenv("LANG", spoken)
        assert chosen() == language
    assert chosen("fr") == "fr" and Phrases().language == "en"
    with pytest.raises(ValueError, match="language needs to be 'en' or 'fr'"):
        chosen("de")


def test_counting():
    english, french = Phrases("en"), Phrases("fr")
    for words, zero in ((english, "0 inputs"), (french, "0 entrée ")):
        assert zero in words.counted("lesson.bill_wiggle", 0, passes=1)
    assert "1 input " in english.counted("lesson.bill_wiggle", 1, passes=2)
