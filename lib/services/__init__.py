"""What the product does, once for screen and command line: who may, read, derive, save."""
