-- with bytes '\x00\x01'
UPDATE raws SET raw = $1;
