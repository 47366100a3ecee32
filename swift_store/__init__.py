"""What every way of uploading shares: settings, signing, names, manifests and a client for OpenStack Swift."""
