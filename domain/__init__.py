"""The business: rules only, the standard library only, nothing async."""
