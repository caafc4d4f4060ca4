"""Closing the loop: customers who said something bad are answered, and told what was done."""
