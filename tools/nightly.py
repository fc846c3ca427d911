"""Work of scheduled jobs on many records: one that fails never stops the others."""

import logging

import psycopg2

_logger = logging.getLogger(__name__)


def attempt(records, method, *args):
    """Take a step for records together; nothing of it is written when it fails.

    :param records: a recordset
    :param str method: name of the step, a method of the records
    :return: the error, None when it was done
    :raise psycopg2.OperationalError: a conflict with another process, which is no fault
        of the records: the whole transaction is to be run again
    """
    try:
        with records.env.cr.savepoint():
            getattr(records, method)(*args)
    except psycopg2.OperationalError:
        raise
    except Exception as error:
        return error
    return None


def attempt_each(records, method, *args):
    """Take a step for all records at once, or for each by itself where that fails.

    :param records: a recordset
    :param str method: name of the step, a method of the records
    :return: ``{record: error}`` of those that failed; they are in the log
    """
    if not records:
        return {}
    failed = {}
    if len(records) > 1 and attempt(records, method, *args) is None:
        return failed
    for record in records:
        if error := attempt(record, method, *args):
            log_failure(record, method, error)
            failed[record] = error
    return failed


def log_failure(records, method, error):
    """Tell the log which records a step failed for, by number or name.

    :param records: a recordset
    :param str method: name of the step
    :param Exception error: what it raised
    """
    names = ", ".join(record.display_name or str(record.id) for record in records)
    _logger.error("%s (%s): %s failed", records, names, method, exc_info=error)
