"""The terminal client beside other programs that put a large file into Swift."""
