"""The platforms' other half over their real wire; it serves the demo, the tests and the benchmarks alike."""
