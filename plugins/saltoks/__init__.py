"""The map of the house: one line a folder; the docstring of each folder goes on from there.

To know the product, read a DAG (`dags/access_sync.py`), then its flow (`flows/access.py`), then the module of the core
that decides what you want to know. For words see docs/glossary.md, for the rules docs/design.md, for the life of one
booking docs/architecture.md, for a booking system of your own docs/add-a-booking-system.md.

::

    flows/           the story: one function a task, same name, in order
        plan/        from rows, records and a look at Salto to a plan; reads only
        apply/       the changes of a plan made at Salto, each confirmed
        credentials/ PINs, the mails that carry them, and what a person does by hand
        iq/          what needs an activated IQ: its secret, its codes, opening from afar
        lint/        what is doubtful about a site, held against Salto and its source
        run/         what every flow stands on: runtime, clock, connections, steps
    core/            pure: values in, values out; no clock, no I/O, no log
        model/       the values that everything speaks of: canonical rows, rules, verdicts
        access/      who may open what, when, and for which reasons
        people/      who is who: customers, and the users at Salto that are theirs
        plan/        what to change, in which order, within which limits
        credentials/ PINs, mails, invitations, one-time codes
        time/        instants, wall clocks, windows, weekly hours
        devices/     what locks and IQs report, and what happened at them
    settings/        config/ as frozen models; every error names file, line and key
        lint/        what loads but is doubtful
    systems/         booking systems, a folder and an entry point each, read into canonical rows; `values` is shared
    salto/           the only code that talks HTTP to Salto KS
    quality/         the gate that rows pass before anybody believes them
    warehouse/       the only code that talks SQL
        engine/      connections, sessions, migrations, seals
        src/         canonical rows, and the extracts that brought them
        access/      plans, membership records, holds, people, slots: who is in, and why
        audit/       entries, and the check-ins that they are
        device/      readings of locks and IQs, one-time codes
        ops/         runs and what they said, rate limits, the mail outbox
        source_queries/  a site's own queries on its own tables
    pages/           values in, one self-contained HTML page out
    mail/            the only code that talks SMTP
    net/             what all HTTP clients share: rate, repeats, sign-in, failures in words
        transport/   proxies, certificates, deadlines, the size of answers
        answers/     what an answer says, and what each refusal means
    package_data/    where the files lie that are no code: SQL, presets, templates, examples
    cli/             the same flows for a terminal
        show/        what it prints: tables for people, JSON for scripts
    sandbox/         servers on loopback to play against
        salto/       a faithful Salto KS
    dev/             for this machine alone
        stack/       four Airflow processes and their database
        postgres/    an embedded PostgreSQL
        demo/        the whole product played through once
        soak/        a week with faults, every minute of every door judged
        replay/      real bookings, an evening and the next
        bench/       seconds and memory beside the budgets
        fuzz/        bad input from a seed

The files beside this one are what Airflow itself looks at: `provider` (the connection types), `hook` (their form and
Test button), `airflow_defaults`, `approval`, `airflow_plugin` (pages in its menu), and `tick` (how often a tick runs).
One folder up, `saltoks_plugin.py` is all that Airflow's scan for plugins reads; the package is kept out of it.
"""
