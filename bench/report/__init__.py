"""Reports: figures made into words, tables, charts and pages."""

from bench.report.docs import update_docs
from bench.report.files import render

__all__ = ["render", "update_docs"]
