"""Reading what nobody vouches for: in a process that may take so much memory and time, and may die.

`limited` marks the functions that are done there; `at_most` narrows what they may take; `child` is that process,
`Child` one of one's own.
"""

from scanpipe.sandbox.bounds import LimitExceeded, at_most
from scanpipe.sandbox.calls import limited, trusted
from scanpipe.sandbox.parent import Child

__all__ = ["Child", "LimitExceeded", "at_most", "limited", "trusted"]
