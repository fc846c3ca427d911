"""One at a time for what adds a record once."""

from odoo.tools import SQL


def claim(records):
    """Let only one transaction at a time go on from here with these records.

    Who comes second waits. The first has written the rows (they keep their values), so
    that PostgreSQL refuses the second one's older view of the data, and Odoo runs its
    request again: now it finds what the first has added. A mere lock would not do that.

    :param records: a recordset
    """
    if not records:
        return
    records.flush_recordset()
    records.env.execute_query(
        SQL(
            "UPDATE %(table)s SET write_uid = write_uid WHERE id IN %(ids)s"
            " RETURNING id",
            table=SQL.identifier(records._table),
            ids=tuple(records.ids),
        )
    )
