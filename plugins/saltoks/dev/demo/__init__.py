"""The whole product on this machine, played through once: make demo."""
