"""``{install-line}``: the line with which a student installs the course.

If ``_config.yml`` has the repository's address, it installs from there, else from the course's
folder.
"""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

FROM_FOLDER = 'python -m pip install -c requirements.txt ".[lab]"'


def install_line(options):
    """The command, from the theme's ``options`` (``repository_url``: "" if there is none)."""
    address = (options.get("repository_url") or "").rstrip("/")
    return f'python -m pip install "cnn-course[lab] @ git+{address}"' if address else FROM_FOLDER


class InstallLine(SphinxDirective):
    """A sentence that says where to type the line, and the line.

    The directive's content is for people who read the source, where no directive is executed.
    """

    has_content = True

    def run(self):
        """Return a paragraph and a literal block."""
        line = install_line(self.config.html_theme_options)
        where = "In the folder of the course, type:" if line == FROM_FOLDER else "Then type:"
        return [nodes.paragraph("", where), nodes.literal_block(line, line, language="bash")]


def setup(app):
    """Register the directive."""
    app.add_directive("install-line", InstallLine)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
