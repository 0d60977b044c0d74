"""What is kept: the journal (append-only, hash chain), the archive of files, the catalogue, the quarantine.

SQLAlchemy takes a third of a second to import: `home` imports it when a home is opened, not before.
"""
