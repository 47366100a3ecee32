"""What building and testing this tree needs beyond its packages; not part of the distribution's wheel."""
