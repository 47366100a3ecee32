"""How long a small request waits while one gunicorn worker reads big uploads: each input reader, side by side."""
