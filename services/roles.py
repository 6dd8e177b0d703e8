"""Posts a person can hold and levels of units, with the words people read for them."""

from __future__ import annotations

from processes.text import T, Text

ROLES: dict[str, Text] = {
    "party_committee": T("街道党工委"),
    "snc_director": T("工委主任"),
    "snc_clerk": T("工委干事"),
    "office_head": T("街道办领导"),
    "handler": T("承办科室"),
    "community": T("社区（村）"),
    "group_leader": T("议事代表小组组长"),
    "deputy": T("议事代表"),
    "district_deputy": T("区人大代表"),
    "reviewer": T("联审部门"),
    "teller": T("监票计票"),
    "district_affairs": T("区人大代工委"),
    "district_department": T("区部门"),
    "designer": T("流程设计者"),
    "system_admin": T("系统管理员"),
    "auditor": T("审计员"),
}

LEVELS: dict[str, Text] = {
    "district": T("区"),
    "street": T("街道"),
    "community": T("社区"),
    "department": T("部门"),
    "group": T("小组"),
    "grid": T("网格"),
}

# A street's task for one of these goes to the post of that name at its district.
AT_DISTRICT = frozenset({"district_deputy", "district_affairs"})

# Posts that read every case of their unit and of all units below it; others see only what they take part in.
READS_ALL = frozenset({"party_committee", "snc_director", "snc_clerk", "district_affairs"})

# What these say is for those who read everything and for themselves, not for others who take part in the case.
CONFIDENTIAL = frozenset({"reviewer"})

# Posts that mend, stop and watch cases.
MANAGES = frozenset({"party_committee", "snc_director", "snc_clerk", "district_affairs"})

ADMINISTERS = frozenset({"system_admin"})


def role_title(role: str) -> Text:
    """The words for a role; an unknown code speaks for itself."""
    return ROLES.get(role, Text(role.replace("{", "{{").replace("}", "}}")))
