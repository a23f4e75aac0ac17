"""What kinds of rows are saved by, each in a transaction of its own, as their views save them."""

from django.db import transaction

from programmes.actions.plan import write_product
from programmes.actions.positions import write_position
from programmes.actions.ratings import write_rating
from programmes.actions.rows import write_row
from programmes.actions.workstreams import write_workstream

save_row = transaction.atomic(write_row)
save_position = transaction.atomic(write_position)
save_product = transaction.atomic(write_product)
save_rating = transaction.atomic(write_rating)
save_workstream = transaction.atomic(write_workstream)
