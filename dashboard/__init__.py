"""The pages. Whoever imports them first settles the threads, before anything loads numpy."""

import os

# numpy's library reads this once, when it is loaded; Streamlit's configuration cannot set it. The products of
# these models are small: two threads on one cost ten times the product itself, and one session a core is the
# better use of the machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
