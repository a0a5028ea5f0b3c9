"""Pages of our own: values in, one self-contained HTML page out.

A page loads nothing and runs nothing: styles and pictures are inside it, so it can be served, mailed, printed or kept.
Every text is escaped (`render`), and all pages share `templates/base.html` and `templates/look.css`.
"""
