"""What can go wrong with an expression."""

from __future__ import annotations

from processes.text import T, Text


class FeelSyntaxError(Exception):
    """The text is not FEEL; line and column count from 1."""

    def __init__(self, message: Text, line: int = 1, column: int = 1) -> None:
        super().__init__(message, line, column)
        self.message, self.line, self.column = message, line, column

    def __str__(self) -> str:
        return str(
            T("{message}（第 {line} 行第 {column} 列）", message=self.message, line=self.line, column=self.column)
        )


class FeelNameError(FeelSyntaxError):
    """The text calls a function nobody defined."""


class FeelBudgetError(Exception):
    """The expression needs more steps, memory or depth than an evaluation may have."""

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class FeelError(Exception):
    """A value or function that has no answer; becomes null with a note."""

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)
