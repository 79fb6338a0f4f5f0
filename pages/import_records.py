"""Files in: upload, dry run, import, receipt; what was imported before, and what still waits."""

from lib.ui import access, import_dry_run, import_history, import_upload, quarantine

access.require("import_records")

import_upload.show_title()

files = import_upload.choose_files()

import_dry_run.show_dry_run(files)

import_history.show_history()

quarantine.show_quarantine()
