"""How many uploads the site can begin in a second, beside Uppy Companion; and what completing one costs."""
