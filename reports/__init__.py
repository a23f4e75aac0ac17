"""What is read: sections, layouts, the scorecard and portfolio pages, evidence, and every download."""
