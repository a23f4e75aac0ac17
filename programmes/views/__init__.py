"""The pages on which a programme is changed. Every view begins by fetching with the person's own rights."""
