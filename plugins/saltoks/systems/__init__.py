"""Booking systems, each a folder that turns what it reads into the same canonical rows, behind one protocol.

`protocol` says what a booking system is. `settings.installed` finds those that packages bring and is for the settings,
which need a label and a model; `registry` hands whole ones to flows and faces. Nothing but a system's own folder knows
it by name. A system can fail, but reading it never raises what it can cause.
"""
