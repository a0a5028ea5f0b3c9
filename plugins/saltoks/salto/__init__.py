"""Everything that talks HTTP to Salto KS, and nothing else.

Read in this order: `account` (who signs in where), `client` (what can be asked), `models` (what comes back),
then the parts below: `http_client` (that of one account, of parts of `net`), `sign_in` (the token), `paging` (lists
and entries), `dialects` (what each answer of Salto KS means, as errors of the core). How requests wait and are sent
again is in `net.client`.
"""
