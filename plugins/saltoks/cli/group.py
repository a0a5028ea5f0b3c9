"""Commands that have commands of their own, as people are used to them: alone they show their help, uncut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer._click.core import Context
    from typer._click.formatting import HelpFormatter

_UNCUT = 1000
"""Letters of a summary: more than any has."""


class Group(TyperGroup):
    """Shows its help where no command is named, and each command with its whole first sentence."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """The arguments; without any the help is printed, and that is all."""
        if not args and self.no_args_is_help and not ctx.resilient_parsing:
            print(ctx.get_help())
            ctx.exit()
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The list of commands, wrapped and not cut."""
        found = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        rows = [(name, one.get_short_help_str(_UNCUT)) for name, one in found.items() if one and not one.hidden]
        with formatter.section("Commands"):
            formatter.write_dl(rows)
