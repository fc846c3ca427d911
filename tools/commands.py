"""What the values of one2many and many2many fields say.

Pure functions, without Odoo.
"""

from collections.abc import Iterable

CREATE, UPDATE, LINK, SET = 0, 1, 4, 6


def split_commands(commands):
    """Return what x2many commands link, and the values that they hold.

    They come from RPC: whatever is no command is left to the method that is called.

    :param commands: list of commands, or of ids
    :return: ids that are linked or updated, dicts of values of lines
    :rtype: tuple(list, list)
    """
    ids, nested = [], []
    for command in commands if isinstance(commands, list | tuple) else ():
        if isinstance(command, int):
            ids.append(command)
        elif isinstance(command, list | tuple) and command:
            code, record_id, vals = [*command, 0, 0][:3]
            if code in (UPDATE, LINK):
                ids.append(record_id)
            elif code == SET and isinstance(vals, Iterable):
                ids += vals
            if code in (CREATE, UPDATE) and isinstance(vals, dict):
                nested.append(vals)
    return [id_ for id_ in ids if isinstance(id_, int) and id_ > 0], nested
