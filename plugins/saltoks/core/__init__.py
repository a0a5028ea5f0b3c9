"""The pure middle of the house: values in, values out; no clock, no I/O, no logging."""
