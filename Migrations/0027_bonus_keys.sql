-- A bonus is given once, however often the request for it is sent: whoever gives one draws a key for it. Those from before
-- have none.
ALTER TABLE payments ADD COLUMN key uuid UNIQUE CHECK (key IS NULL OR kind = 'bonus');
