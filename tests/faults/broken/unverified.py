"""A broken build of the terminal client: it compares nothing, neither before a file is visible nor after."""

import runpy
from pathlib import Path

from direct_upload.client.upload import Upload


def believe(upload, stored):
    upload.forget()
    return stored


Upload.finish = believe
runpy.run_path(Path(__file__).with_name("late.py"))
