-- The signatures of a product with the most reports in the days before today.
CREATE OR REPLACE FUNCTION top_crashers(product text, days integer DEFAULT 7, at_most integer DEFAULT 10)
    RETURNS TABLE (rank bigint, signature signature_text, reports bigint, share numeric)
    LANGUAGE sql STABLE
AS $$
    WITH counted AS (
        SELECT crash_reports.signature_id, count(*) AS reports
        FROM crash_reports
        JOIN releases ON releases.id = crash_reports.release_id
        WHERE releases.product_id = find_product(product)
          AND crash_reports.received >= now() - make_interval(days => days)
        GROUP BY crash_reports.signature_id
    )
    SELECT
        rank() OVER (ORDER BY counted.reports DESC),
        signatures.signature,
        counted.reports,
        round(100.0 * counted.reports / sum(counted.reports) OVER (), 1)
    FROM counted
    JOIN signatures ON signatures.id = counted.signature_id
    ORDER BY counted.reports DESC, signatures.signature
    LIMIT at_most
$$;
