"""Bad input, drawn by chance from a seed: answers of Salto KS and of booking systems, files, site files, connections.

Read in this order: `targets` (what is fed, and the promise that is judged), `attempt` (how one attempt is judged),
`poison` (what bad values there are), `answers` (servers whose answers are spoiled), then a module a target.
"""
