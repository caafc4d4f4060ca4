"""Pages of journeys and personas: functions, one noun a module."""
