"""Key drivers of a journey: which touchpoints' scores go along with an overall one.

`outcomes` says what can be chosen as the overall score, `answers` reads who said what, `analysis`
computes, `jobs` does so in the background where there is much to read, `charts` and `words` show.
"""
