"""All checks, in the order in which they are made."""

from __future__ import annotations

from direct_upload.doctor import (
    attacks,
    browser,
    containers,
    objects,
    reachability,
    remains,
    signing,
    speed,
)
from direct_upload.doctor.each_container import in_each
from direct_upload.doctor.examination import Check

THROUGHPUT = "throughput"

CHECKS = (
    Check("swift-reachable", "Swift can be reached", reachability.swift_reachable),
    Check("sign-in", "Swift knows us", reachability.signed_in, ["swift-reachable"]),
    Check("account", "Account", reachability.account, ["sign-in"]),
    Check("clock", "Clocks", signing.clock, ["account"]),
    Check("container", "Container", in_each(containers.container), ["account"]),
    Check("left-behind", "Containers left behind", containers.left_behind, ["account"]),
    Check("private-container", "Private container", containers.private, ["container"]),
    Check("account-quota", "Room in the account", containers.account_quota, ["account"]),
    Check("container-quota", "Room in the container", in_each(containers.container_quota), ["container"]),
    Check("keys", "Keys", in_each(signing.keys), ["container"]),
    Check("digests", "Signatures of Swift", signing.digests, ["sign-in"]),
    Check("key-scope", "Reach of keys", signing.key_scope, ["sign-in"]),
    Check("signatures", "Our signatures", signing.signatures, ["keys", "digests"]),
    Check("large-objects", "Large objects", objects.large_objects, ["sign-in"]),
    Check("file-size", "Size of files", objects.file_size, ["sign-in"]),
    Check("bulk-delete", "Bulk delete", objects.bulk_delete, ["sign-in"]),
    Check("mixed-content", "TLS", reachability.mixed_content, ["sign-in"]),
    Check("public-address", "Swift's public address", reachability.public_address, ["sign-in"]),
    Check(
        "cors-preflight", "Browsers may upload", in_each(browser.preflight), ["container", "public-address"]
    ),
    Check("cors-upload", "Browsers can upload", browser.upload, ["cors-preflight", "signatures"]),
    Check("exposed-headers", "Headers for pages", in_each(containers.exposed_headers), ["cors-preflight"]),
    Check("hazards", "Attacks by uploaders", attacks.hazards, ["signatures"]),
    Check("latency", "Latency", speed.latency, ["container"]),
    Check(THROUGHPUT, "Throughput", speed.throughput, ["container"]),
    Check("leftovers", "Leftovers", in_each(remains.leftovers), ["container"]),
)
