"""A task that asks a person whether what a limit held may go through; for DAGs, so it imports Airflow.

The answer is recorded with the name of whoever gave it. It is no more than that: the task after it checks the record,
since anybody may mark a task as done without answering (design §10).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import ApprovalOperator

if TYPE_CHECKING:
    from airflow.sdk import Context


class ApproveHeld(ApprovalOperator):
    """Shows what is held at a site and asks for a decision and its reason."""

    template_fields = (*ApprovalOperator.template_fields, "site")

    def __init__(self, *, site: str, **more: Any) -> None:
        super().__init__(subject="Held changes: may they go through?", **more)
        self.site = site

    def execute(self, context: Context) -> None:
        """Puts what is held now into the question, and asks."""
        from saltoks.flows import operations

        self.body = operations.question(self.site)
        super().execute(context)
