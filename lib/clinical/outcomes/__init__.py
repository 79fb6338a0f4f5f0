"""What a clinic's figures are made of: facts of courses, measures as data, and what they come to."""
