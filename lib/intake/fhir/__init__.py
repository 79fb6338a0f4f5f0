"""FHIR R4 and STU3 to the same tables of text as every other file: bundles, one resource a line, or one resource."""
