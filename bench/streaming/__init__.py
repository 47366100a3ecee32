"""How much memory and throughput streaming through the application costs, beside nginx in front of Swift."""
