"""The ADaM-like files keep the conventions: of the demo clinic, and of the rows of a questionnaire of CDISC's own sample."""

import pandas as pd
import pytest
from clinic_files import ACTOR, new_store
from policy_texts import changed_policy
from ui_stores import make_demo

from lib.clinical.instruments import BY_CODE
from lib.research.choices import FileForm, Privacy, topics_of
from lib.services import caseload, exports, imports, policies, stores
from lib.services.errors import Store
