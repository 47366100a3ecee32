"""The people that Locust plays: uploaders of each way, and visitors of the rest of the site.

Locust makes the standard library's sockets, sleeps and threads cooperative before these modules are imported,
so they are written plainly: a thread is a greenlet here.
"""
