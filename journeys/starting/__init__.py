"""What a journey starts from: a template, a pasted list, another journey, or one of its steps."""
