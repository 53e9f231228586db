"""Networks in files: their weights, and ways out to PyTorch and ONNX."""

from .weights import load_model, read_metadata, save_model

__all__ = ["load_model", "read_metadata", "save_model"]
