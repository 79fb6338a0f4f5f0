"""Whether a release for research is unchanged, and what has left: the register, and whom to ask for it back."""

from lib.ui import access, release_destroyed, verify_export

access.require("verify_export")

verify_export.show_title()
verify_export.show_verdict(verify_export.choose_file())
verify_export.show_register()
release_destroyed.offer_destroyed()
verify_export.show_withdrawals()
