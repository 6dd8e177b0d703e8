"""`yishi publish`: check a bundle and make it the version new cases start with."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict
from pathlib import Path

from processes.definition import Bundle
from processes.text import T
from services import deployments
from services.cli import door
from services.cli.output import Output, Usage


def publish(options: Namespace, output: Output) -> int:
    """Publish a folder or zip; an unfit bundle is refused with its findings, an unchanged one is no news."""
    if not Path(options.path).exists():
        raise Usage(T("没有这个文件或文件夹：{path}", path=options.path))
    bundle = Bundle.read(Path(options.path))
    with door.writing(options.login) as desk:
        version = deployments.publish(desk, bundle)
    output.say(T("已发布：{title} 第{number}版", title=version.title, number=version.number))
    output.data({"version": asdict(version)})
    return 0
