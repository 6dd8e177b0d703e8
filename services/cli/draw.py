"""`yishi draw`: gives a BPMN file that has no drawing one, and shows any drawing as a picture."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from processes.findings import Finding, has_errors
from processes.model import Diagram, read_bpmn
from processes.text import T
from services.cli.output import Output, Usage, finding_line


def draw(options: Namespace, output: Output) -> int:
    """Lay out what has no drawing and save it; 1 when the file cannot be read as a diagram."""
    path = Path(options.path)
    if not path.is_file():
        raise Usage(T("没有这个文件：{path}", path=options.path))
    content = path.read_bytes()
    diagram = read_bpmn(path.name, content)
    if has_errors(diagram.findings) or not diagram.nodes:
        return _refuse(output, diagram.findings)
    laid = options.again or not diagram.shapes
    target = Path(options.out) if options.out else path
    if laid:
        from processes.layout import lay_out

        content = lay_out(content)
        diagram = read_bpmn(path.name, content)
    if laid or options.out:
        target.write_bytes(content)
    output.say(T("已排好：{path}", path=target) if laid else T("原来就有图形，没有改动：{path}", path=path))
    svg = _picture(diagram, options, output)
    output.data({"file": str(target), "laid": laid, "svg": svg, "shapes": len(diagram.shapes), "ok": True})
    return 0


def _refuse(output: Output, findings: list[Finding]) -> int:
    said = [finding.as_json() for finding in findings]
    for finding in said:
        output.say(finding_line(finding))
    output.say(T("这个文件里没有可以画的流程图。"))
    output.data({"findings": said, "ok": False})
    return 1


def _picture(diagram: Diagram, options: Namespace, output: Output) -> str | None:
    """Write the picture where `--svg` says; an unknown process is a wrong use."""
    if not options.svg:
        return None
    if options.process is not None and options.process not in diagram.processes:
        raise Usage(T("没有流程“{process}”。", process=options.process))
    from processes.drawing import draw as drawn

    Path(options.svg).write_text(drawn(diagram, process=options.process), encoding="utf-8")
    output.say(T("图片：{path}", path=options.svg))
    return str(options.svg)
