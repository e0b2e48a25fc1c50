-- Payments are only ever added to: a table is not emptied either.

CREATE TRIGGER payments_not_emptied BEFORE TRUNCATE ON payments
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
