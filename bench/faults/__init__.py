"""The fault matrix: whatever breaks, at whatever moment, for whichever client, nothing is lost."""
