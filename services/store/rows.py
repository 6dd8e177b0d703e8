"""The type of a fetched row, whatever its columns."""

from typing import Any

from sqlalchemy import Row

Found = Row[*tuple[Any, ...]]
