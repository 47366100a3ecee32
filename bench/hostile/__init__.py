"""What somebody who wants to harm the site can do to the others: attacks, measured by an honest visitor."""
