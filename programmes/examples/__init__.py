"""Example programmes, as rows. Each folder here is one; `loading` lives through its months as a programme would."""
