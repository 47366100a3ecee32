"""Figures from raw data: pure functions of recordings, which neither read files nor draw."""
