"""What `direct-upload doctor` looks at: each check is one entry of `checks.CHECKS`, and one function."""
