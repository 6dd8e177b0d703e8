"""Forms: a documented subset of form-js, resolved against a case and validated the same way by every door."""

from processes.forms.fields import Field, Option
from processes.forms.form import Form
from processes.forms.resolved import Answers, Resolved, Shown

__all__ = ["Answers", "Field", "Form", "Option", "Resolved", "Shown"]
