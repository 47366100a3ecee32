"""The commands of `direct-upload` besides serving."""
