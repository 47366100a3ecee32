"""What a large container costs: listings, commits, the size of its database, a sweep."""
