"""What PostgreSQL itself keeps the history to, whoever writes to it."""

from odoo import models

from ..tools.history_chain import CONTENT_HASH, ROW_HASH, VERSION

# Only rows that go on where their chain ends get in, by whatever statement: INSERT,
# also with ON CONFLICT, COPY and MERGE all end here.  The ends move along, and what a
# row says is done to other rows, a merge or an erasure, is done here, nowhere else.
# The server hands over the seals of the new ends; without one an end keeps that of the
# old, which the check finds.
SEAL = "current_setting('client_history.{}', TRUE)"
SEALED = f"""
           seal = COALESCE(seals ->> h.chain_id::text, h.seal),
           seal_key = CASE WHEN seals ? h.chain_id::text
                           THEN {SEAL.format("seal_key")} ELSE h.seal_key END"""
GROW = f"""
CREATE OR REPLACE FUNCTION client_history_grow()
RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seals jsonb := NULLIF({SEAL.format("seals")}, '')::jsonb;
    moved bigint;
BEGIN
    UPDATE client_history_head AS h
       SET sequence = last.sequence, hash = last.hash, {SEALED}
      FROM (SELECT DISTINCT ON (chain_id) chain_id, client_id, sequence, previous_hash
              FROM added ORDER BY chain_id, sequence) AS first
      JOIN (SELECT DISTINCT ON (chain_id) chain_id, sequence, hash
              FROM added ORDER BY chain_id, sequence DESC) AS last USING (chain_id)
     WHERE h.chain_id = first.chain_id
       AND h.client_id = first.client_id
       AND h.sequence = first.sequence - 1
       AND COALESCE(h.hash, '') = COALESCE(first.previous_hash, '');
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> (SELECT COUNT(DISTINCT chain_id) FROM added) OR EXISTS (
        SELECT FROM (
            SELECT COALESCE(r.sequence = LAG(r.sequence) OVER chain + 1, TRUE)
                   AND COALESCE(r.client_id = LAG(r.client_id) OVER chain, TRUE)
                   AND COALESCE(
                       COALESCE(r.previous_hash, '') = LAG(r.hash) OVER chain, TRUE)
                   AND r.version = {VERSION}
                   AND r.erased IS NOT TRUE
                   AND r.content_hash = {CONTENT_HASH}
                   AND r.hash = {ROW_HASH} AS is_good
              FROM added r
            WINDOW chain AS (PARTITION BY r.chain_id ORDER BY r.sequence)
        ) AS checked
         WHERE is_good IS NOT TRUE
    ) THEN
        RAISE EXCEPTION 'client_history: a row does not continue its chain'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (SELECT FROM added WHERE action IN ('merge', 'erase')) THEN
        UPDATE client_history AS r SET client_id = m.client_id
          FROM added AS m
         WHERE m.action = 'merge' AND r.client_id = m.res_id;
        UPDATE client_history_head AS h SET client_id = m.client_id, {SEALED}
          FROM added AS m
         WHERE m.action = 'merge' AND h.client_id = m.res_id;
        UPDATE client_history AS r
           SET erased = TRUE, nonce = NULL, name = NULL, note = NULL,
               user_name = NULL, changes = '[]'
          FROM added AS e,
               LATERAL jsonb_array_elements(e.changes) AS part,
               LATERAL unnest(string_to_array(part ->> 'new', ',')) AS place
         WHERE e.action = 'erase' AND e.model = 'client.history'
           AND r.chain_id = e.res_id AND r.sequence = place::int
           AND r.action <> 'erase';
    END IF;
    RETURN NULL;
END $$;
"""
# pg_trigger_depth(): 1 when a statement comes from outside, more within GROW
REFUSE = """
CREATE OR REPLACE FUNCTION client_history_append_only()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'client_history is append-only'
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE OR REPLACE FUNCTION client_history_head_kept()
RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'client_history is append-only: so are the ends of its chains'
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""
TRIGGERS = """
DROP TRIGGER IF EXISTS client_history_append_only ON client_history;
CREATE TRIGGER client_history_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON client_history
    FOR EACH STATEMENT EXECUTE FUNCTION client_history_append_only();
DROP TRIGGER IF EXISTS client_history_grow ON client_history;
CREATE TRIGGER client_history_grow
    AFTER INSERT ON client_history REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION client_history_grow();
"""
SQL_OF_ROWS = REFUSE + GROW + TRIGGERS
HEAD_TRIGGERS = """
DROP TRIGGER IF EXISTS client_history_head_append_only ON client_history_head;
CREATE TRIGGER client_history_head_append_only
    BEFORE DELETE OR TRUNCATE ON client_history_head
    FOR EACH STATEMENT EXECUTE FUNCTION client_history_append_only();
-- conditions that need no function: sealing an end is the frequent case
DROP TRIGGER IF EXISTS client_history_head_begun ON client_history_head;
CREATE TRIGGER client_history_head_begun
    BEFORE INSERT ON client_history_head FOR EACH ROW
    WHEN (pg_trigger_depth() < 1 AND (NEW.sequence <> 0
          OR COALESCE(NEW.hash, '') <> '' OR NEW.client_id <> NEW.chain_id))
    EXECUTE FUNCTION client_history_head_kept();
DROP TRIGGER IF EXISTS client_history_head_kept ON client_history_head;
CREATE TRIGGER client_history_head_kept
    BEFORE UPDATE ON client_history_head FOR EACH ROW
    WHEN (pg_trigger_depth() < 1
          AND (OLD.chain_id, OLD.client_id, OLD.sequence, OLD.hash)
              IS DISTINCT FROM (NEW.chain_id, NEW.client_id, NEW.sequence, NEW.hash))
    EXECUTE FUNCTION client_history_head_kept();
"""


class ClientHistory(models.Model):
    """Rows are added where a chain ends, and never touched."""

    _inherit = "client.history"

    def init(self):
        """Let PostgreSQL itself refuse what would break a chain."""
        result = super().init()
        self.env.cr.execute(SQL_OF_ROWS)
        return result


class ClientHistoryHead(models.Model):
    """Only the rows of its chain move an end."""

    _inherit = "client.history.head"

    def init(self):
        """Let PostgreSQL itself refuse to move or remove an end."""
        result = super().init()
        self.env.cr.execute(HEAD_TRIGGERS)
        return result
