"""Statements on the way of every completion: compiled once per kind of database, then run on the driver itself.

Building and compiling a statement costs several times what SQLite needs to carry it out, and a completion makes ten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.sql.elements import ClauseElement

Convert = Callable[[Any], Any]


class Prepared:
    """`build` gives the statement for a dialect name; `columns` are the keys of rows to insert."""

    def __init__(self, build: Callable[[str], ClauseElement], columns: Sequence[str] | None = None) -> None:
        self._build, self._columns = build, columns
        self._compiled: dict[str, _Compiled] = {}

    def _for(self, db: Connection) -> _Compiled:
        found = self._compiled.get(db.dialect.name)
        if found is None:
            statement = self._build(db.dialect.name)
            found = self._compiled[db.dialect.name] = _Compiled(statement, db.dialect, self._columns)
        return found

    def only(self, db: Connection, row: dict[str, Any], refusal: Exception) -> None:
        """Carry it out; raises the refusal unless it touched exactly one row (inside `together`: at its end)."""
        made = self._for(db)
        bound = made.bind(row)
        if (letters := db.info.get(LETTERS)) is not None:
            letters.append((made.text, [bound], refusal))
        elif _driver(db).execute(made.text, bound).rowcount != 1:
            raise refusal

    def all(self, db: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Carry it out for every row (inside `together`: at its end)."""
        made = self._for(db)
        bound = [made.bind(row) for row in rows]
        if (letters := db.info.get(LETTERS)) is not None:
            letters.append((made.text, bound, None))
        else:
            _carry_out(_driver(db), made.text, bound)

    def one(self, db: Connection, row: dict[str, Any]) -> Any:
        """The first row found with its columns as attributes, or None."""
        made = self._for(db)
        found = _driver(db).execute(made.text, made.bind(row)).fetchone()
        return None if found is None else made.read(found)


def _driver(db: Connection) -> Any:
    return db.connection.driver_connection


def _carry_out(driver: Any, text: str, bound: list[Any]) -> Any:
    if len(bound) == 1:
        return driver.execute(text, bound[0])
    return driver.cursor().executemany(text, bound)


# --- several writes in one letter ---

LETTERS = "letters"


@contextmanager
def together(db: Connection) -> Iterator[None]:
    """Prepared writes of the block reach a server in one round trip at its end; an embedded database needs none.

    Prepared reads and ordinary statements inside are carried out at once, before those writes.
    """
    if db.dialect.name == "sqlite" or LETTERS in db.info:
        yield
        return
    letters: list[tuple[str, list[Any], Exception | None]] = []
    db.info[LETTERS] = letters
    try:
        yield
    finally:
        del db.info[LETTERS]
    _post(_driver(db), letters)


def _post(driver: Any, letters: list[tuple[str, list[Any], Exception | None]]) -> None:
    with driver.pipeline():
        sent = [(_carry_out(driver, text, bound), refusal) for text, bound, refusal in letters]
    for cursor, refusal in sent:
        if refusal is not None and cursor.rowcount != 1:
            raise refusal


class _Found(tuple[Any, ...]):
    """A row with its columns as attributes."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))


def _row_type(names: list[str]) -> type[_Found]:
    columns = {name: property(itemgetter(at)) for at, name in enumerate(names)}
    return type("Found", (_Found,), {"__slots__": (), "_fields": tuple(names), **columns})


class _Compiled:
    """SQL text with the conversions of its parameters and columns."""

    def __init__(self, statement: ClauseElement, dialect: Any, columns: Sequence[str] | None) -> None:
        made: Any = statement.compile(dialect=dialect, column_keys=list(columns) if columns else None)
        self.text = str(made)
        self.fixed: dict[str, Any] = dict(made.params)
        convert = {name: _binder(bind.type, dialect) for bind, name in made.bind_names.items()}
        self.order: list[tuple[str, Convert | None]] | None = None
        if made.positional:
            self.order = [(name, convert[name]) for name in made.positiontup]
        self.names = [(name, convert[name]) for name in convert]
        self.make: Callable[[list[Any]], Any] = _Found
        if made._result_columns:
            self.make = _row_type([column.keyname for column in made._result_columns])
            readers = [_reader(entry.type, dialect) for entry in made._result_columns]
            self.readers = [(at, reader) for at, reader in enumerate(readers) if reader is not None]

    def bind(self, row: dict[str, Any]) -> Any:
        """Parameters in the driver's shape."""
        fixed = self.fixed
        if self.order is not None:
            return [_value(row[name] if name in row else fixed[name], convert) for name, convert in self.order]
        return {name: _value(row[name] if name in row else fixed[name], convert) for name, convert in self.names}

    def read(self, found: Sequence[Any]) -> Any:
        """A row of the driver as a row of ours."""
        values = list(found)
        for at, reader in self.readers:
            if values[at] is not None:
                values[at] = reader(values[at])
        return self.make(values)


def _value(value: Any, convert: Convert | None) -> Any:
    return value if value is None or convert is None else convert(value)


def _binder(kind: Any, dialect: Any) -> Convert | None:
    made: Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return made


def _reader(kind: Any, dialect: Any) -> Convert | None:
    made: Convert | None = kind.dialect_impl(dialect).result_processor(dialect, None)
    return made
