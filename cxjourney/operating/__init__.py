"""What whoever runs the server needs to see: health, logs, figures, errors."""
