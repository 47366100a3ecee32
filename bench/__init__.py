"""Load, measurements and reports for every way of uploading."""
