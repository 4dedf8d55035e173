"""The tests mirror the tree of engine and webapp; each name is a sentence about behaviour."""
