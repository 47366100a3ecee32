"""Uploads without a web framework: what the site's handlers and every embedding site use."""
