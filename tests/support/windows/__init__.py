"""A Windows Python under Wine: `python -m tests.support.windows [arguments of pytest]`.

Wine's own Credential Manager and file functions are what runs, not Microsoft's: what Wine does not
imitate, such as the limit of 2,560 bytes, cannot be seen here. On Debian as root what is missing is
installed; everything else comes from PyPI through pip and is kept in a cache folder.
"""
