CREATE TRIGGER refuse_future BEFORE INSERT ON crash_reports
    FOR EACH ROW EXECUTE FUNCTION refuse_future();

CREATE TRIGGER touch_signature AFTER INSERT ON crash_reports
    FOR EACH ROW WHEN (NEW.signature_id IS NOT NULL) EXECUTE FUNCTION touch_signature();
