"""What people write down themselves: a customer's words, and a day's total of events."""
