"""Signing in: passwords, second factors, single sign-on, sessions, and who gets an account.

django-allauth does the work. What stands here is what this site decides for it.
"""
