"""The finished map, laid out once for every format that draws it: broken, placed, measured."""
