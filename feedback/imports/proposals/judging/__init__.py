"""What a column probably is, from its content and the words of its question."""
