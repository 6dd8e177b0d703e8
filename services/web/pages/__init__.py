"""Pages for people: each works as plain HTML; htmx only shortens the way."""

from services.web.pages import ballots, cases, documents, entry, ledgers, starts, tasks

ROUTERS = (entry.router, tasks.router, cases.router, starts.router, documents.router, ballots.router, ledgers.router)
