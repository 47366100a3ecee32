"""The addresses of signing in and out. The provider has to know CALLBACK and SIGNED_OUT."""

from __future__ import annotations

SIGN_IN = "/auth/sign-in"
CALLBACK = "/auth/callback"
SIGN_OUT = "/auth/sign-out"
SIGNED_OUT = "/auth/signed-out"
