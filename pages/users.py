"""Who may sign in, with which roles and clinics; and who is signed in now."""

from lib.ui import access, sign_ins, users

access.require("users")

found = users.take_accounts()

users.show_accounts(found)
users.show_forms(found)
sign_ins.show_sign_ins()
