"""Uploads through a web application on gunicorn, done well, to compare the direct way with."""
