"""Uploads that go from the browser straight into OpenStack Swift: the control plane, its CLI and its page."""
