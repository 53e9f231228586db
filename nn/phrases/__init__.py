"""What is said by pictures, the report, commands and errors, in English and French."""

from __future__ import annotations

from collections.abc import Iterable


def refused(key: str, among: Iterable[str] = (), /, **slots: object) -> ValueError:
    """Return the error `refused.key`, in English: commands say it in their language.

    Args:
        key: The rest of the phrase's key.
        among: What may have been meant by the slot `given`, for a hint.
        **slots: What goes into the phrase.
    """
    from autograd import Phrases

    words = Phrases("en", __name__)
    said, given = words(f"refused.{key}", **slots), str(slots.get("given"))
    return ValueError(words.near(said, given, among))
