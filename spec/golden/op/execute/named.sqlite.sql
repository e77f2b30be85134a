-- with 5, 'x'
INSERT INTO account VALUES (?1, ?2, ':id' || ?2);
