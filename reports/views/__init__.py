"""The pages that are read. Every view begins by fetching what the address names with the reader's own eyes."""
