"""A small classical detector, so that the whole path of double reading can be tried. Not for diagnosis."""

VERSION = "0.1.0"
