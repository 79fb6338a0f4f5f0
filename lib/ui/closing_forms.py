"""Closing."""


def offer_form(x):
    pass
