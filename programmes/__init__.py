"""The programme: its scheme, periods, workstreams, products, milestones, ratings and narrative, and who may see it."""
