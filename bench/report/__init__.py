"""Reports: figures made into words, tables, charts and pages."""

from bench.report.compare import compare
from bench.report.docs import update_docs
from bench.report.files import render

__all__ = ["compare", "render", "update_docs"]
