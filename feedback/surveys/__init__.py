"""Asking: the words, the answers that come back, the links, and the invitations by e-mail."""
