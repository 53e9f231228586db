"""Can gradients be trusted: measured slopes, and numbers that are not finite."""

from .anomaly import detect_anomaly
from .differences import check_gradients, numerical_gradient

__all__ = ["check_gradients", "detect_anomaly", "numerical_gradient"]
