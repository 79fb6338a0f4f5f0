"""A made-up clinic of about 400 patients, drawn from a seed; nobody in it exists.

`generate_cohort` draws what happens to n patients and is calibrated to published outcomes of at-home ketamine
(recipe.py names each figure and its source; the tests prove it at n = 5,000). `generate_demo` tells a story a patient
from such a cohort, adds the planted patients of `planted.CASES`, and writes both down as a clinic would: with gaps.
A number marked [P] is ours, for want of a published one.
"""

from lib.demo.cohort import Cohort, generate_cohort
from lib.demo.files import DEMO_SEED, demo_files, generate_demo
from lib.demo.story import DEMO_LAST_DAY

__all__ = ["DEMO_LAST_DAY", "DEMO_SEED", "Cohort", "demo_files", "generate_cohort", "generate_demo"]
