"""A plan as a text that can be kept, mailed or posted: Markdown, or one self-contained HTML page (design §7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from saltoks.core.plan.plan import Plan
from saltoks.core.plan.view import plan_view
from saltoks.pages.plan import plan_markdown, plan_page
from saltoks.settings import Site


class Form(StrEnum):
    """How a plan is written down."""

    MARKDOWN = "markdown"
    HTML = "html"


def written(plans: Sequence[tuple[Site, Plan]], form: Form, made_at: datetime) -> str:
    """The plans of these sites in one text."""
    views = [plan_view(plan, site.timezone, site.mapping) for site, plan in plans]
    return (plan_page if form is Form.HTML else plan_markdown)(views, made_at=made_at)
