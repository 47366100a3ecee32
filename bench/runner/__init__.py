"""Runs the measurements: starts what is measured and what measures, and writes raw data. Needs Linux."""
