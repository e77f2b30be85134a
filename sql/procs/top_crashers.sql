-- The signatures of a product with the most reports in the days before today, from the daily counts.
CREATE OR REPLACE FUNCTION top_crashers(product text, days integer DEFAULT 7, at_most integer DEFAULT 10)
    RETURNS TABLE (rank bigint, signature signature_text, reports bigint, share numeric)
    LANGUAGE sql STABLE
AS $$
    WITH counted AS (
        SELECT signature_counts.signature_id, sum(signature_counts.reports)::bigint AS reports
        FROM signature_counts
        JOIN releases ON releases.id = signature_counts.release_id
        WHERE releases.product_id = find_product(product)
          AND signature_counts.day >= utc_day(now()) - days
        GROUP BY signature_counts.signature_id
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
