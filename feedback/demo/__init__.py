"""The simulated demo workspace: its words are TOML files, its numbers come from a seeded simulator.

`load.load_demo` builds it; docs/demo.md writes down the simulator's rules.
"""
