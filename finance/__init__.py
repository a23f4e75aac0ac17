"""Money: budget, forecast outturn, actuals, savings. Nothing is built here yet; the layer test holds its place."""
