CREATE TRIGGER refuse_future BEFORE INSERT ON crash_reports
WHEN NEW.received > datetime('now', '+1 day')
BEGIN
    SELECT RAISE(ABORT, 'the report is from the future');
END;

CREATE TRIGGER touch_signature AFTER INSERT ON crash_reports
WHEN NEW.signature_id IS NOT NULL
BEGIN
    UPDATE signatures SET first_report = NEW.received WHERE id = NEW.signature_id AND first_report > NEW.received;
    UPDATE signatures SET last_report = NEW.received WHERE id = NEW.signature_id AND last_report < NEW.received;
END;
