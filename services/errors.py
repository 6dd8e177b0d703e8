"""Refusals: typed, expected, nothing has changed. The message is what a person reads; doors translate it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from processes.findings import Finding
from processes.text import T, Text


class Rejected(Exception):
    """The wish was understood and refused; nothing has changed."""

    message: Text = T("不能这样办。")

    def __init__(self, message: Text | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(str(self.message))


class NotFound(Rejected):
    """It does not exist, or this person may not know that it exists."""

    message = T("没有找到。")


class NotAllowed(Rejected):
    """The person can see it but the post held does not permit the act."""

    message = T("您的岗位不能办这件事。")


class Conflict(Rejected):
    """Somebody was faster; `who` and `when` (aware UTC) say who."""

    message = T("这件事已有人办理，请刷新后再看。")

    def __init__(self, message: Text | None = None, who: str | None = None, when: datetime | None = None) -> None:
        self.who, self.when = who, when
        super().__init__(message)


class Invalid(Rejected):
    """The answers do not fit; `fields` maps field keys to sentences, key "" speaks of the whole."""

    message = T("有内容需要改正。")

    def __init__(self, fields: Mapping[str, Text], message: Text | None = None) -> None:
        self.fields = dict(fields)
        super().__init__(message)


class KeyReused(Rejected):
    """The same idempotency key came with different answers."""

    message = T("这份表单已经提交过，内容与这次不同，请重新打开再填。")


class Unfit(Rejected):
    """A bundle that the check refuses; `findings` name file, element and line."""

    message = T("程序包没有通过检查。")

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__()


class TooManyAttempts(Rejected):
    """Log-in is delayed after failures; `wait` is in whole seconds."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__(T("登录失败次数过多，请在 {seconds} 秒后再试。", seconds=wait))
