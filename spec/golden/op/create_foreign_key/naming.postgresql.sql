ALTER TABLE report ADD CONSTRAINT fk_report_product_id_product FOREIGN KEY (product_id) REFERENCES product (id) ON DELETE CASCADE;
