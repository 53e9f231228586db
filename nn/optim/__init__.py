"""Optimisers: how parameters move, once their gradients are known."""

from .optimizers import SGD, Adam, AdamW, Optimizer, RMSProp, clip_by_norm

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSProp", "clip_by_norm"]
