"""The phrases: complete in all languages, all of them used, and well set in French."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from pathlib import Path

import pytest

import autograd
import nn
from autograd.ops import TABLE
from autograd.phrases import LANGUAGES, Phrases, chosen

PACKAGE = Path(autograd.__file__).parent
FOLDERS = {
    f"{package.__name__}.phrases": Path(package.__file__).with_name("phrases")
    for package in (autograd, nn)
}


def topics(package, language="en"):
    text = (FOLDERS[package] / f"{language}.toml").read_text("utf-8")
    return sorted(tomllib.loads(text))


TOPICS = [(package, topic) for package in FOLDERS for topic in topics(package)]
DOMAINS = "domains."  # translated; in English the rows have them
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
    keys = {key for key in phrases if not key.startswith(DOMAINS)}
    assert keys == set(ENGLISH[package, topic])


def slots(phrase):
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


@every_topic
def test_phrases_have_the_same_slots(package, topic):
    french = Phrases("fr", package).table(topic)
    for key, phrase in ENGLISH[package, topic].items():
        assert slots(french[key]) == slots(phrase), key


def texts_in_the_code():
    """Return all strings in our sources; of f-strings, patterns."""
    found, patterns = set(), set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+"
                    for part in node.values
                ]
                if any(isinstance(part, ast.Constant) for part in node.values):
                    patterns.add("".join(parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found, [re.compile(pattern) for pattern in patterns if r"\." in pattern]


@pytest.mark.parametrize("topic", ["lesson", "command", "errors", "compiling"])
def test_no_phrase_is_unused(topic):
    found, patterns = texts_in_the_code()
    for key in ENGLISH["autograd.phrases", topic]:
        full = re.sub(r"\.(one|many)$", "", f"{topic}.{key}")
        table, _, last = full.rpartition(".")
        assert (
            full in found
            or ("." in table and table in found)  # taken as a table
            or (last in found and any(p.fullmatch(full) for p in patterns))
        ), full


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
