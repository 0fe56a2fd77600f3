"""The set-up shared by ``./run``, ``./test``, ``./odoo`` and ``./bench``.

Everything here runs on a bare Python 3.10-3.13 without third-party packages,
because it is what installs them. Code that needs Odoo lives in ``tools/inside/``.
"""
