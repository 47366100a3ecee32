"""Reports: figures made into words, tables, charts and pages."""
