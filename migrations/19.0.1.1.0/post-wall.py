"""Walls keep the time in which their client was restricted."""


def migrate(cr, version):
    """Begin a period for each client that is restricted: since its first open row."""
    cr.execute(
        """
        INSERT INTO client_wall_period (wall_id, since, create_date, write_date)
             SELECT wall.id,
                    COALESCE(min(member.since), now() AT TIME ZONE 'UTC'),
                    now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
               FROM client_wall AS wall
          LEFT JOIN client_wall_member AS member
                 ON member.wall_id = wall.id AND member.until IS NULL
              WHERE wall.active
                AND NOT EXISTS (SELECT 1 FROM client_wall_period AS period
                                 WHERE period.wall_id = wall.id)
           GROUP BY wall.id
        """
    )
