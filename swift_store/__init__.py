"""What every way of uploading shares: settings, signing, names, manifests, a client for Swift."""
