"""The interface for programs: the same verbs as the pages, in JSON."""

from services.web.api import cases, session, tasks

ROUTERS = (session.router, tasks.router, cases.router)
