"""Journeys as files that come back whole.

`content` takes a journey apart into plain, portable data, and `writing` makes a journey of such
data; both know the parts of a map from the setting JOURNEY_PARTS alone. `schema` publishes the
shape, `checking` says what of a file is not so and where, `tables` lays the same data out as
sheets, and `reading` recognises a file. docs/exchange.md says it from the reader's side.
"""
