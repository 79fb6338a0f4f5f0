"""Columns that many tables share."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Text

metadata = MetaData()

# SQLite numbers rows by itself only where the key's type is exactly INTEGER.
_Key = BigInteger().with_variant(Integer, "sqlite")


def key_column() -> Column[int]:
    return Column("id", _Key, primary_key=True)


def clinic_column(*, is_optional: bool = False, is_indexed: bool = True) -> Column[int]:
    return Column("clinic_key", ForeignKey("clinic.id"), nullable=is_optional, index=is_indexed)


def patient_column(*, is_optional: bool = False) -> Column[int]:
    return Column("patient_key", ForeignKey("patient_identity.id"), nullable=is_optional, index=True)


def whole_columns(*names: str, is_optional: bool = False) -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=is_optional) for name in names]


def word_columns(*names: str, is_optional: bool = False) -> list[Column[str]]:
    return [Column(name, Text, nullable=is_optional) for name in names]
