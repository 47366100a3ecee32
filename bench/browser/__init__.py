"""The client in a real browser, beside curl, a single PUT and Uppy, against the same Swift."""
