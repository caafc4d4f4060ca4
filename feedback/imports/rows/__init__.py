"""From the rows of a file to what they say: column by column, and with care row by row."""
