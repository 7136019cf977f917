"""The pages' templates: every text in them is escaped, and a missing name is an error."""

from pathlib import Path

import jinja2

FOLDER = Path(__file__).parent


def page_template(name: str) -> jinja2.Template:
    """Load a template that lies beside this module, such as map_page.html."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    ).get_template(name)
