"""What one completed user task costs: SpiffWorkflow in memory, a naive store, Jushou by its engine and through the web;
and what a condition and a decision table cost beside Python.

The rule: all arms run the same process with the same forms in one run, in interleaved rounds, so that whatever else the
machine does meanwhile meets all of them alike.
"""
