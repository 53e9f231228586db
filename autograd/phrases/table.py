"""What is said to the learner, in the learner's language.

The phrases stand in data files, one per language, in tables of the same keys. Code says
which phrase it means and gives what goes into it.
"""

from __future__ import annotations

import os
import re
import string
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

OURS = "autograd.phrases"
SENTENCES = "refused."  # what libraries say in English, by a key, or as it stands
SAID = "refused.said."

# Where a system says which language its user reads, the first that is set counts.
ENVIRONMENT = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


class Phrases:
    """All phrases of one language.

    Args:
        language: "en" or "fr"; None for that of the environment, English if it names
            neither.
        package: Where the files are, one for each language, such as `en.toml`.

    Raises:
        ValueError: If there are no phrases in that language.

    >>> [Phrases(language)("lesson.line", line=3) for language in LANGUAGES]
    [', line 3', ', ligne 3']
    """

    def __init__(self, language: str | None = None, package: str = OURS) -> None:
        """See the class."""
        self.language: Language = chosen(language)
        self.package = package
        self._phrases = _load(self.language, package)

    def __call__(self, key: str, /, **slots: object) -> str:
        """Return the phrase `key`, such as `lesson.line`, with its slots filled."""
        return self._phrases[key].format(**slots)

    def counted(self, key: str, count: int, /, **slots: object) -> str:
        """Return the phrase `key.one` or `key.many`, with `count` as a slot."""
        # French counts 0 as singular.
        one = count == 1 or (self.language == "fr" and count == 0)
        slots["count"] = count
        return self(f"{key}.{'one' if one else 'many'}", **slots)

    def near(self, said: str, name: str, known: Iterable[str]) -> str:
        """Return what is said of `name`, with a hint at the known name most like it.

        >>> Phrases("en").near("moon is unknown", "moon", ["circles", "moons"])
        'moon is unknown (hint: did you mean moons?)'
        """
        import difflib

        found = difflib.get_close_matches(name, list(known), n=1)
        hint = _load(self.language, OURS)["refused.near"]
        return hint.format(said=said, near=found[0]) if found else said

    def said(self, message: object) -> str:
        """Return the message of an error, in this language if it is known there.

        Those of libraries are English. Each part of one is looked for as well.
        """
        text = str(message)
        for package in dict.fromkeys((self.package, OURS)):
            for pattern, phrase in _sentences(self.language, package):
                if found := pattern.fullmatch(text):
                    parts = found.groupdict()
                    return phrase.format(**{k: self.said(parts[k]) for k in parts})
        return text

    def table(self, prefix: str) -> dict[str, str]:
        """Return all phrases below `prefix`, with the rest of their keys."""
        start = prefix + "."
        return {
            key[len(start) :]: phrase
            for key, phrase in self._phrases.items()
            if key.startswith(start)
        }


def chosen(language: str | None = None) -> Language:
    """Return the language asked for, else that of the environment, else English."""
    spoken = language
    if language is None:
        spoken = next(filter(None, map(os.environ.get, ENVIRONMENT)), "")[:2].lower()
    for one in LANGUAGES:
        if one == spoken:
            return one
    if language is None:
        return LANGUAGES[0]
    known = " or ".join(map(repr, LANGUAGES))
    raise ValueError(f"language needs to be {known}; got {language!r}")


def speak(language: Language) -> None:
    """Speak a language from here on, where none is asked for: lessons begin with it.

    >>> from autograd import check_answer, speak
    >>> speak("fr")
    >>> check_answer(6, right=6)
    C’est juste.
    >>> speak("en")
    """
    os.environ[ENVIRONMENT[0]] = chosen(language)


@cache
def _load(language: str, package: str) -> dict[str, str]:
    file = files(package) / f"{language}.toml"
    phrases: dict[str, str] = {}
    _flatten(tomllib.loads(file.read_text("utf-8")), "", phrases)
    return phrases


@cache
def _sentences(language: Language, package: str) -> list[tuple[re.Pattern[str], str]]:
    """Return how English sentences are recognised, each with what is said instead."""
    english, start = _load("en", package), SAID if language == "en" else SENTENCES
    return [
        (_pattern(key.removeprefix(SAID) if SAID in key else english[key]), phrase)
        for key, phrase in _load(language, package).items()
        if key.startswith(start)
    ]


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = string.Formatter().parse(sentence)
    texts = (re.escape(text) + (f"(?P<{n}>.*?)" if n else "") for text, n, *_ in parts)
    return re.compile("".join(texts), re.DOTALL)


def _flatten(table: dict[str, object], prefix: str, into: dict[str, str]) -> None:
    for key, phrase in table.items():
        if isinstance(phrase, dict):
            _flatten(phrase, f"{prefix}{key}.", into)
        else:
            into[prefix + key] = str(phrase).strip("\n")
