ALTER TABLE bixie.report ADD CONSTRAINT fk FOREIGN KEY (product_id) REFERENCES public.product;
