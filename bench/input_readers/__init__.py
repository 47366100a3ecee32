"""How long small requests wait while one gunicorn worker reads big uploads, for each input reader."""
