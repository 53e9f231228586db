"""What is said by pictures, the report, commands and errors, in English and French."""

from __future__ import annotations

from collections.abc import Iterable

from autograd import Phrases


def refused(key: str, among: Iterable[str] = (), /, **slots: object) -> ValueError:
    """Return the error `refused.key`, in English: commands say it in their language.

    Args:
        key: The rest of the phrase's key.
        among: What may have been meant by the slot `given`, for a hint.
        **slots: What goes into the phrase.
    """
    words = Phrases("en", __name__)
    slots["near"] = words.near(str(slots.get("given")), among)
    return ValueError(words(f"refused.{key}", **slots))
