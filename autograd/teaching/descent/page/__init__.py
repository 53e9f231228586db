"""The page that steps through a walk downhill."""
