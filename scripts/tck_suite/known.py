"""Results of the TCK that we do not give, each with the reason: suite/case/result → reason."""

KNOWN_FAILURES: dict[str, str] = {}
