"""The audit: rules over stores, entries, files and settings, and what mends what they find."""
