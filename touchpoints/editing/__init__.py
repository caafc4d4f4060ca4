"""What people do with touchpoints and handoffs on a map; everything writes through one Edit."""
