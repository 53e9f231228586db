"""Files that lie beside the code of teaching, read as those of all rooms are."""

from ..writing.resources import table_of, text_of

__all__ = ["table_of", "text_of"]
