"""Analysis files after the conventions of CDISC ADaM (evidence/clinical.md 6.2): like them, and not certified against them."""
