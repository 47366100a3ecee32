"""Runs the measurements: starts what is measured and what measures, samples, and writes raw data. Needs Linux."""
