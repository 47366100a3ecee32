"""Takes the documentation's pictures of the page: a real site, a real Swift, a real browser, real files."""
