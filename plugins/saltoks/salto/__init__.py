"""Everything that talks HTTP to Salto KS, and nothing else.

Read in this order: `account` (who signs in where), `client` (what can be asked), `models` (what comes back),
then the parts below: `wire` (sends, waits, repeats), `auth` (the token), `pace` (the rate budget),
`paging` (lists and entries), `problems` (answers and network failures turned into core errors).
"""
